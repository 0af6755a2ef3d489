"""A YAML file as plain data, with the place of everything in it.

The law: a scalar is what `scalar` returns; a field that needs another type reports it. Every key is text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acrdns.errors import Place, Problem, TopologyError
from acrdns.topology.text.compose import MAX_DEPTH, DepthError, is_merge, scan
from acrdns.topology.text.places import Places, dotted
from acrdns.topology.text.scalar import WORDS, scalar

if TYPE_CHECKING:
    from acrdns.topology.text.compose import Node

_CORE_TAGS = frozenset(f"tag:yaml.org,2002:{name}" for name in ("str", "int", "bool", "null", "map", "seq"))
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Mark:
    """A node that something is wrong with, found while the data was built."""

    node: Node
    message: str
    allowed: str
    fatal: bool = True
    """Whether the data differs from the file, so that no further check makes sense."""


class _Builder:
    """Turns nodes into dicts, lists and scalars. An anchored node is built once and shared."""

    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self._built: dict[int, Any] = {}

    def build(self, node: Node) -> Any:
        kind = node.id
        if kind == "scalar":
            return self._scalar(node)
        number = id(node)
        if number in self._built:
            return self._again(node, number)
        if node.tag and node.tag not in _CORE_TAGS:
            self._unknown_tag(node)
        self._built[number] = _UNDER_WAY
        value = self._mapping(node) if kind == "mapping" else [self.build(item) for item in node.value]
        self._built[number] = value
        return value

    def _again(self, node: Node, number: int) -> Any:
        value = self._built[number]
        if value is _UNDER_WAY:
            self.marks.append(Mark(node, "holds itself by an alias", "an alias may not stand inside its own anchor"))
            return None
        return value

    def _scalar(self, node: Node) -> Any:
        text: str = node.value
        if node.tag:
            return self._tagged(node, text)
        if node.style:
            return text
        return scalar(text)

    def _tagged(self, node: Node, text: str) -> Any:
        if node.tag == _TEXT_TAG:
            return text
        if node.tag not in _CORE_TAGS:
            return self._unknown_tag(node)
        return WORDS[text] if text in WORDS else int(text) if text.removeprefix("-").isdecimal() else text

    def _unknown_tag(self, node: Node) -> None:
        self.marks.append(Mark(node, f"the tag {node.tag} means nothing here", "plain YAML without tags"))

    def _mapping(self, node: Node) -> dict[str, Any]:
        found: dict[str, Any] = {}
        merged: list[Node] = []
        seen: dict[str, Node] = {}
        for key, value in node.value:
            if key.id != "scalar":
                self.marks.append(Mark(key, "a key is a list or a mapping", "a text as key"))
            elif is_merge(key):
                merged.append(value)
            elif key.value in found:
                line = seen[key.value].start_mark.line + 1
                message = f"the key {key.value!r} is given twice, first on line {line}"
                self.marks.append(Mark(key, message, "each key once", fatal=False))
            else:
                seen[key.value] = key
                found[key.value] = self.build(value)
        for value in merged:
            self._merge(found, value)
        return found

    def _merge(self, found: dict[str, Any], node: Node) -> None:
        """Add what `<<` brings in: what is there already wins (YAML 1.1 merge key)."""
        built = self.build(node)
        for source in built if isinstance(built, list) else [built]:
            if not isinstance(source, dict):
                self.marks.append(Mark(node, "<< merges something that is no mapping", "a mapping, or a list of them"))
                return
            for key, value in source.items():
                found.setdefault(key, value)


_UNDER_WAY = object()


@dataclass(frozen=True, slots=True)
class TopologyDocument:
    """A YAML file: plain data, the places of everything in it, and what is wrong with it as YAML."""

    data: Any
    places: Places
    problems: tuple[Problem, ...] = ()


def parse(text: str, file: str) -> TopologyDocument:
    """Read a YAML text. Problems of the syntax leave the data None; others, as a key given twice, do not."""
    import yaml

    places = Places(text, file)
    try:
        root = places.root
    except DepthError:
        message = f"lists and mappings are nested more than {MAX_DEPTH} deep"
        return TopologyDocument(
            None, places, (Problem(Place(file, 1, 1), "", message, "a topology; see `acrdns init`"),)
        )
    except UnicodeEncodeError as error:
        return TopologyDocument(None, places, (_forbidden(text, file, error.start),))
    except yaml.YAMLError as error:
        return TopologyDocument(None, places, (_syntax(error, text, file),))
    if root is None:
        return TopologyDocument(None, places)
    builder = _Builder()
    data = builder.build(root)
    if not builder.marks:
        # The tree of nodes is large. Most files have no problem, so that nobody asks for a place.
        return TopologyDocument(data, Places(text, file))
    problems = tuple(
        Problem(places.at(mark.node), dotted(places.path_of(mark.node)), mark.message, mark.allowed)
        for mark in builder.marks
    )
    fatal = any(mark.fatal for mark in builder.marks)
    return TopologyDocument(None if fatal else data, places, problems)


def refuse_syntax(text: str, file: str) -> None:
    """Raise TopologyError where a text is no YAML, without building anything of it."""
    import yaml

    try:
        scan(text)
    except UnicodeEncodeError as error:
        raise TopologyError([_forbidden(text, file, error.start)]) from None
    except yaml.YAMLError as error:
        # An alias without an anchor is found by who builds the text alone, and may stand before what is no YAML.
        raise TopologyError(parse(text, file).problems if "*" in text else [_syntax(error, text, file)]) from None


def _syntax(error: Any, text: str, file: str) -> Problem:
    """Say what is no YAML, and where."""
    character = getattr(error, "character", None)
    if character is not None:
        return _forbidden(text, file, text.find(character if isinstance(character, str) else chr(character)))
    mark = getattr(error, "problem_mark", None)
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
    problem = str(getattr(error, "problem", None) or error)
    if "found another document" in problem:
        return Problem(place, "", "a second YAML document starts here", "one document a file")
    context = getattr(error, "context", None)
    message = f"this is no YAML: {problem}" + (f" ({context})" if context else "")
    return Problem(place, "", message, _advice(problem, text, mark))


def _advice(problem: str, text: str, mark: Any) -> str:
    lines = text.splitlines()
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "tab character" in problem or "\\t" in problem or line[: len(line) - len(line.lstrip())].count("\t"):
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in problem:
        return "a space after each colon, keys below each other in one column, and quotes around a text with `: ` in it"
    if "undefined alias" in problem:
        return "an anchor of this name before it, or quotes around a text that starts with *"
    return "quotes, brackets and braces in pairs, and keys of one mapping in one column"


def _forbidden(text: str, file: str, position: int) -> Problem:
    """Report a character that YAML forbids."""
    line = text.count("\n", 0, position) + 1
    column = position - (text.rfind("\n", 0, position) + 1) + 1
    message = f"the character U+{ord(text[position]):04X} may not stand in a YAML file"
    return Problem(Place(file, line, column), "", message, "text in UTF-8 without control characters")
