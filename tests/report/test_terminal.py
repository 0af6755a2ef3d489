"""Tables, paragraphs, colours and fixes for terminals."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.report.terminal import fix_lines, paint, table, wrapped

WORDS = st.lists(st.text("abc-.", min_size=1, max_size=30), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("rows", "right", "expected"),
    [
        ([("a", "bb"), ("ccc", "d")], (), ["a    bb", "ccc  d"]),
        ([("a", "1"), ("b", "100")], (1,), ["a    1", "b  100"]),
        ([("a", ""), ("b", "")], (), ["a", "b"]),
        ([("100 %", "%s")], (), ["100 %  %s"]),
        ([], (), []),
    ],
    ids=["as wide as the widest", "numbers at the right", "no spaces at the end", "percent signs are text", "empty"],
)
def test_tables(rows: list[tuple[str, ...]], right: tuple[int, ...], expected: list[str]) -> None:
    """Columns line up, two spaces apart."""
    assert list(table(rows, right)) == expected


@given(WORDS, st.integers(40, 120))
def test_wrapping_breaks_at_spaces_alone(words: list[str], width: int) -> None:
    """All words are there, in order and whole; a line is longer than the width only if it is one word."""
    lines = wrapped(" ".join(words), width, "  ", "    ")
    assert " ".join(lines).split() == words
    assert all(len(line) <= width for line in lines)
    assert all(line.startswith("    ") for line in lines[1:])


def test_colours_end_where_they_should() -> None:
    """A painted text is the text between two escape sequences."""
    assert paint("fail", "fail", on=False) == "fail"
    assert re.fullmatch(r"\x1b\[[0-9;]+mfail\x1b\[0m", paint("fail", "fail"))


def test_a_fix_can_be_copied() -> None:
    """A command a line, joined as the shell reads them."""
    assert list(fix_lines("az a && az b")) == ["  fix: az a &&", "       az b"]
