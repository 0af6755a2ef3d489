"""The broken twins of the samples: each has one fault of facts.md section 4 or 5, and broken.yaml says all that it shows.

broken.yaml is the table, written for people: the lines of the fault and nothing else, what `lint` finds, what `check`
finds from which vantage point, what a client gets and the Extended DNS Error with it, and what `diff` says.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.repository.broken import ROOT, TWINS, head, shown

TABLE = yaml.safe_load(Path(__file__).with_name("broken.yaml").read_text(encoding="utf-8"))
FAULTS_OF_NAMES = {*(f"F{number:02}" for number in range(1, 21)), "F22", "F23", "F30", "F31", "F32", "F33", "F35"}
"""The faults of facts.md section 4 that DNS can show; the others are in firewalls, clients and the data plane."""

OF_CONNECTED_REGISTRIES = "section 5"
"""The names that a connected registry needs; section 4 has no fault of them."""


def _name(path: Path) -> str:
    return path.stem


def test_every_fault_of_names_has_its_twin() -> None:
    """And no twin is without a row of the table, or a row without a twin."""
    assert {head(twin)[0] for twin in TWINS} == {*FAULTS_OF_NAMES, OF_CONNECTED_REGISTRIES}
    assert set(TABLE) == {twin.stem for twin in TWINS}


@pytest.mark.parametrize("twin", TWINS, ids=_name)
def test_a_twin_shows_its_fault_and_nothing_else(twin: Path) -> None:
    """The lines that differ, every finding, the answer and every change are those of the table."""
    assert shown(twin) == TABLE[twin.stem]


@pytest.mark.parametrize("twin", TWINS, ids=_name)
def test_a_twin_is_named_by_a_rule_that_finds_it(twin: Path) -> None:
    """The code in the opening comment is one that lint or check gives."""
    row = TABLE[twin.stem]
    found = " ".join([*row["lint"], *row["check"]])
    assert all(code in found for code in re.findall(r"ACR\d{3}", head(twin)[1]))
    assert row["lint"]


@pytest.mark.parametrize("twin", TWINS, ids=_name)
def test_a_twin_says_what_to_try_with_itself(twin: Path) -> None:
    """Lint, trace and diff, each with the right files."""
    comment = twin.read_text(encoding="utf-8").partition("version: 1")[0]
    _, _, good = head(twin)
    own = f"zones/broken/{twin.name}"
    assert f"acrdns lint {own}\n" in comment
    assert f"acrdns trace {own} " in comment
    assert f"acrdns diff {good} {own}\n" in comment


def test_the_page_of_samples_lists_every_twin() -> None:
    """Its table goes from the fault to the twin and the command."""
    page = (ROOT / "zones/README.md").read_text(encoding="utf-8")
    for twin in TWINS:
        row = next(line for line in page.splitlines() if f"| `broken/{twin.stem}` |" in line)
        assert row.startswith(f"| {head(twin)[0]} ")
        assert f"| `acrdns trace broken/{twin.stem} " in row
