"""The table of symptoms in the documentation is what real clients say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.lab.runtime.symptoms import HEAD, PAGE, rows, symptom, twins

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.conftest import Labs


def test_each_broken_topology_has_a_row() -> None:
    """A new twin needs one: python -m tests.lab.runtime.symptoms."""
    page = PAGE.read_text(encoding="utf-8")
    assert HEAD in page
    assert [row.split("`")[1] for row in rows(page)] == twins()


@pytest.mark.interop
@pytest.mark.parametrize("twin", twins())
def test_clients_say_what_the_page_says(labs: Labs, program: Callable[[str], str], tmp_path: Path, twin: str) -> None:
    """Skopeo fails at that step with those words."""
    program("skopeo")
    row = next(row for row in rows(PAGE.read_text(encoding="utf-8")) if f"`{twin}`" in row)
    assert symptom(labs, twin, tmp_path).line == row
