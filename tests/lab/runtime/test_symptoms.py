"""The tables of symptoms in the documentation are what real clients say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.interop
@pytest.mark.parametrize("number", range(count()))
def test_clients_say_what_the_page_says(labs: Labs, program: Callable[[str], str], tmp_path: Path, number: int) -> None:
    """Skopeo fails at that step with those words."""
    program("skopeo")
    assert line(labs, case(number, tmp_path), tmp_path) == rows(PAGE.read_text(encoding="utf-8"))[number]
