"""The tables of symptoms in the documentation are what real clients say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from acrdns.check.faults import PRIORS, named
from tests.lab.runtime.symptoms import (
    FAULTS,
    HEAD,
    OTHERS,
    PAGE,
    SITUATIONS,
    case,
    count,
    faults_without_twin,
    line,
    rows,
    twins,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.conftest import Labs


def test_each_fault_has_a_row() -> None:
    """A new broken topology or fault needs one: python -m tests.lab.runtime.symptoms."""
    page = PAGE.read_text(encoding="utf-8")
    assert HEAD in page
    assert OTHERS in page
    assert {arguments.split()[0] for arguments in FAULTS} == faults_without_twin()
    names = [f"`{twin}`" for twin in twins()]
    names += [f"`acrdns break {arguments}`" for arguments in FAULTS]
    assert [row.split(" | ")[0] for row in rows(page)] == [
        f"| {name}" for name in (*names, *(s.name for s in SITUATIONS))
    ]


DENIED, ABSENT, SILENT = ("login", "403 (Forbidden)"), ("login", "no such host"), ("login", "connection timed out")
PASSES = ("nothing", "")
RECORDED = {
    **dict.fromkeys(("F01", "F02", "F03", "F13", "F15", "F19", "F20", "F21", "F22"), (DENIED,)),
    **dict.fromkeys(("F08", "F10", "F17", "F18", "F23", "F33"), (ABSENT,)),
    **dict.fromkeys(("F09", "F26"), (SILENT,)),
    # A record of the login server, or of a data endpoint, that is not there.
    "F04": (ABSENT, ("layer", "no such host")),
    **dict.fromkeys(("F11", "F12"), (("layer", "no such host"),)),
    "F06": (("layer", "403 (Forbidden)"),),
    # A server that is asked and silent; one behind it makes it answer SERVFAIL.
    **dict.fromkeys(("F14", "F16"), (("login", "i/o timeout"), ("login", "server misbehaving"))),
    "F25": (("login", "x509: certificate is valid for"),),
    "F27": (("layer", "connection timed out"),),
    "F32": (("login", "404 (Not Found)"), ("login", "403 (Forbidden)"), ("layer", "x509: certificate is valid for")),
    # They fail where that replica serves, and where the networks are not peered.
    "F05": (PASSES, ("layer", "no such host")),
    "F07": (PASSES, SILENT),
    **dict.fromkeys(("F30", "F31", "F35"), (PASSES,)),
}
"""The step and the words of each symptom that facts.md section 4 records, by its entry."""


def entries(row: str) -> set[str]:
    """Return the entries of the facts that the fault of a row refers to."""
    name = row.split(" | ", maxsplit=1)[0]
    fault = re.search(r"`(?:broken/|acrdns break )([\w-]+)", name)
    words = " ".join(named(fault[1]).references) if fault and fault[1] in PRIORS else name
    return set(re.findall(r"\bF\d\d\b", words))


def test_the_symptoms_are_those_that_the_facts_record() -> None:
    """Each row whose fault is in their catalogue fails at its step and with its words, and each entry has a row."""
    seen = set()
    for row in rows(PAGE.read_text(encoding="utf-8")):
        step, words = row.split(" | ")[3:5]
        found = entries(row) & RECORDED.keys()
        seen |= found
        recorded = [symptom for entry in found for symptom in RECORDED[entry]]
        assert not found or any(step == at and said in words for at, said in recorded), row
    assert seen == RECORDED.keys()


@pytest.mark.interop
@pytest.mark.parametrize("number", range(count()))
def test_clients_say_what_the_page_says(labs: Labs, program: Callable[[str], str], tmp_path: Path, number: int) -> None:
    """Skopeo fails at that step with those words."""
    program("skopeo")
    assert line(labs, case(number, tmp_path), tmp_path) == rows(PAGE.read_text(encoding="utf-8"))[number]
