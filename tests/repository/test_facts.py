"""The facts that rules, assumptions and docstrings cite are entries of the shipped page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.check.rules import rules
from acrdns.cli.facts import cited, entries
from acrdns.topology.assumptions import ASSUMPTIONS
from tests.repository.citations import missing

if TYPE_CHECKING:
    from acrdns.check.rule import Rule
    from acrdns.topology.assumptions import Assumption

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "acrdns/pages/facts.md"
MARKS = {"confirmed", "inferred", "unknown"}


def test_every_heading_is_an_entry() -> None:
    """None is left out because its marks or its source are missing or written in another way."""
    headings = re.findall(r"^## (behaviour \d+|\S+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == list(entries())
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize("id_", list(entries()))
def test_an_entry_has_marks_and_a_source(id_: str) -> None:
    """A source that is another entry exists."""
    entry = entries()[id_]
    assert entry.marks
    assert set(entry.marks) <= MARKS
    assert entry.text
    if entry.source.startswith("facts "):
        sources = entry.source.removeprefix("facts ").rstrip(".").split(", ")
        assert [each for each in sources if each not in entries()] == []


@pytest.mark.parametrize("rule", tuple(rules()), ids=lambda rule: rule.code)
def test_what_a_rule_page_cites_exists(rule: Rule) -> None:
    """Each reference to the facts leads to an entry, and each rule has one; those about `accept` say nothing of Azure."""
    references = [reference for reference in rule.page.references if reference.startswith("facts ")]
    assert references or rule.code.startswith("ACR9")
    assert [each for reference in references for each in missing(reference)] == []


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda assumption: assumption.name)
def test_what_an_assumption_rests_on_exists(assumption: Assumption) -> None:
    """And one of the entries has the assumption's mark."""
    source = assumption.source
    assert missing(source) == []
    marks = {mark for each in cited(source) for mark in entries()[each].marks}
    assert assumption.mark.lower() in marks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("F01", ["F01"]),
        ("F07, F08, behaviour 29", ["F07", "F08", "behaviour 29"]),
        ("sections 2.1 and 3 (order), behaviours 7 to 9", ["2.1", "3", "behaviour 7", "behaviour 8", "behaviour 9"]),
        ("sections 1.2, 1.3 and 1.5 (chains).", ["1.2", "1.3", "1.5"]),
        ("section 2.2 (rules 3 and 6), check-health in section 4.", ["2.2", "4"]),
        ("nothing", []),
    ],
)
def test_a_citation_is_read(text: str, expected: list[str]) -> None:
    """Faults, sections and behaviours, single, listed and as a range."""
    assert list(cited(text)) == expected
