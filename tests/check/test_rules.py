"""The rule table and the pages."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import acrdns.check.rules
from acrdns.check.rule import Page, Rule
from acrdns.check.rules import TABLE, rule, rules

ALL = list(rules())
NO_RULES = frozenset({"astray", "decided", "finding", "properties", "pulled"})
"""What the proven rules and the rules about pulls share."""


def test_every_file_is_in_the_table() -> None:
    """A rule that nobody can find is none."""
    directory = Path(acrdns.check.rules.__file__).parent
    files = {
        path.stem.replace("_", "-") for path in directory.glob("*/*.py") if path.stem not in {"__init__", *NO_RULES}
    }
    assert files == set(TABLE.values())


def test_codes_and_names_are_unique_and_well_formed() -> None:
    """A code is ACR and three digits, a name is kebab case; the table is in the order of codes."""
    assert list(TABLE) == sorted(TABLE)
    assert len(set(TABLE.values())) == len(TABLE)
    assert all(re.fullmatch(r"ACR[12349]\d\d", code) for code in TABLE)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in TABLE.values())


@pytest.mark.parametrize("text", ["ACR305", "acr305", "missing-record", " Missing-Record "])
def test_a_rule_is_found_by_code_or_name(text: str) -> None:
    """In any letter case."""
    assert rule(text).code == "ACR305"


@pytest.mark.parametrize("text", ["", "ACR", "ACR3", "ACR999", "missing", "missing_record"])
def test_what_is_no_rule_is_not_found(text: str) -> None:
    """A beginning is not enough."""
    with pytest.raises(KeyError):
        rule(text)


def test_prefixes_choose_rules() -> None:
    """`check` and `lint` take their own."""
    assert [found.code for found in rules("ACR3")] == [code for code in TABLE if code.startswith("ACR3")]
    assert [found.code for found in rules()] == list(TABLE)


@pytest.mark.parametrize("found", ALL, ids=lambda found: found.code)
def test_a_page_is_whole(found: Rule) -> None:
    """Every section says something, but for what there need not be, and every fence that opens closes."""
    for field in fields(Page):
        value = getattr(found.page, field.name)
        assert value or field.name == "note", field.name
        texts = (value,) if isinstance(value, str) else value if field.name == "references" else ()
        assert all(text.count("```") % 2 == 0 for text in texts), field.name
        assert all(text.strip() for text in texts) or field.name == "note", field.name
    assert all(fix.text and fix.terraform and fix.bicep for fix in found.page.fixes)
