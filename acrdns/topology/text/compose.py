"""YAML text to a tree of nodes, by libyaml where PyYAML has it."""

from __future__ import annotations

from typing import Any, Protocol

MAX_DEPTH = 40
"""Deeper than any topology; a limit keeps hostile input from exhausting the stack."""

MERGE = "<<"


class Node(Protocol):
    """A node as PyYAML makes them; its own classes have no types."""

    @property
    def id(self) -> str:
        """`scalar`, `sequence` or `mapping`."""

    tag: str
    """Empty where the file gives none."""
    value: Any
    """A scalar's text, a sequence's nodes, a mapping's pairs of nodes."""
    style: str | None
    """Empty or None for a plain scalar."""
    flow_style: bool | None
    """Whether a sequence or a mapping is in brackets; a scalar has none."""
    start_mark: Any


class DepthError(Exception):
    """The file is nested more deeply than any topology."""


_PLAIN = ""
"""The tag that `_Unresolved` gives to nodes without a tag."""


class _Unresolved:
    """A resolver for YAML's composer that resolves nothing: `scalar` does that."""

    _depth = 0

    def resolve(self, kind: object, value: object, implicit: object) -> str:  # noqa: ARG002 - PyYAML's signature
        return _PLAIN

    def descend_resolver(self, parent: object, index: object) -> None:  # noqa: ARG002 - PyYAML's signature
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise DepthError

    def ascend_resolver(self) -> None:
        self._depth -= 1


def _composer(text: str) -> Any:
    """Return libyaml's composer, or the slow one where PyYAML was built without it."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        return _pure_composer(text)

    class Fast(_Unresolved, CParser):
        pass

    return Fast(text)


def _pure_composer(text: str) -> Any:
    from yaml.composer import Composer
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class Slow(_Unresolved, Reader, Scanner, Parser, Composer):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)
            Composer.__init__(self)

    return Slow(text)


def compose(text: str) -> Node | None:
    """Return the file's node tree; None for a file without any. Raises yaml.YAMLError and DepthError."""
    root: Node | None = _composer(text).get_single_node()
    return root


def scan(text: str) -> None:
    """Raise yaml.YAMLError where a text breaks YAML's grammar; anchors are not looked at."""
    import yaml

    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined]
    except ImportError:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    else:
        CParser(text).raw_parse()


def is_merge(key: Node) -> bool:
    """Return whether a key is YAML 1.1's merge key."""
    return bool(key.value == MERGE and not key.style)
