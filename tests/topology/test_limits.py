"""Azure's documented limits: what is allowed loads, and one more is refused at its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.errors import TopologyError
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Callable

HUB: dict[str, Any] = {"hub": {"address_space": ["10.0.0.0/16"]}}
OUT = {"r": {"network": "hub", "outbound_endpoints": ["out"]}}
REGISTRY = {"contoso": {"location": "eastus"}}


def ruleset(**fields: Any) -> dict[str, Any]:
    """Return a topology with one ruleset."""
    return {
        "networks": HUB,
        "private_resolvers": OUT,
        "dns_forwarding_rulesets": {"x": {"outbound_endpoint": "out", **fields}},
    }


def spokes(number: int) -> dict[str, Any]:
    """Return the hub and further networks."""
    return HUB | {f"spoke{index}": {} for index in range(number - len(HUB))}


def linked_ruleset(number: int) -> dict[str, Any]:
    """Return a ruleset that is linked to some networks."""
    networks = spokes(number)
    return ruleset(virtual_network_links=list(networks)) | {"networks": networks}


def linked_zone(number: int) -> dict[str, Any]:
    """Return a zone that is linked to some networks."""
    networks = spokes(number)
    return {
        "networks": networks,
        "private_dns_zones": {"privatelink.azurecr.io": {"virtual_network_links": {key: {} for key in networks}}},
    }


def rules(*domains: str) -> dict[str, Any]:
    """Return a ruleset with rules for some domains."""
    return ruleset(rules={domain: ["10.0.0.4"] for domain in domains})


def resolver(kind: str, values: list[str]) -> dict[str, Any]:
    """Return a private resolver with endpoints of one kind."""
    return {"networks": HUB, "private_resolvers": {"r": {"network": "hub", f"{kind}_endpoints": values}}}


def zone(**fields: Any) -> dict[str, Any]:
    """Return one private zone."""
    return {"private_dns_zones": {"corp.example": fields}}


def endpoints(number: int) -> dict[str, Any]:
    """Return private endpoints of one registry."""
    each = {"registry": "contoso", "network": "hub"}
    return {"registries": REGISTRY, "networks": HUB, "private_endpoints": {f"pe{n}": each for n in range(number)}}


def in_zone_group(number: int) -> dict[str, Any]:
    """Return a private endpoint whose zone group has some zones."""
    zones = [f"zone{index}.example" for index in range(number)]
    topology = endpoints(1)
    topology["private_endpoints"]["pe0"] = {**topology["private_endpoints"]["pe0"], "dns_zone_group": zones}
    return topology | {"private_dns_zones": {key: {} for key in zones}}


# what may be had so often, how a topology has so many, and what is said of one more
LIMITS: dict[str, tuple[int, Callable[[int], dict[str, Any]], str]] = {
    "rules of a ruleset": (
        1000,
        lambda n: rules(*(f"x{index}.example" for index in range(n))),
        "dns_forwarding_rulesets.x.rules: 1001 rules; allowed: at most 1000",
    ),
    "links of a ruleset": (
        500,
        linked_ruleset,
        "dns_forwarding_rulesets.x.virtual_network_links: 501 links; allowed: at most 500",
    ),
    "targets of a rule": (
        6,
        lambda n: ruleset(rules={"a.b": [f"10.0.0.{index + 1}" for index in range(n)]}),
        "dns_forwarding_rulesets.x.rules.a.b: 7 targets; allowed: at most 6",
    ),
    "labels of a rule": (
        34,
        lambda n: rules(".".join(["x"] * n)),
        "has 35 labels; Azure refuses the rule; allowed: 2 to 34 labels, or . for all names",
    ),
    "rulesets of an outbound endpoint": (
        2,
        lambda n: ruleset() | {"dns_forwarding_rulesets": {f"x{i}": {"outbound_endpoint": "out"} for i in range(n)}},
        "dns_forwarding_rulesets.x2.outbound_endpoint: out has 2 rulesets already; allowed: at most 2",
    ),
    "inbound endpoints of a resolver": (
        5,
        lambda n: resolver("inbound", [f"10.0.0.{index + 4}" for index in range(n)]),
        "private_resolvers.r.inbound_endpoints: 6 inbound endpoints; allowed: at most 5",
    ),
    "outbound endpoints of a resolver": (
        5,
        lambda n: resolver("outbound", [f"out{index}" for index in range(n)]),
        "private_resolvers.r.outbound_endpoints: 6 outbound endpoints; allowed: at most 5",
    ),
    "links of a zone": (
        1000,
        linked_zone,
        "privatelink.azurecr.io.virtual_network_links: 1001 links; allowed: at most 1000",
    ),
    "labels of a zone": (
        34,
        lambda n: {"private_dns_zones": {".".join(["x"] * n): {}}},
        "has 35 labels; allowed: 2 to 34, such as corp.example",
    ),
    "records of a record set": (
        20,
        lambda n: zone(records={"www": {"A": [f"10.0.0.{index}" for index in range(n)]}}),
        "corp.example.records.www.A: 21 records in one set; allowed: at most 20",
    ),
    "private endpoints of a registry": (
        200,
        endpoints,
        "private_endpoints.pe200.registry: contoso has 200 private endpoints already; allowed: at most 200",
    ),
    "zones of a zone group": (5, in_zone_group, "dns_zone_group: the zone group has 6 zones; allowed: at most 5"),
}
RECORD_SETS = 25_000


@pytest.mark.parametrize("limit", LIMITS)
def test_one_more_than_azure_allows_is_refused(limit: str) -> None:
    """As many as the documentation says are no problem."""
    most, write, said = LIMITS[limit]
    loads(json.dumps(write(most), indent=1), "estate.yaml")
    with pytest.raises(TopologyError) as error:
        loads(json.dumps(write(most + 1), indent=1), "estate.yaml")
    assert said in str(error.value)
    assert len(error.value.problems) == 1


@pytest.mark.slow
def test_record_sets_of_a_zone() -> None:
    """Counted are record sets, so that a name with two types is two."""
    records: dict[str, Any] = {f"x{index}": {"A": ["10.0.0.1"]} for index in range(RECORD_SETS - 1)}
    loads(json.dumps(zone(records=records | {"y": {"TXT": ["a"]}}), indent=1), "estate.yaml")
    records["y"] = {"A": ["10.0.0.1"], "TXT": ["a"]}
    with pytest.raises(TopologyError, match=r"corp\.example\.records: 25001 record sets; allowed: at most 25000"):
        loads(json.dumps(zone(records=records), indent=1), "estate.yaml")
