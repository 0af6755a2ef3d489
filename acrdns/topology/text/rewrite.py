"""Edits of YAML text: what is asked changes, and every line that it does not concern stays byte for byte as it was.

The law of this module: the data of the edited text is the data of the text, edited. Each edit is proven by reading the
result; where a fine edit cannot keep the law (an alias is in the way), the value around it is written out instead. A
new mapping that holds mappings is written on lines of its own, anything else on one line.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from acrdns.errors import InputError, Problem
from acrdns.topology.text.document import parse
from acrdns.topology.text.edit import Append, Drop, Put, Rename, changed, matching, value_at
from acrdns.topology.text.places import dotted
from acrdns.topology.text.scalar import scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.errors import Path
    from acrdns.topology.text.edit import Edit


def edited(text: str, edits: Iterable[Edit], file: str) -> str:
    """Return the text with edits made in turn. Raises InputError where that cannot be, KeyError for a wrong path."""
    for edit in edits:
        text = _proven(text, edit, file)
    return text


def _proven(text: str, edit: Edit, file: str) -> str:
    import yaml

    document = parse(text, file)
    wanted = changed(document.data, edit)
    for end in range(len(edit.path), 0, -1):
        # One level up, the value is written anew with the change in it.
        wider = edit if end == len(edit.path) else Put(edit.path[:end], value_at(wanted, edit.path[:end]))
        with suppress(_CannotEditError, yaml.YAMLError):
            result = _Text(text).with_edit(wider)
            if parse(result, file).data == wanted:
                return result
    path, place = document.places.nearest(edit.path)
    raise InputError([Problem(place, dotted(path), "this cannot be edited in place", "write it without anchors")])


class _CannotEditError(Exception):
    """The place is written in a way that this module does not edit."""


@dataclass(slots=True)
class _Node:
    """A node, and where its text starts and ends; that of a block is its items, without an anchor."""

    kind: str
    start: int
    end: int
    whole: int = -1
    """Where it starts with its anchor."""
    flow: bool = True
    items: list[_Node] = field(default_factory=list)
    """A mapping's keys and values in turn."""
    text: str = ""
    null: bool = False

    def entries(self) -> Iterator[tuple[Any, _Node, _Node]]:
        """Return key or index, the first node of the entry, and its value."""
        if self.kind == "mapping":
            for key, value in zip(self.items[::2], self.items[1::2], strict=True):
                yield key.text, key, value
        else:
            yield from ((at, item, item) for at, item in enumerate(self.items))


class _Text:
    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def with_edit(self, edit: Edit) -> str:
        import yaml

        events = iter(yaml.parse(self.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
        root = next((self._node(event, events) for event in events if hasattr(event, "anchor")), None)
        if root is None:
            return self.text + (self.newline if self._unended() else "") + self._block(_nested(edit.path, edit), 0)
        above: list[tuple[_Node | None, _Node]] = [(None, root)]
        for at, step in enumerate(edit.path):
            node = above[-1][1]
            found = {key: (first, value) for key, first, value in node.entries()}
            key = matching(found, step) if node.kind == "mapping" else step
            if key not in found:
                return self._insert(*above[-1], above, step, _nested(edit.path[at + 1 :], edit))
            above.append((found[key][0] if node.kind == "mapping" else None, found[key][1]))
        if isinstance(edit, Put):
            return self._replace(*above[-1], above[:-1], edit.value)
        if isinstance(edit, Append):
            return self._insert(*above[-1], above, None, edit.value)
        if isinstance(edit, Rename) and (key := above[-1][0]):
            return self.text[: key.start] + _inline(edit.key) + self.text[key.end :]
        return self._drop(above)

    def _node(self, event: Any, events: Iterator[Any]) -> _Node:
        import yaml

        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("|", ">"):
                end = len(self.text[:end].rstrip())
            return _Node("scalar", start, end, text=event.value, null=not event.style and scalar(event.value) is None)
        if isinstance(event, yaml.AliasEvent):
            return _Node("alias", start, end)
        node = _Node("mapping" if isinstance(event, yaml.MappingStartEvent) else "sequence", start, end)
        for inner in events:
            if isinstance(inner, yaml.CollectionEndEvent):
                node.end = inner.end_mark.index if inner.end_mark else end
                break
            node.items.append(self._node(inner, events))
        node.flow = bool(event.flow_style)
        if not node.flow:
            node.end = node.items[-1].end
            node.whole, node.start = start, self._first_of_block(node)
        return node

    def _first_of_block(self, block: _Node) -> int:
        """Return where the first key of a block is, or its first dash."""
        first = block.items[0].start
        if block.kind == "mapping":
            return first
        is_dash = self.text.startswith("-", block.start)
        return block.start if is_dash else max(block.start, self.text.rfind("-", block.start, first))

    # -- changes

    def _replace(self, key: _Node | None, old: _Node, above: list[tuple[_Node | None, _Node]], value: Any) -> str:
        """Write another value in the place of one."""
        text, block = self.text, _is_block(value) and not any(node.flow for _, node in above)
        if not old.flow and key is not None and not text[self._line(old.start) : old.start].strip():
            # A block below its key: its lines go, and the key's line gets the value, behind an anchor.
            colon = text.index(":", key.end) + 1
            if old.whole < old.start:
                colon = old.whole + len(text[old.whole :].split(maxsplit=1)[0])
            kept, rest = text[: self._line(old.start)], text[self._next_line(old.end) :]
            if block:
                return kept + self._block(value, self._column(key) + 2, ended=bool(rest) or not self._unended()) + rest
            kept = kept[:colon] + " " + _inline(value) + kept[colon:]
            return kept + rest
        if old.whole >= 0:
            old = replace(old, start=old.whole)
        if not block or key is None:
            space = " " if old.start == old.end and text[old.start - 1 : old.start] in (":", "-") else ""
            return text[: old.start] + space + _inline(value) + text[old.end :]
        line_end = self._next_line(old.end)
        line = text[: old.start].rstrip(" ") + text[old.end : line_end]
        ended = line_end < len(text) or not self._unended()
        line = line if line.endswith(self.newline) else line + self.newline
        return line + self._block(value, self._column(key) + 2, ended=ended) + text[line_end:]

    def _insert(
        self, key: _Node | None, into: _Node, above: list[tuple[_Node | None, _Node]], name: Any, value: Any
    ) -> str:
        """Add an entry to the end of a collection: a key, or without a name an item."""
        entry = [value] if name is None else {name: value}
        if into.null:
            return self._replace(key, into, above[:-1], entry)
        if into.kind != ("sequence" if name is None else "mapping"):
            raise _CannotEditError
        if into.flow:
            at = into.items[-1].end if into.items else self.text.index("{" if name is not None else "[", into.start) + 1
            return self.text[:at] + (", " if into.items else "") + _inline(entry)[1:-1] + self.text[at:]
        at = self._next_line(into.end)
        ended = at < len(self.text) or not self._unended()
        before = "" if ended else self.newline
        return self.text[:at] + before + self._block(entry, self._column(into), ended=ended) + self.text[at:]

    def _drop(self, above: list[tuple[_Node | None, _Node]]) -> str:
        """Take an entry out of its collection."""
        text, node, (key, around) = self.text, above[-1][1], above[-2]
        entries = [(first, value) for _, first, value in around.entries()]
        at = next(at for at, (_, value) in enumerate(entries) if value is node)
        if len(entries) == 1:
            return self._replace(key, around, above[:-2], {} if around.kind == "mapping" else [])
        first, following = entries[at][0], entries[at + 1][0] if at + 1 < len(entries) else None
        if around.flow:
            start, end = (first.start, following.start) if following else (entries[at - 1][1].end, node.end)
            return text[:start] + text[end:]
        start = self._line(first.start if around.kind == "mapping" else self._dash(around, first))
        if text[start : start + self._column(around)].strip():
            # The first entry of a block that starts on its parent's line: the next one takes its place.
            if following is None:
                raise _CannotEditError
            return text[: first.start] + text[following.start :]
        return text[:start] + text[self._next_line(node.end) :]

    # -- lines

    def _line(self, at: int) -> int:
        return self.text.rfind("\n", 0, at) + 1

    def _next_line(self, at: int) -> int:
        return (self.text.find("\n", at) + 1) or len(self.text)

    def _unended(self) -> bool:
        return bool(self.text) and not self.text.endswith("\n")

    def _column(self, node: _Node) -> int:
        return node.start - self._line(node.start)

    def _dash(self, sequence: _Node, item: _Node) -> int:
        """Return where the dash of a block sequence's item is."""
        line, column = self._line(item.start), self._column(sequence)
        while self.text[line + column : line + column + 1] != "-":
            if not line:
                raise _CannotEditError
            line = self._line(line - 1)
        return line + column

    def _block(self, value: Any, indent: int, *, ended: bool = True) -> str:
        lines = _dumped(value, flow=False).splitlines()
        written = self.newline.join(" " * indent + line for line in lines)
        return written + (self.newline if ended else "")


def _nested(path: Path, edit: Edit) -> Any:
    """Return what has to be added below the part of a path that is there."""
    if isinstance(edit, Drop | Rename):
        raise KeyError(edit.path)
    value = [edit.value] if isinstance(edit, Append) else edit.value
    for step in reversed(path):
        value = {step: value}
    return value


def _is_block(value: Any) -> bool:
    """Return whether a value is written on lines of its own: a mapping that holds mappings."""
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value)
    return isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values())


def _inline(value: Any) -> str:
    return _dumped([value], flow=True).strip()[1:-1]


def _dumped(value: Any, *, flow: bool) -> str:
    import yaml

    if not flow and not _is_block(value):
        entries = (
            (f"{_inline(key)}: {_inline(inner)}" for key, inner in value.items()) if isinstance(value, dict) else ()
        )
        return "\n".join(entries or (f"- {_inline(item)}" for item in value))
    text: str = yaml.dump(
        value, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=1 << 20, default_flow_style=flow
    )
    return text


@cache
def _dumper() -> Any:
    import yaml

    fast: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Dumper(fast):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
            return True

    def mapping(dumper: Any, data: dict[str, Any]) -> Any:
        return dumper.represent_mapping(
            "tag:yaml.org,2002:map", data, flow_style=dumper.default_flow_style or not _is_block(data)
        )

    def sequence(dumper: Any, data: list[Any]) -> Any:
        return dumper.represent_sequence(
            "tag:yaml.org,2002:seq", data, flow_style=dumper.default_flow_style or not _is_block(data)
        )

    Dumper.add_representer(dict, mapping)
    Dumper.add_representer(list, sequence)
    return Dumper
