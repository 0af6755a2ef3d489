from __future__ import annotations

import pytest

from acrdns.suggest import close, either, listed, remedy


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        ("contosso", ["fabrikam", "contoso"], ("contoso",)),
        ("premium", ["Basic", "Premium"], ("Premium",)),
        ("AAA", ["A", "AAAA"], ("AAAA",)),
        ("zzz", ["hub", "spoke"], ()),
        ("", ["hub"], ()),
        ("hub", [], ()),
    ],
)
def test_close(word: str, known: list[str], expected: tuple[str, ...]) -> None:
    """What is like a word is found, whatever its letter case; what is not is not."""
    assert close(word, known) == expected


@pytest.mark.parametrize(
    (("names"), "expected"), [(["a"], "a"), (["a", "b"], "a or b"), (["a", "b", "c"], "a, b or c")]
)
def test_either(names: list[str], expected: str) -> None:
    """Alternatives read as a sentence does."""
    assert either(names) == expected


def test_listed_says_when_there_are_more() -> None:
    """A long list is cut, and says so."""
    assert listed(["a", "b"]) == "allowed: a, b"
    assert listed([str(n) for n in range(16)]) == "allowed: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, ..."


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (["hub"], "did you mean hub? allowed: hub"),
        (["spoke"], "allowed: spoke"),
        ([], "there are none"),
    ],
)
def test_remedy(known: list[str], expected: str) -> None:
    """The closest comes first, then what is allowed; where nothing is, that is said."""
    assert remedy("hubb", known, "there are none") == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Name7777", ("name7777",)),
        ("nmae7777", ("name7777",)),
        ("name777", ("name7777",)),
        ("name77777", ("name7777",)),
        ("nane7777", ("name7777",)),
        ("nane7778", ()),
        ("7777", ()),
    ],
)
def test_among_very_many_a_single_letter_counts(word: str, expected: tuple[str, ...]) -> None:
    """Where all names cannot be compared with every wrong one, the one that differs in one letter is still found."""
    known = {"name7777", *(f"other{n}" for n in range(1000))}
    assert close(word, known) == expected
