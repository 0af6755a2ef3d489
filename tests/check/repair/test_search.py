"""Repairs: each proven, none that changes what is meant, and the answers are back that a fault took."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.check.estate.matrix import matrix
from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.check.repair import search
from acrdns.check.repair.search import is_wrong, repairs
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))
# No answer is wrong, or the connection that is missing is a person's to make.
LEFT = {"record-ttl-too-long", "standby-server-disagrees", "branch-outside-the-wan"}
TWINS = [twin for twin in sorted((ROOT / "zones/broken").glob("*.yaml")) if twin.stem not in LEFT]
# What is meant is not in the file, or no edit that a finding proposes gives it back.
UNMENDED = {
    "hosts-file-pin": "no rule finds it yet",
    "replica-without-address": "only the network's owner knows a free address",
    "stale-cache": "no change of a file",
    "unreachable-dns-server": "the server that is meant is not in the file",
    "zone-of-public-name": "another registry gets its private address by it",
}


def answers(topology: Topology) -> list[tuple[str, str, object]]:
    """Return every answer: vantage point, endpoint, state and addresses."""
    both = [matrix(World(topology)), matrix(World(topology), type_=Type.AAAA)]
    return [
        (vantage, row.fqdn, (cell.state, cell.addresses))
        for table in both
        for row in table.rows
        for vantage, cell in zip(table.vantages, row.cells, strict=True)
    ]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_nothing_is_wrong_in_a_sample(sample: Path) -> None:
    """So nothing is proposed."""
    assert repairs(load(str(sample)), sample.read_text(encoding="utf-8")) == ()


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.stem)
def test_a_twin_is_mended(twin: Path) -> None:
    """Every proposal loads, is as small as the others, and leaves nothing wrong; what is meant stays."""
    before, text = load(str(twin)), twin.read_text(encoding="utf-8")
    found = repairs(before, text)
    assert found
    assert len({repair.edits for repair in found}) == 1
    for repair in found:
        after = loads(repair.text, str(twin))
        assert after == repair.topology
        assert not is_wrong(after)
        assert all(matrix(World(after), type_=type_).clean for type_ in (Type.A, Type.AAAA))
        assert before.registries.keys() == after.registries.keys()
        assert before.networks.keys() == after.networks.keys()
        assert before.private_endpoints.keys() == after.private_endpoints.keys()
        assert all(before.networks[key].peerings <= after.networks[key].peerings for key in before.networks)


@pytest.mark.parametrize("name", [name for name in PRIORS if name not in UNMENDED])
def test_break_then_fix_gives_back_the_same_answers(name: str) -> None:
    """In the first sample where the fault breaks an answer: by every proposal."""
    for sample in SAMPLES:
        before, text = load(str(sample)), sample.read_text(encoding="utf-8")
        for candidate in named(name).find(Site(before), None):
            broken = edited(text, candidate.edits, str(sample))
            topology = loads(broken, str(sample))
            if answers(topology) != answers(before):
                found = repairs(topology, broken)
                assert found
                assert all(answers(repair.topology) == answers(before) for repair in found)
                return
    pytest.fail("it breaks no sample")


def test_past_its_limit_the_search_settles_for_a_repair_without_a_needless_edit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As many faults as there are records: all are mended, and nothing else is changed."""
    monkeypatch.setattr(search, "MAX_TRIED", 3)
    sample = ROOT / "zones/hand-made-records.yaml"
    text, topology = sample.read_text(encoding="utf-8"), load(str(sample))
    stale = list(named("stale-private-ip").find(Site(topology), None))
    broken = edited(text, [edit for candidate in stale for edit in candidate.edits], str(sample))
    (repair,) = repairs(loads(broken, str(sample)), broken)
    assert (repair.text, repair.edits) == (text, len(stale))
