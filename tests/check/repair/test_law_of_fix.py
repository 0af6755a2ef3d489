"""The law of `fix`: it ends, and the edited file loads, differs in the lines shown alone, and is what the report says.

No answer that was right turns wrong, and the errors that are left are those that the report names.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, assume, given
from hypothesis import strategies as st

from acrdns.check.estate.matrix import Estate
from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.check.repair.search import errors, is_wrong, repairs
from acrdns.record import Type
from acrdns.report.escape import log, visible
from acrdns.report.repair import json as as_json
from acrdns.report.repair import text as as_text
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.text.rewrite import edited
from tests.check.test_fixes_converge import doubled
from tests.examples import examples
from tests.resolve import tangled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

SAMPLES = sorted((Path(__file__).resolve().parents[3] / "zones").glob("*.yaml"))
FAULTS = [name for name in PRIORS if name != "stale-cache"]
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")
UNSHRUNK = {"phases": (Phase.explicit, Phase.generate), "suppress_health_check": [HealthCheck.too_slow]}


@st.composite
def broken(draw: st.DrawFn) -> str:
    """Return the text of a sample, which has comments, with one fault or two."""
    sample = draw(st.sampled_from(SAMPLES))
    text, made = sample.read_text(encoding="utf-8"), 0
    for fault in draw(st.lists(st.sampled_from(FAULTS), min_size=1, max_size=2, unique=True)):
        if found := list(named(fault).find(Site(loads(text, "estate.yaml")), None)):
            text = edited(text, draw(st.sampled_from(found)).edits, "estate.yaml")
            made += 1
    assume(made)
    return text


def commented(topology: Topology) -> str:
    """Return the file of a topology with a comment at each entry."""
    lines = dumps(topology).splitlines()
    noted = (f"{line}  # note {at}" if re.match(r"  \S.*[^|>]$", line) else line for at, line in enumerate(lines))
    return "\n".join(noted) + "\n"


def patched(text: str, diff: Sequence[str]) -> str:
    """Return a text with the hunks of a unified diff made; the lines around a change are those of the text."""
    old, new, at = text.splitlines(), list[str](), 0
    for line in diff[2:]:
        if found := HUNK.fullmatch(line):
            start = int(found[1]) - (found[2] != "0")
            new, at = [*new, *old[at:start]], start
        else:
            assert line[0] == "+" or old[at] == line[1:]
            new += [line[1:]] if line[0] in " +" else []
            at += line[0] in " -"
    return "\n".join([*new, *old[at:]]) + "\n"


def wrong(topology: Topology) -> set[tuple[str, str, Type]]:
    """Return the wrong cells of both matrices."""
    both = ((Estate(topology).matrix(type_=type_), type_) for type_ in (Type.A, Type.AAAA))
    return {(vantage, row.fqdn, type_) for found, type_ in both for row, vantage, _ in found.surprises()}


def subjects(found: Sequence[Finding]) -> list[tuple[str, str]]:
    """Return the codes and subjects of findings."""
    return [(finding.code, finding.fqdn) for finding in found]


def holds(text: str) -> None:
    """Assert the law for one file."""
    before = loads(text, "estate.yaml")
    found = repairs(before, text)
    left = () if found else errors(before)
    shown = as_text.render(before, text, found, left)
    document = json.loads(as_json.render(before, text, found, left))
    assert [(each["code"], each["fqdn"]) for each in document["left"]] == subjects(left)
    assert len(document["proposals"]) == len(found)
    assert len({repair.edits for repair in found}) < 2
    at = 0
    for repair, proposal in zip(found, document["proposals"], strict=True):
        after = loads(repair.text, "estate.yaml")
        assert after == repair.topology
        assert patched(text, proposal["diff"].splitlines()) == repair.text
        assert wrong(after) <= wrong(before)
        assert subjects(repair.left) == subjects(errors(after)) == [(e["code"], e["fqdn"]) for e in proposal["left"]]
        assert repair.left or not is_wrong(after)
        said = [*proposal["diff"].splitlines(), *(f"fix: {fix['text']}" for fix in proposal["fixes"])]
        for line in said:
            at = shown.index(log(visible(line)), at)


@examples(1 / 4, **UNSHRUNK)
@given(text=broken())
def test_fix_of_broken_samples(text: str) -> None:
    """One fault or two, at any place."""
    holds(text)


@pytest.mark.slow
@examples(3, **UNSHRUNK)
@given(text=broken())
def test_fix_of_many_broken_samples(text: str) -> None:
    """The same, for longer."""
    holds(text)


@pytest.mark.slow
@examples(1, **UNSHRUNK)
@given(topology=doubled())
def test_fix_where_endpoints_are_doubled(topology: Topology) -> None:
    """Several private endpoints of one registry, with and without zones."""
    holds(commented(topology))


@pytest.mark.slow
@examples(1 / 20, **UNSHRUNK)
@given(topology=tangled.topologies(later=True))
def test_fix_of_tangled_topologies(topology: Topology) -> None:
    """Many defects at once, with clients, filters, virtual hubs and lists of servers."""
    holds(commented(topology))
