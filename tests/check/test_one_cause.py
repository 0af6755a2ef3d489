"""`lint` names one cause once: each broken twin, and each sample with a fault, has one finding of it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.check.faults import PRIORS
from acrdns.check.fixes.fix import joined
from acrdns.check.lint import could_find, lint
from acrdns.check.policy.accepting import excuse
from acrdns.check.profile import Profile
from acrdns.check.repair.breaking import STALE_CACHE, breaking
from acrdns.check.rules import TABLE
from acrdns.topology.load import load
from tests.scenarios.scenario import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.finding import Finding
    from acrdns.check.policy.accepting import Acceptance
    from acrdns.topology.model import Topology

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))
TWINS = sorted((ROOT / "zones/broken").glob("*.yaml"))
INFORMATION = {"record-ttl-too-long"}
"""No answer is wrong."""
NARROWER = {"vnet-without-zone-link": "resolver-network-without-zone-link"}
"""The name of a fault that a place may give a narrower one."""


def causes(topology: Topology) -> list[str]:
    """Return the errors and warnings that the file does not excuse."""
    found = excuse(topology, lint(topology), TODAY, could_find).findings
    return _counted(found)


def added(broken: Topology, good: Topology) -> list[str]:
    """Return the errors and warnings of a broken file, excused or not, but for those that the good file has and excuses."""
    known = {(each.finding.code, each.finding.message) for each in _accepted(good)}
    return _counted(each for each in lint(broken) if (each.code, each.message) not in known)


def _accepted(topology: Topology) -> tuple[Acceptance, ...]:
    return excuse(topology, lint(topology), TODAY).accepted


def _counted(found: Iterable[Finding]) -> list[str]:
    return [f"{each.code} {each.fqdn}" for each in found if Profile().severity(each.code) != "info"]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.stem)
def test_a_twin_has_one_cause(twin: Path) -> None:
    """And no finding for a consequence of it."""
    assert len(causes(load(str(twin)))) == (twin.stem not in INFORMATION)


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_a_fault_in_a_sample_is_one_finding(sample: Path) -> None:
    """Wherever `acrdns break` puts it."""
    topology, found, refused = load(str(sample)), dict[str, list[str]](), list[str]()
    for fault in PRIORS:
        try:
            found[fault] = added(breaking(fault, topology).apply(topology), topology)
        except ValueError as error:
            refused.append(str(error))
    assert all(why == STALE_CACHE or "no place" in why or "changes no answer" in why for why in refused)
    assert {fault: said for fault, said in found.items() if len(said) != 1} == {}
    names = {fault: TABLE[said.split()[0]] for fault, (said,) in found.items()}
    named_so = {fault: name for fault, name in names.items() if fault in TABLE.values()}
    # A record under a plain name that stays is why the right one is missing, once that is: its finding says more then.
    grown = {TABLE[each.finding.code] for each in _accepted(topology)}
    assert {fault: name for fault, name in named_so.items() if name not in (fault, NARROWER.get(fault), *grown)} == {}
    assert found or not topology.private_endpoints


ONE = {"partner-registry", "hub-and-spoke-dns-server", "accepted-findings"}
"""Samples whose faults are tried in every run."""
KNOWS_MORE = {
    "bypassed-azure-dns": "the good file has the servers that a network asked before",
    "unreachable-dns-server": "the good file has the servers that a network asked before",
    "shared-record-deleted": "the good file shows whether records were made by hand",
    "replica-without-address": "the good file has the address",
    "misspelt-private-zone": "the broken file has the name of the zone",
    "zone-of-public-name": "the broken file has the zone, which is deleted as well",
}
"""Faults that one of both files tells more about, so that its command has more."""
OF_A_RULESET = "az dns-resolver vnet-link create"
"""The good file has the ruleset that a network was linked to; in the broken one, a link to the zone mends it as well."""


@pytest.mark.parametrize("sample", [pytest.param(s, marks=() if s.stem in ONE else pytest.mark.slow) for s in SAMPLES])
def test_a_finding_and_a_diagnosis_have_the_same_command(sample: Path) -> None:
    """`lint` of the broken file, and `check` of the good one, which sees the same fault in the answers."""
    topology, differ = load(str(sample)), dict[str, tuple[str, list[str]]]()
    for fault in PRIORS:
        with suppress(ValueError):
            found = breaking(fault, topology)
            said, fixes = joined(found.fixes), [each.fix for each in lint(found.apply(topology))]
            if said not in fixes and not any(fix.startswith(f"{said} && ") for fix in fixes):
                differ[fault] = said, fixes
    known = {fault for fault, (said, _) in differ.items() if fault in KNOWS_MORE or said.startswith(OF_A_RULESET)}
    assert {fault: said for fault, said in differ.items() if fault not in known} == {}
