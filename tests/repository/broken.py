"""What a broken twin shows: the lines of its fault, and what every command says about it."""

from __future__ import annotations

import difflib
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.estate.diff import diff
from acrdns.check.facts import Facts
from acrdns.check.lint import lint
from acrdns.check.policy.accepting import excuse
from acrdns.record import Type
from acrdns.report.diff.text import endpoint
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import load
from tests.check.situations import judged

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

ROOT = Path(__file__).resolve().parent.parent.parent
TWINS = sorted((ROOT / "zones/broken").glob("*.yaml"))
_HEAD = re.compile(r"# (F\d\d|section 5), (.+): the broken twin of (zones/[\w-]+\.yaml)\.\n")
TODAY = date(2026, 12, 1)
_TRACE = re.compile(r"acrdns trace \S+ (\S+)(?: (AAAA))? --from (\S+)")


def head(twin: Path) -> tuple[str, str, str]:
    """Return what the opening comment says: the fault or the section of facts.md, the rules, and the good sample."""
    found = _HEAD.match(twin.read_text(encoding="utf-8"))
    assert found, f"{twin.name} does not open as a twin does"
    return found[1], found[2], found[3]


def shown(twin: Path) -> dict[str, object]:
    """Return everything that the twin shows, in the form of broken.yaml."""
    fault, _, good = head(twin)
    broken = World(load(str(twin)))
    change = diff(World(load(str(ROOT / good))), broken)
    return {
        "fault": fault,
        "twin of": good,
        "change": _lines_of_the_fault(ROOT / good, twin),
        "lint": [f"{finding.code} {finding.fqdn}" for finding in _linted(broken.topology)],
        "check": _checked(broken),
        "client": _client(twin, broken),
        "diff": [f"{c.effect.value} {c.vantage} {endpoint(c)} {c.seconds or 0} s" for c in change.changes],
    }


def _linted(topology: Topology) -> tuple[Finding, ...]:
    """Return what `acrdns lint` shows: what the file excuses is left out."""
    return excuse(topology, lint(topology), TODAY, lambda _: True).findings


def _lines_of_the_fault(good: Path, twin: Path) -> list[str]:
    before, after = (_without_comment(path) for path in (good, twin))
    return [line for line in difflib.ndiff(before, after) if line[0] in "+-"]


def _without_comment(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return lines[lines.index("version: 1") :]


def _checked(world: World) -> list[str]:
    return [
        f"{vantage}: {finding.code} {finding.fqdn}"
        for vantage in world.vantages
        for finding in judged(Facts.simulated(world, vantage)).findings
    ]


def _client(twin: Path, world: World) -> dict[str, str]:
    """Ask what the twin's own comment says to try."""
    found = _TRACE.search(twin.read_text(encoding="utf-8"))
    assert found, f"{twin.name} has no question to try"
    fqdn, type_, vantage = found[1], found[2] or "A", found[3]
    response = world.answer(vantage, Question(names.name(fqdn), Type[type_]))
    last = response.answer[-1].texts()[0] if response.answer else "nothing"
    told = {"asks": f"{fqdn} {type_} from {vantage}", "gets": f"{response.rcode.name} {last}"}
    return told | ({"told why": response.cause} if response.cause else {})
