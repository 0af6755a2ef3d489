"""Plain lists of answers: what a person writes into a ticket."""

from __future__ import annotations

import pytest

from acrdns.probe.observation import Outcome
from acrdns.probe.plain import read

NAME = "contoso.azurecr.io"
LINES = {
    f"hub {NAME} 10.0.0.7": ("hub", "A", Outcome.ANSWER, ("10.0.0.7",)),
    f"  hub\t{NAME.upper()}.   10.0.0.7, 10.0.0.8  # twice": ("hub", "A", Outcome.ANSWER, ("10.0.0.7", "10.0.0.8")),
    f"aks/pods {NAME} 2001:DB8::7": ("aks/pods", "AAAA", Outcome.ANSWER, ("2001:db8::7",)),
    f"hub {NAME} 10.0.0.7 2001:db8::7": ("hub", None, Outcome.ANSWER, ("10.0.0.7", "2001:db8::7")),
    f"hub {NAME} nxdomain": ("hub", None, Outcome.NXDOMAIN, ()),
    f"internet {NAME} TIMEOUT": ("internet", None, Outcome.TIMEOUT, ()),
    f"- hub: `{NAME}` -> 10.0.0.7": ("hub", "A", Outcome.ANSWER, ("10.0.0.7",)),
    f"| hub | {NAME} | 10.0.0.7 |": ("hub", "A", Outcome.ANSWER, ("10.0.0.7",)),
    f"> > hub;{NAME};10.0.0.7": ("hub", "A", Outcome.ANSWER, ("10.0.0.7",)),
    f"2) hub {NAME} = 2001:db8::7": ("hub", "AAAA", Outcome.ANSWER, ("2001:db8::7",)),
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_one_answer(line: str) -> None:
    """Vantage point, name, and addresses or an outcome."""
    (answer,) = read(f"# a ticket\n\n{line}\n", "list").answers
    assert answer.source is not None
    assert (answer.fqdn, answer.chain, answer.source.line) == (NAME, (NAME,), 3)
    assert (answer.vantage, answer.type, answer.outcome, answer.addresses) == LINES[line]


def test_other_lines_are_ignored_where_there_is_an_answer() -> None:
    """Words around a list are named, and what other tools print is left to those who know it."""
    found = read(f"please help\nhub {NAME} NODATA\nhub www.example.org 192.0.2.1\n", "list")
    assert [(line.line, line.because) for line in found.ignored] == [
        (1, "it is not VANTAGE NAME ADDRESS"), (3, "www.example.org is no registry's name"),
    ]  # fmt: skip
    assert read(f"{NAME}. 60 IN CNAME {NAME}.\nhello\n", "list").answers == ()
    assert read("hello\n", "list").ignored == ()


def test_every_line_that_cannot_be_read_is_named() -> None:
    """With its line and the remedy."""
    first, second = read(f"hub {NAME}\nhub {NAME} NXDOMIAN\nhub {NAME} 10.0.0.7\n", "list").problems
    assert str(first).startswith("list:1: contoso.azurecr.io has no answer; write its addresses")
    assert "did you mean NXDOMAIN?" in str(second)
