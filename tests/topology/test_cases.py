"""Topology files that do not load, and everything that is said about them: `cases/*.txt`.

A case is a title, a file, and behind `>>>` each problem as it is printed, without the file's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from acrdns.errors import TopologyError
from acrdns.topology.load import loads

FILES = sorted((Path(__file__).parent / "cases").glob("*.txt"))


@dataclass(frozen=True)
class Case:
    """One file, and its problems."""

    title: str
    text: str
    problems: list[str]


def read(path: Path) -> list[Case]:
    """Read the cases of one file."""
    cases = []
    for block in re.split(r"^=== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, *lines = block.splitlines()
        problems = [line.removeprefix(">>> ") for line in lines if line.startswith(">>> ")]
        text = "".join(f"{line}\n" for line in lines if not line.startswith(">>> ")).rstrip("\n")
        cases.append(Case(f"{path.stem}: {title}", text, problems))
    return cases


CASES = [case for path in FILES for case in read(path)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_problem_is_told(case: Case) -> None:
    """A file that does not load says what is wrong, where, and what is allowed; nothing else, in file order."""
    with pytest.raises(TopologyError) as error:
        loads(case.text, "x.yaml")
    assert [str(problem).removeprefix("x.yaml:") for problem in error.value.problems] == case.problems


def test_cases_are_many_and_differ() -> None:
    """No case is lost by reading the files wrongly."""
    assert len({case.title for case in CASES}) == len(CASES) >= 140
    assert all(case.problems for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_every_problem_has_a_remedy(case: Case) -> None:
    """Whoever reads a problem can mend it: something stands behind the semicolon, and the line exists."""
    with pytest.raises(TopologyError) as error:
        loads(case.text, "x.yaml")
    for problem in error.value.problems:
        assert problem.message
        assert problem.allowed
        assert 1 <= problem.place.line <= len(case.text.splitlines()) + 1
        assert problem.place.column >= 1
