"""Where each thing in a file stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.errors import Place
from acrdns.topology.text.compose import compose, is_merge

if TYPE_CHECKING:
    from acrdns.errors import Path
    from acrdns.topology.text.compose import Node


def dotted(path: Path) -> str:
    """Write a path as messages show it: `registries.contoso.replications.0`."""
    return printable(".".join(map(str, path)))


def printable(text: str) -> str:
    """Escape what would break a line or command a terminal: names come from the file as they are."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class Places(Mapping[tuple[str | int, ...], Place]):
    """Where each key, value and list item of a file stands.

    The place of a scalar is its own; that of a list or a mapping is its key's, because that is the line which names it.
    Only the text is kept, and it is parsed at the first question: most commands have none.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self._file = file

    def __reduce__(self) -> tuple[type[Places], tuple[str, str]]:
        return Places, (self.text, self._file)

    @cached_property
    def root(self) -> Node | None:
        """The file's node tree."""
        return compose(self.text)

    @cached_property
    def _children(self) -> dict[int, dict[str, tuple[Node, Node]]]:
        return {}

    def __getitem__(self, path: Path) -> Place:
        key, value = self._find(path)
        if key is None:
            return self.at(value)
        return self.at(value if value.id == "scalar" and _after(value, key) and value.value else key)

    def key(self, path: Path) -> Place:
        """Return the place of the key itself. Raises KeyError where the file has no such key."""
        key, value = self._find(path)
        return self.at(value if key is None else key)

    def at(self, node: Node) -> Place:
        """Return the place where a node starts."""
        return Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1)

    def nearest(self, path: Path) -> tuple[Path, Place]:
        """Return the longest part of a path that the file has, and its place."""
        for end in range(len(path), 0, -1):
            if path[:end] in self:
                return path[:end], self[path[:end]]
        return (), self[()] if self.root else Place(self._file, 1, 1)

    def _find(self, path: Path) -> tuple[Node | None, Node]:
        """Return a path's key node, if it is one in a mapping, and its value node."""
        key: Node | None = None
        node = self.root
        if node is None:
            raise KeyError(path)
        for step in path:
            if node.id == "mapping" and isinstance(step, str):
                try:
                    key, node = self._entries(node)[step]
                except KeyError:
                    raise KeyError(path) from None
            elif node.id == "sequence" and isinstance(step, int) and 0 <= step < len(node.value):
                key, node = None, node.value[step]
            else:
                raise KeyError(path)
        return key, node

    def _entries(self, node: Node) -> dict[str, tuple[Node, Node]]:
        number = id(node)
        if number not in self._children:
            self._children[number] = _entries(node)
        return self._children[number]

    def __iter__(self) -> Iterator[Path]:
        if self.root is not None:
            yield from self._walk((), self.root, ())

    def _walk(self, path: Path, node: Node, above: tuple[int, ...]) -> Iterator[Path]:
        yield path
        if id(node) in above:
            return
        above = (*above, id(node))
        if node.id == "mapping":
            for key, (_, value) in self._entries(node).items():
                yield from self._walk((*path, key), value, above)
        elif node.id == "sequence":
            for index, value in enumerate(node.value):
                yield from self._walk((*path, index), value, above)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def path_of(self, node: Node) -> Path:
        """Return the path of a key or value node; of one that the data leaves out, the mapping that it stands in."""
        return self._paths.get(id(node), ())

    @cached_property
    def _paths(self) -> dict[int, Path]:
        """Every node's path. Each node is visited once: aliases may make a small file endless."""
        found: dict[int, Path] = {}
        waiting: list[tuple[Node, Path]] = [(self.root, ())] if self.root else []
        while waiting:
            node, path = waiting.pop()
            if id(node) in found:
                continue
            found[id(node)] = path
            if node.id == "sequence":
                waiting += [(item, (*path, index)) for index, item in enumerate(node.value)]
            elif node.id == "mapping":
                for key, value in node.value:
                    inside = (*path, key.value) if key.id == "scalar" and not is_merge(key) else path
                    found[id(key)] = inside
                    waiting.append((value, inside))
        return found


def _after(value: Node, key: Node) -> bool:
    """Return whether a value stands behind its key: one behind an alias stands where its anchor is."""
    return bool(value.start_mark.index >= key.start_mark.index)


def _entries(node: Node, above: tuple[int, ...] = ()) -> dict[str, tuple[Node, Node]]:
    found: dict[str, tuple[Node, Node]] = {}
    merged: list[Node] = []
    for key, value in node.value:
        if key.id != "scalar":
            continue
        if is_merge(key):
            merged += value.value if value.id == "sequence" else [value]
        else:
            found.setdefault(key.value, (key, value))
    above = (*above, id(node))
    for source in merged:
        if source.id == "mapping" and id(source) not in above:
            for name, pair in _entries(source, above).items():
                found.setdefault(name, pair)
    return found


class NoPlaces(Places):
    """The places of data that stands in no file: each is the beginning."""

    def key(self, path: Path) -> Place:  # noqa: ARG002 -- no key has a place of its own
        """Return the beginning."""
        return self.nearest(())[1]
