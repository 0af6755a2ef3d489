"""Edits of YAML text change the data as asked, and leave every other line byte for byte."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.errors import InputError
from acrdns.topology.text.document import parse
from acrdns.topology.text.edit import Append, Drop, Edit, Put, Rename, changed
from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.errors import Path

KEYS = st.sampled_from(("hub", "spoke-1", "10.0.0.4", "@", "*", "on", "a b", "é", "x: y", "7"))
SCALARS = st.one_of(
    st.sampled_from(("10.0.0.7", "eastus", "null", "on", "", "# no comment", "a: b", "é", "2001:db8::7", "-")),
    st.integers(0, 9999),
    st.booleans(),
    st.none(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.dictionaries(KEYS, inner, max_size=3) | st.lists(inner, max_size=3), max_leaves=6
)
FILES = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)


@dataclass(frozen=True)
class Line:
    """A line of a file, and the path of what stands on it."""

    text: str
    path: Path


def written(draw: st.DrawFn, data: Any, path: Path, indent: int) -> Iterator[Line]:
    """Write a mapping or a list as block, each value below or behind its key, with comments, anchors, blank lines."""
    entries = data.items() if isinstance(data, dict) else enumerate(data)
    for number, (key, value) in enumerate(entries):
        inside = (*path, key)
        if draw(st.booleans()):
            yield Line(draw(st.sampled_from(("", f"{' ' * indent}# before {number}"))), (*path, "#"))
        head = " " * indent + (f"{json.dumps(key, ensure_ascii=False)}:" if isinstance(data, dict) else "-")
        comment = draw(st.sampled_from(("", "  # why")))
        if isinstance(value, dict | list) and value and isinstance(data, dict) and draw(st.booleans()):
            yield Line(head + draw(st.sampled_from(("", f" &a{repr(inside).encode().hex()}"))) + comment, inside)
            yield from written(
                draw, value, inside, indent + (2 if isinstance(value, dict) else draw(st.sampled_from((0, 2))))
            )
        else:
            yield Line(f"{head} {json.dumps(value, ensure_ascii=False)}{comment}", inside)


def paths(data: Any, path: Path = ()) -> Iterator[Path]:
    """Return every path in the data."""
    for key, value in data.items() if isinstance(data, dict) else enumerate(data):
        yield (*path, key)
        if isinstance(value, dict | list):
            yield from paths(value, (*path, key))


def at(data: Any, path: Path) -> Any:
    """Return the value at a path."""
    for step in path:
        data = data[step]
    return data


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Line], str, bool, Any, Edit]:
    """Draw a file, line by line, and an edit of it."""
    data = draw(FILES)
    lines = list(written(draw, data, (), 0))
    path = draw(st.sampled_from(list(paths(data))))
    new, value = draw(KEYS.map(lambda key: f"new {key}")), draw(VALUES)
    edits: list[Edit] = [Put(path, value), Drop(path), Put(("section", new), value)]
    if isinstance(path[-1], str):
        edits.append(Rename(path, new))
    inner = at(data, path)
    if isinstance(inner, dict) or inner is None:
        edits.append(Put((*path, new), value))
    if (isinstance(inner, list) or inner is None) and isinstance(path[-1], str):
        edits.append(Append(path, value))
    return lines, draw(st.sampled_from(("\n", "\r\n"))), draw(st.booleans()), data, draw(st.sampled_from(edits))


def touches(path: Path, edit: Edit) -> bool:
    """Return whether an edit may change the line of a path: it is on the way to what is edited, or in it."""
    shorter = min(len(path), len(edit.path))
    return path[:shorter] == edit.path[:shorter]


@given(cases())
def test_an_edit_changes_the_data_as_asked_and_no_other_line(
    case: tuple[list[Line], str, bool, Any, Edit],
) -> None:
    """In block and in flow style, with comments, blank lines, CRLF, and without a newline at the end."""
    lines, newline, ended, data, edit = case
    text = newline.join(line.text for line in lines) + (newline if ended else "")
    assert parse(text, "f").data == data
    result = edited(text, [edit], "f")
    assert parse(result, "f").data == changed(data, edit)
    left = iter(result.split("\n"))
    others = [line.text + newline.removesuffix("\n") for line in lines[:-1] if not touches(line.path, edit)]
    assert all(line in left for line in others)
    assert result.endswith("\n") == ended or touches(lines[-1].path, edit)
    if newline in text:
        assert result.count("\n") == result.count(newline)


TABLE = {
    "a link's state": (
        "links:\n  hub: {}   # the hub\n",
        Put(("links", "hub", "state"), "InProgress"),
        "links:\n  hub: {state: InProgress}   # the hub\n",
    ),
    "a key without a value": ("hub:\nspoke:\n", Put(("hub", "a"), 1), "hub: {a: 1}\nspoke:\n"),
    "the last entry": ("links:  # none\n  hub: {}\nrest: 1\n", Drop(("links", "hub")), "links: {}  # none\nrest: 1\n"),
    "a section that is not there": ("a: 1\n", Put(("b", "c", "d"), {}), "a: 1\nb:\n  c:\n    d: {}\n"),
    "an item of a block": ("a:\n- 1\n- 2\n", Drop(("a", 0)), "a:\n- 2\n"),
    "the first key of an item": ("a:\n- x: 1\n  y: 2\n", Drop(("a", 0, "x")), "a:\n- y: 2\n"),
    "one item more, in flow": ("a: [1, 2] # c\n", Append(("a",), 3), "a: [1, 2, 3] # c\n"),
    "one item more, in block": ("a:\n  - 1\nb: 1", Append(("a",), "on"), "a:\n  - 1\n  - 'on'\nb: 1"),
    "a name in other letter case": ("r: {Contoso: 1}\n", Put(("r", "contoso"), 2), "r: {Contoso: 2}\n"),
    "a new key for a value": ("r:\n  a: {x: 1} # c\n", Rename(("r", "a"), "b"), "r:\n  b: {x: 1} # c\n"),
    "what an alias stands for is written out": (
        "a: &a {x: 1}\nb: *a\n",
        Put(("b", "x"), 2),
        "a: &a {x: 1}\nb: {x: 2}\n",
    ),
    "what a merge brings in stays below": (
        "a: &a\n  x: 1\nb:\n  <<: *a\n  y: 1\n",
        Put(("b", "x"), 2),
        "a: &a\n  x: 1\nb:\n  <<: *a\n  y: 1\n  x: 2\n",
    ),
    "a key in a mapping with an anchor": (
        "hub: &n\n  a: 1   # one\nspoke: *n\nrest: &r # r\n  a: 1 # both\n",
        Put(("rest", "b"), 2),
        "hub: &n\n  a: 1   # one\nspoke: *n\nrest: &r # r\n  a: 1 # both\n  b: 2\n",
    ),
    "the last key of a mapping with an anchor": (
        "hub: &n # n\n  a: 1 # one\n  b: 2\n",
        Drop(("hub", "b")),
        "hub: &n # n\n  a: 1 # one\n",
    ),
    "the first key of a mapping with an anchor": (
        "hub: &n\n  a: 1\n  b: 2 # two\n",
        Drop(("hub", "a")),
        "hub: &n\n  b: 2 # two\n",
    ),
    "an item more of a list with an anchor": (
        "a: &a\n  # one - two\n  - 1 # 1\nb: 1\n",
        Append(("a",), 2),
        "a: &a\n  # one - two\n  - 1 # 1\n  - 2\nb: 1\n",
    ),
    "an item of a list with an anchor": (
        "a: &a\n- 1\n- &two 2 # 2\n- 3\n",
        Drop(("a", 0)),
        "a: &a\n- &two 2 # 2\n- 3\n",
    ),
    "an item more of a list with a dash in a comment": (
        "a:\n-  # one - two\n  x: 1\nb: 1\n",
        Append(("a",), 2),
        "a:\n-  # one - two\n  x: 1\n- 2\nb: 1\n",
    ),
    "an item with an anchor": (
        "a:\n- &x\n  b: 1 # b\n- 2\n",
        Put(("a", 0, "c"), 2),
        "a:\n- &x\n  b: 1 # b\n  c: 2\n- 2\n",
    ),
    "a mapping with an anchor, on one line": ("a: &a {x: 1} # a\n", Put(("a", "y"), 2), "a: &a {x: 1, y: 2} # a\n"),
    "all that an anchor stands for": ("a: &a\n  x: 1\nb: 1\n", Put(("a",), 2), "a: &a 2\nb: 1\n"),
    "an empty file": ("# nothing yet\n", Put(("a",), 1), "# nothing yet\na: 1\n"),
}


@pytest.mark.parametrize(("text", "edit", "result"), TABLE.values(), ids=TABLE)
def test_edits_look_as_people_write(text: str, edit: Edit, result: str) -> None:
    """The new text is what somebody would have typed."""
    assert edited(text, [edit], "f") == result


def test_what_is_not_there_is_a_wrong_path() -> None:
    """An edit of nothing is a mistake of the caller."""
    with pytest.raises(KeyError):
        edited("a: 1\n", [Drop(("b",))], "f")


def test_an_anchor_that_is_used_elsewhere_is_not_deleted() -> None:
    """With the place, and what to do."""
    with pytest.raises(InputError, match=r"f:1:1: a: this cannot be edited in place; write it without anchors"):
        edited("a: &a {x: 1}\nb: *a\n", [Drop(("a",))], "f")
