"""Every rule's whole message, place and fix, as users read them: one snapshot a rule, for review."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import pytest

from acrdns.check.facts import Facts
from acrdns.check.fixes.advice import Advice
from acrdns.check.rules import TABLE
from acrdns.resolve.world import World
from tests.check.situations import evidence, judged
from tests.report import snapshot
from tests.scenarios.scenario import SCENARIOS

if TYPE_CHECKING:
    from acrdns.check.finding import Finding

DIRECTORY = Path(__file__).parent / "snapshots"
OBSERVED = {"AAAA fails": evidence("hub", {"contoso": "10.0.0.7 | SERVFAIL"})}
"""What no scenario shows."""


@cache
def written() -> dict[str, str]:
    """Return, for each code, the first finding of every scenario that has one."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for title, findings in found():
        first: dict[str, Finding] = {}
        for finding in findings:
            first.setdefault(finding.code, finding)
        for code, finding in first.items():
            line = f":{finding.place.line}" if finding.place else ""
            texts[code].append(f"{title}{line}\n{indented(finding.message)}\n{indented('fix: ' + finding.fix)}\n")
    return {code: f"{code} {TABLE[code]}\n\n" + "\n".join(blocks) for code, blocks in texts.items()}


def found() -> list[tuple[str, list[Finding]]]:
    """Return the findings of every scenario, and of what no scenario shows."""
    result = []
    for scenario in (scenario for scenario in SCENARIOS if not scenario.refused):
        name, topology = scenario.file.stem, scenario.topology()
        result.append((f"lint {name}", [_without_path(finding, scenario.file) for finding in scenario.findings()]))
        world = World(topology)
        for vantage in scenario.check:
            findings = judged(Facts.simulated(world, vantage)).findings
            result.append((f"check {name} from {vantage}", [_without_path(f, scenario.file) for f in findings]))
    pinned = evidence("hub", {})
    pinned.machine = {"contoso.azurecr.io": ("10.0.0.9",)}
    result.append(("check --system", list(judged(pinned).findings)))
    result += [(f"check {title}", list(judged(facts).findings)) for title, facts in OBSERVED.items()]
    return result


def _without_path(finding: Finding, file: Path) -> Finding:
    message, fix = (text.replace(str(file), "FILE") for text in (finding.message, finding.fix))
    return replace(finding, message=message, fixes=(Advice(fix),))


def indented(text: str) -> str:
    """Wrap a text below a title."""
    return "\n".join(f"    {line}" for line in wrap(text, 116, break_long_words=False, break_on_hyphens=False))


@pytest.mark.parametrize("code", [code for code in TABLE if code < "ACR4"])  # the others need a pull or a policy
def test_a_rule_says_this(code: str) -> None:
    """A change of wording shows; `ACRDNS_UPDATE_SNAPSHOTS=1 pytest tests/check/test_messages.py` writes it."""
    snapshot.check(DIRECTORY / f"{code}.txt", written()[code])
