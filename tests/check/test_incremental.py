"""Incremental equals from nothing: facts of an edited topology are those of the topology by itself."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.estate.changed import ChangedCells
from acrdns.check.estate.rows import rows_of
from acrdns.check.facts import Facts
from acrdns.check.faults import every
from acrdns.check.faults.site import Site
from acrdns.check.lint import findings
from acrdns.errors import TopologyError
from acrdns.resolve.world import World
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.reread import shared
from tests.crowds import crowds
from tests.examples import examples
from tests.resolve import tangled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.estate.rows import Cell, Row
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology

FAULTS = tuple(every())
REFUSED = (KeyError, ValueError, StopIteration, TopologyError)
"""Raised by fixes that concern something else than the topology has."""


VALUES: dict[str, dict[str, list[Any]]] = {
    "registries": {
        "data_endpoint_enabled": [True, False],
        "regional_endpoints_enabled": [True, False],
        "public_network_access_enabled": [True, False],
        "private_link": ["elsewhere"],
        "ip_rules": [["40.1.2.0/24"]],
        "replications": [[], ["westus"], [{"region": "westus", "global_endpoint_routing": False}]],
        "public": [{"addresses": {"registry": ["20.9.9.9"]}}],
        "connected_registries": [
            {"factory": {"network": "plant", "login_server": "f.example", "address": "192.168.7.7"}}
        ],
    },
    "networks": {
        "selection": ["order", "fastest", "random"],
        "transit": [True, False],
        "kind": ["virtual_network", "on_premises", "virtual_hub"],
        "dns_servers": [[], ["10.0.0.53"], ["10.0.0.4", "8.8.8.8"], ["10.0.0.53", "10.0.0.54"], ["168.63.129.16"]],
        "hosts": [{}, {"contoso.azurecr.io": ["10.0.0.99"]}],
        "clients": [{}, {"pods": {}}, {"pods": {"dns_servers": ["10.0.0.53", "8.8.8.8"], "selection": "random"}}],
        "peerings": [[], ["hub"], ["spoke", "far"]],
        "location": ["westus"],
    },
    "private_endpoints": {
        "status": ["Approved", "Pending", "Rejected"],
        "dns_zone_group": [[]],
        "network": ["hub", "spoke", "far"],
    },
    "private_dns_zones": {
        "ttl": [300],
        "records": [{}, {"*": {"A": ["10.0.0.9"]}}, {"contoso": {"A": ["10.0.0.7"], "AAAA": ["fd00::7"]}}],
        "virtual_network_links": [
            {},
            {"hub": {"resolution_policy": "NxDomainRedirect"}},
            {"hub": {}, "far": {"state": "InProgress"}},
            {"spoke": {"registration_enabled": True}},
        ],
    },
    "dns_servers": {
        "recursion": ["forward", "iterate", "unbound"],
        "forwarders": [[], ["168.63.129.16"], ["10.0.0.4", "8.8.8.8"]],
        "conditional_forwarders": [{}, {"azurecr.io": ["10.0.0.4"]}],
        "selection": ["order", "random"],
        "fallback": ["none", "public"],
        "filters": [{"rebind_protection": True}, {"dns64": "64:ff9b::/96"}],
        "zones": [{}, {"azurecr.io": {}}],
    },
    "private_resolvers": {"inbound_endpoints": [[]]},
    "dns_forwarding_rulesets": {
        "virtual_network_links": [[], ["hub"], ["spoke"]],
        "rules": [{"azurecr.io": {"target_dns_servers": ["8.8.8.8"], "enabled": False}}],
    },
}
"""Values of everything that a topology has, by section and field."""


@st.composite
def rewritten(draw: st.DrawFn, topology: Topology) -> Topology:
    """Change, add or take away one value or entry of a file; as it is where that would not load."""
    data = yaml.safe_load(dumps(topology))
    sections = [each for each in VALUES if {*data.get(each, ())} - {"accept"}]
    if not sections:
        return topology
    section = draw(st.sampled_from(sections))
    key = draw(st.sampled_from(sorted({*data[section]} - {"accept"})))
    field = draw(st.sampled_from(sorted(VALUES[section])))
    match draw(st.sampled_from(("set", "set", "set", "reset", "gone", "accept"))):
        case "set":
            data[section][key][field] = draw(st.sampled_from(VALUES[section][field]))
        case "reset":
            data[section][key].pop(field, None)
        case "accept":
            data[section][key]["accept"] = [{"rule": "ACR101", "reason": "known"}]
        case _:
            del data[section][key]
    try:
        return replace(loads(json.dumps(data), topology.file), assumptions=topology.assumptions)
    except TopologyError:
        return topology


@st.composite
def edits(draw: st.DrawFn, topology: Topology) -> Topology:
    """Edit a topology: any value, a fault somewhere, one that is undone, or the fixes of a finding."""
    if draw(st.booleans()):
        return draw(rewritten(topology))
    facts = Facts(topology)
    fixes = [found.fixes for found in findings(facts, "ACR") if found.fixes]
    if draw(st.booleans()) and fixes:
        return made(topology, draw(st.sampled_from(fixes)))
    fault = draw(st.sampled_from(FAULTS))
    candidates = tuple(fault.find(Site(topology), None))
    if not candidates:
        return topology
    candidate = draw(st.sampled_from(candidates))
    broken = candidate.apply(topology)
    return made(broken, candidate.fixes) if draw(st.integers(0, 3)) == 0 else broken


def made(topology: Topology, fixes: tuple[Fix, ...]) -> Topology:
    """Make fixes, as far as they can be made."""
    for fix in fixes:
        try:
            topology = fix.apply(topology)
        except REFUSED:
            continue
    return topology


def cells(facts: Facts) -> dict[tuple[str, str], Cell]:
    """Return every cell of the matrix, asked for by itself."""
    topology = facts.topology
    every = rows_of(World(topology), topology.vantages, tuple(topology.registries), None)
    return by_name(topology.vantages, [row for rows in every.values() for row in rows])


def by_name(vantages: Iterable[str], rows: Iterable[Row]) -> dict[tuple[str, str], Cell]:
    """Return cells by endpoint and vantage point."""
    vantages = tuple(vantages)
    pairs = ((row, zip(vantages, row.cells, strict=True)) for row in rows)
    return {(row.fqdn, vantage): cell for row, cells in pairs for vantage, cell in cells}


@examples(1 / 3)
@given(st.data(), tangled.topologies() | crowds())
def test_incremental_equals_from_nothing(data: st.DataObject, topology: Topology) -> None:
    """Findings, cells and changed cells after each of several edits."""
    holds(data, topology)


@pytest.mark.slow
@examples(4)
@given(st.data(), tangled.topologies() | crowds())
def test_incremental_equals_from_nothing_for_longer(data: st.DataObject, topology: Topology) -> None:
    """The same, more often."""
    holds(data, topology)


def holds(data: st.DataObject, topology: Topology) -> None:
    """Assert the law for some edits."""
    facts = Facts(topology)
    findings(facts, "ACR")
    for _ in range(data.draw(st.integers(1, 3))):
        before, before_cells = facts.estate, cells(facts)
        topology = data.draw(edits(facts.topology))
        facts = facts.after(shared(facts.topology, topology) if data.draw(st.booleans()) else topology)
        assert findings(facts, "ACR") == findings(Facts(facts.topology), "ACR")
        after_cells = cells(facts)
        assert by_name(facts.topology.vantages, facts.estate.matrix().rows) == after_cells
        found = ChangedCells(before, facts.estate)
        changed = {(cell.fqdn, cell.vantage): (cell.before, cell.after) for cell in found}
        assert changed == dict(differing(before_cells, after_cells))
        assert len(found) == len(changed)


Cells = dict[tuple[str, str], "Cell"]


def differing(before: Cells, after: Cells) -> Iterator[tuple[tuple[str, str], tuple[Cell | None, Cell | None]]]:
    """Return the cells that differ, whatever the order of addresses."""
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old is None or new is None or ordered(old) != ordered(new):
            yield key, (old, new)


def ordered(cell: Cell) -> Cell:
    """Return a cell with its addresses in order."""
    return cell._replace(addresses=tuple(sorted(cell.addresses)))
