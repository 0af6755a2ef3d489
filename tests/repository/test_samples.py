"""The samples: each loads, has no finding, and gives from every vantage point what it should."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from acrdns.check.facts import Facts
from acrdns.check.lint import lint
from acrdns.check.policy.accepting import excuse
from acrdns.resolve.world import World
from acrdns.topology.load import load
from tests.check.situations import judged

DIRECTORY = Path(__file__).resolve().parent.parent.parent / "zones"
SAMPLES = sorted(DIRECTORY.glob("*.yaml"))

PICTURES = {
    "High-Level Architecture": "dedicated-data-endpoints",
    "Standard Data Flow (Without Dedicated Endpoints)": "public",
    "Dedicated Data Endpoint Flow": "dedicated-data-endpoints",
    "Single Region Deployment": "single-region",
    "Geo-Replicated Registry Architecture": "geo-replicated",
    "Private Link Integration Architecture": "private-link",
    "Connected Registry Integration": "connected-registry",
    "Standard (Public) DNS Resolution": "private-link",
    "Private DNS Zone Resolution": "private-link",
    "Temporary Download Link Architecture": "dedicated-data-endpoints",
    "Network Traffic Flow Summary": "dedicated-data-endpoints",
}
"""Pictures and tables of the architecture document, and the sample that shows each."""


def _name(path: Path) -> str:
    return path.stem


def test_every_picture_has_its_sample() -> None:
    """A sample that is renamed leaves no picture without one."""
    assert set(PICTURES.values()) <= {path.stem for path in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=_name)
def test_a_sample_lints_clean(path: Path) -> None:
    """It loads, and no rule finds anything but what the file excuses, not even something to know."""
    topology = load(str(path))
    excused = excuse(topology, lint(topology), date(2026, 12, 1), lambda _: True)
    assert excused.findings == ()


@pytest.mark.parametrize("path", SAMPLES, ids=_name)
def test_a_sample_is_right_from_every_vantage_point(path: Path) -> None:
    """Compiled and simulated, every endpoint is what should be expected there."""
    world = World(load(str(path)))
    for vantage in world.vantages:
        facts = Facts.simulated(world, vantage)
        assert facts.cases
        assert judged(facts).findings == ()


@pytest.mark.parametrize("path", SAMPLES, ids=_name)
def test_a_sample_says_what_it_shows_and_what_to_try(path: Path) -> None:
    """Its commands name the sample itself, and a vantage point that it has."""
    comment = "".join(
        line for line in path.read_text(encoding="utf-8").splitlines(keepends=True) if line.startswith("#")
    )
    commands = re.findall(r"acrdns (?:trace|matrix|diff|check) .*", comment)
    assert commands
    for command in commands:
        assert f"zones/{path.name}" in command
        for vantage in re.findall(r"--from (\S+)", command):
            assert vantage in load(str(path)).vantages
