"""Every fault at every place of every sample: the page that says which faults look alike, and what tells them apart."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.check.diagnosis.next_question import next_steps
from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.topology.load import load
from tests.check.diagnosis.observing import observed, search
from tests.report import snapshot

if TYPE_CHECKING:
    from acrdns.check.diagnosis.diagnosed import NextStep

ROOT = Path(__file__).parents[3]
SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))

PAGE = """\
# Which faults look the same

<!-- written by tests/check/diagnosis/test_completeness.py with ACRDNS_UPDATE_SNAPSHOTS=1 -->

`acrdns check` names every misconfiguration that gives exactly the answers observed. Here each fault of `acrdns faults` was
put into each sample, at every place where it changes an answer, and everything was observed from every vantage point, for A
and AAAA. In all {places} places the true fault was among those found. The last column has the other faults that give the same
answers somewhere, and how to tell them apart: by another question (*ask*), by a command that reads from Azure (*az*), or by
looking at the DNS server, the machine or the cache itself (*look*).

| fault | places | what it can be taken for |
| --- | ---: | --- |
{rows}
"""


@pytest.mark.slow
def test_the_page_is_current() -> None:
    """The true fault is found everywhere, and what else it could be stands on the page."""
    places: dict[str, int] = dict.fromkeys(PRIORS, 0)
    others: dict[str, dict[str, set[str]]] = {fault: defaultdict(set) for fault in PRIORS}
    for sample in SAMPLES:
        topology = load(str(sample))
        for fault in PRIORS:
            for candidate in named(fault).find(Site(topology), None):
                made = search(topology, observed(candidate.apply(topology)))
                if made.base.explains_all():
                    continue
                found = made.smallest()
                keys = [each.key for each in found]
                true = keys.index(frozenset(((fault, candidate.subject),)))
                places[fault] += 1
                steps = list(next_steps(made, found))
                for number, key in enumerate(keys):
                    names = {name for name, _ in key} - {fault}
                    if number != true and names:
                        others[fault][" and ".join(sorted(names))].add(_told_apart(steps, true + 1, number + 1))
    rows = [f"| `{fault}` | {places[fault]} | {_listed(others[fault])} |" for fault in PRIORS]
    page = PAGE.format(places=sum(places.values()), rows="\n".join(rows))
    snapshot.check(ROOT / "acrdns/pages/look-alikes.md", page)


def _told_apart(steps: list[NextStep], one: int, other: int) -> str:
    for step in steps:
        mine = {group for group in step.tells_apart if one in group}
        its = {group for group in step.tells_apart if other in group}
        if mine and its and mine.isdisjoint(its):
            return "ask" if step.ask else "az" if step.az else "look"
    return "look"


def _listed(found: dict[str, set[str]]) -> str:
    return ", ".join(f"`{name}` ({', '.join(sorted(how))})" for name, how in found.items()) or "nothing else"
