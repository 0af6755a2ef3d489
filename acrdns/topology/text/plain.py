"""A plain YAML file as data, straight from libyaml's events: twice as fast as by way of a tree of nodes.

The law of this module: what it reads, `document` reads alike and without complaint. It gives up on whatever needs a
second look: anchors, tags, merged keys, keys given twice, a second document, deep nesting, and what is no YAML at all.
"""

from __future__ import annotations

from typing import Any

from acrdns.topology.text.compose import MERGE
from acrdns.topology.text.scalar import scalar

_MAX_DEPTH = 12
"""No topology nests deeper."""


def read(text: str) -> Any:
    """Read a YAML text; None where it is not plain, or holds nothing."""
    from yaml import YAMLError

    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return None
    try:
        return _Reader(CParser(text)).document()
    except (YAMLError, UnicodeEncodeError, _NotPlainError):
        return None


class _NotPlainError(Exception):
    """The file needs a second look."""


class _Reader:
    def __init__(self, parser: Any) -> None:
        from yaml import events

        self._next = parser.get_event
        self._kinds = events
        self._scalar_kind = events.ScalarEvent
        self._builders = {events.MappingStartEvent: self._mapping, events.SequenceStartEvent: self._sequence}
        self._depth = 0

    def document(self) -> Any:
        self._expect(self._kinds.StreamStartEvent)
        self._expect(self._kinds.DocumentStartEvent)
        value = self._value(self._next())
        self._expect(self._kinds.DocumentEndEvent)
        self._expect(self._kinds.StreamEndEvent)
        return value

    def _expect(self, kind: type) -> None:
        if type(self._next()) is not kind:
            raise _NotPlainError

    def _value(self, event: Any) -> Any:
        kind = type(event)
        if kind is self._scalar_kind:
            if event.anchor is not None or event.tag is not None:
                raise _NotPlainError
            return event.value if event.style else scalar(event.value)
        builder = self._builders.get(kind)
        if builder is None or event.anchor is not None or event.tag is not None or self._depth >= _MAX_DEPTH:
            raise _NotPlainError
        self._depth += 1
        value = builder()
        self._depth -= 1
        return value

    def _mapping(self) -> dict[str, Any]:
        end = self._kinds.MappingEndEvent
        found: dict[str, Any] = {}
        while type(event := self._next()) is not end:
            key = event.value if type(event) is self._scalar_kind else None
            if key is None or key == MERGE or key in found or event.anchor is not None or event.tag is not None:
                raise _NotPlainError
            found[key] = self._value(self._next())
        return found

    def _sequence(self) -> list[Any]:
        end = self._kinds.SequenceEndEvent
        found: list[Any] = []
        while type(event := self._next()) is not end:
            found.append(self._value(event))
        return found
