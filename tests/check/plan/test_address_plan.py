"""Address plans: the documented counts, what a change adds, and subnets that are full."""

from __future__ import annotations

import pytest

from acrdns.check.plan.address_plan import address_plan
from acrdns.topology.load import load, loads

GEO = load("private-link-geo")

SUBNETS = """
registries: {{contoso: {{location: eastus}}, fabrikam: {{location: westus, replications: [eastus]}}}}
networks:
  hub: {{address_space: [10.0.0.0/16], subnets: {{endpoints: 10.0.1.0/{prefix}, other: 10.0.2.0/24}}}}
private_endpoints:
  contoso-pe: {{registry: contoso, network: hub, addresses: {{registry: 10.0.1.4, registry_data_eastus: 10.0.1.5}}}}
  fabrikam-pe:
    registry: fabrikam
    network: hub
    addresses: {{registry: 10.0.1.6, registry_data_westus: 10.0.1.7, registry_data_eastus: 10.0.1.8}}
"""


@pytest.mark.parametrize(
    ("regions", "regional", "now", "after", "added"),
    [
        ((), False, 4, 4, ()),
        # "1 global + 3 data + 3 regional = 7" (facts.md section 2.1)
        ((), True, 4, 7, ("registry_eastus", "registry_westus", "registry_westeurope")),
        (("japaneast",), False, 4, 5, ("registry_data_japaneast",)),
        (("japaneast", "japaneast", "westus"), False, 4, 5, ("registry_data_japaneast",)),
        (("japaneast", "uksouth"), False, 4, 6, ("registry_data_japaneast", "registry_data_uksouth")),
        (("westus",), False, 4, 4, ()),
        (
            ("japaneast",),
            True,
            4,
            9,
            ("registry_data_japaneast", "registry_eastus", "registry_westus", "registry_westeurope", "registry_japaneast"),
        ),
    ],
)  # fmt: skip
def test_an_endpoint_needs_addresses(
    regions: tuple[str, ...], regional: bool, now: int, after: int, added: tuple[str, ...]
) -> None:
    """One, one for each region, and one more for each with regional endpoints."""
    (need,) = address_plan(GEO, regions, regional=regional).endpoints
    assert (len(need.now), len(need.after), tuple(map(str, need.added))) == (now, after, added)
    assert need.absent == ()


@pytest.mark.parametrize(
    ("prefix", "regions", "regional", "usable", "after", "full"),
    [
        (28, (), False, 11, 5, False),
        (28, ("japaneast", "uksouth", "swedencentral"), False, 11, 11, False),
        (28, ("japaneast", "uksouth", "swedencentral", "eastus2"), False, 11, 13, True),
        (28, (), True, 11, 8, False),
        (27, ("eastus",), False, 27, 5, False),
        (27, ("westus",), False, 27, 6, False),
    ],
)
def test_a_subnet_has_room_or_has_not(
    prefix: int, regions: tuple[str, ...], regional: bool, usable: int, after: int, full: bool
) -> None:
    """Azure keeps five addresses of each; a subnet without private endpoints is not listed."""
    plan = address_plan(loads(SUBNETS.format(prefix=prefix), "t.yaml"), regions, regional=regional)
    (subnet,) = plan.subnets
    assert (subnet.subnet, str(subnet.prefix), subnet.usable, subnet.used) == (
        "endpoints",
        f"10.0.1.0/{prefix}",
        usable,
        5,
    )
    assert (subnet.after, subnet.full, plan.fits) == (after, full, not full)
    assert [need.subnet for need in plan.endpoints] == ["endpoints", "endpoints"]


def test_the_smallest_subnet_has_three_addresses() -> None:
    """Of the eight of a /29 Azure keeps five: a registry with two more replicas does not fit."""
    one, _, _ = SUBNETS.format(prefix=29).partition("  fabrikam-pe:")
    topology = loads(one, "t.yaml")
    (subnet,) = address_plan(topology, ["japaneast"], registries=["contoso"]).subnets
    assert (subnet.usable, subnet.used, subnet.after, subnet.full) == (3, 2, 3, False)
    (subnet,) = address_plan(topology, ["japaneast", "uksouth"], registries=["contoso"]).subnets
    assert (subnet.usable, subnet.used, subnet.after, subnet.full) == (3, 2, 4, True)


def test_one_registry_changes_and_others_stay() -> None:
    """As `--registry` says."""
    plan = address_plan(loads(SUBNETS.format(prefix=27), "t.yaml"), ["uksouth"], registries=["fabrikam"])
    assert [len(need.added) for need in plan.endpoints] == [0, 1]
    assert plan.subnets[0].after == 6


def test_an_address_that_the_file_lacks_is_named_and_counted() -> None:
    """A replica without an address (F05) needs one; so does one whose data endpoints an old export calls disabled."""
    text = SUBNETS.format(prefix=27).replace("registry_data_westus: 10.0.1.7, ", "")
    plan = address_plan(
        loads(text.replace("location: eastus}", "location: eastus, data_endpoint_enabled: false}"), "t.yaml")
    )
    assert [(len(need.now), [str(m) for m in need.absent]) for need in plan.endpoints] == [
        (2, []),
        (3, ["registry_data_westus"]),
    ]
    assert (plan.subnets[0].used, plan.subnets[0].after) == (4, 5)


def test_a_pending_endpoint_needs_addresses_too() -> None:
    """They are given when it is made, and its registry has data endpoints as soon as it is approved."""
    text = SUBNETS.format(prefix=27).replace("contoso-pe: {", "contoso-pe: {status: Pending, ")
    assert len(address_plan(loads(text, "t.yaml")).endpoints[0].now) == 2
