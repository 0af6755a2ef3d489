"""What the simulator must do (facts.md section 6, 1 to 9): the chains that the internet and linked networks get."""

from __future__ import annotations

import pytest

from tests.resolve.asking import (
    ENDPOINT,
    HUB,
    LINKED,
    PRIVATE_LINK,
    PUBLIC_DATA,
    PUBLIC_LOGIN,
    REGISTRY,
    addresses,
    ask,
    lines,
)

OBSERVED = "chains: observed\n"

GEO_REPLICATED = """
version: 1
chains: observed
registries:
  contoso:
    location: eastus
    replications: [westus, {region: westeurope, global_endpoint_routing: %s}]
networks:
  virginia: {location: eastus2}
  oregon: {location: westus2}
  ireland: {location: northeurope}
  somewhere: {}
"""

OBSERVED_LOGIN = """
    contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io
    contoso.privatelink.azurecr.io 3600 CNAME xxxx.xx.azcr.io
    xxxx.xx.azcr.io 300 CNAME xxxx-xxx-reg.trafficmanager.net
    xxxx-xxx-reg.trafficmanager.net 300 CNAME r0226eus-11f0b04e.eastus.cloudapp.azure.com
    r0226eus-11f0b04e.eastus.cloudapp.azure.com 10 A 20.45.122.144
    NOERROR
"""


def test_behaviour_01_internet_with_private_endpoint() -> None:
    """Internet view, PE registry: exact 5-record chain of 1.2 in order, TTLs 3600/3600/300/300/10, A public."""
    assert ask(PRIVATE_LINK + OBSERVED, "internet", "contoso.azurecr.io") == lines(OBSERVED_LOGIN)


def test_behaviour_01_documented() -> None:
    """The same as the architecture document has it: Traffic Manager answers with the address."""
    assert ask(PRIVATE_LINK, "internet", "contoso.azurecr.io") == lines(PUBLIC_LOGIN)


@pytest.mark.parametrize(
    ("chains", "expected"),
    [
        (
            "",
            """
            contoso.azurecr.io 3600 CNAME xxxx.xx.azcr.io
            xxxx.xx.azcr.io 300 CNAME xxxx-xxx-reg.trafficmanager.net
            xxxx-xxx-reg.trafficmanager.net 300 A 20.45.122.144
            NOERROR
            """,
        ),
        (
            OBSERVED,
            """
            contoso.azurecr.io 3600 CNAME xxxx.xx.azcr.io
            xxxx.xx.azcr.io 300 CNAME xxxx-xxx-reg.trafficmanager.net
            xxxx-xxx-reg.trafficmanager.net 300 CNAME r0226eus-11f0b04e.eastus.cloudapp.azure.com
            r0226eus-11f0b04e.eastus.cloudapp.azure.com 10 A 20.45.122.144
            NOERROR
            """,
        ),
    ],
    ids=["documented", "observed"],
)
@pytest.mark.parametrize("vantage", ["internet", "hub"])
def test_behaviour_02_internet_without_private_endpoint(chains: str, expected: str, vantage: str) -> None:
    """Internet view, no PE: no privatelink label anywhere. A linked zone changes nothing then."""
    topology = REGISTRY + HUB + LINKED + chains
    assert ask(topology, vantage, "contoso.azurecr.io") == lines(expected)


@pytest.mark.parametrize("endpoint", [ENDPOINT + HUB, ""], ids=["private-endpoint", "none"])
def test_behaviour_03_geo_replicated(endpoint: str) -> None:
    """Geo-replicated: <32hex>.trafficmanager.net hop after the privatelink (or first) name."""
    private = bool(endpoint)
    last = "contoso.privatelink.azurecr.io" if private else "contoso.azurecr.io"
    topology = (
        REGISTRY + "    replications: [westeurope]\n" + endpoint.replace("    dns_zone_group", "    #") + OBSERVED
    )
    expected = f"""
        {last} 3600 CNAME 11f0b04eda61baebd5646fde72b0058e.trafficmanager.net
        11f0b04eda61baebd5646fde72b0058e.trafficmanager.net 300 CNAME xxxx.xx.azcr.io
        xxxx.xx.azcr.io 300 CNAME xxxx-xxx-reg.trafficmanager.net
        xxxx-xxx-reg.trafficmanager.net 300 CNAME r0226eus-11f0b04e.eastus.cloudapp.azure.com
        r0226eus-11f0b04e.eastus.cloudapp.azure.com 10 A 20.45.122.144
        NOERROR
    """
    first = ["contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io"] if private else []
    assert ask(topology, "internet", "contoso.azurecr.io") == first + lines(expected)


@pytest.mark.parametrize(
    ("vantage", "routed", "unrouted"),
    [
        ("internet", "eus", "eus"),
        ("somewhere", "eus", "eus"),
        ("virginia", "eus", "eus"),
        ("oregon", "wus", "wus"),
        ("ireland", "weu", "eus"),
    ],
)
def test_behaviour_04_geo_routing(vantage: str, routed: str, unrouted: str) -> None:
    """Geo TM hop answers differ by vantage region; global_endpoint_routing=false removes that replica."""
    for switch, stamp in (("true", routed), ("false", unrouted)):
        answer = ask(GEO_REPLICATED % switch, vantage, "contoso.azurecr.io")
        assert answer[1] == (
            f"11f0b04eda61baebd5646fde72b0058e.trafficmanager.net 300 CNAME {stamp}-11f0b04e.fe.azcr.io"
        )
        assert answer[2] == f"{stamp}-11f0b04e.fe.azcr.io 300 CNAME {stamp}-11f0b04e-acr-reg.trafficmanager.net"
        assert answer[-1] == "NOERROR"


def test_behaviour_04_data_endpoints_stay() -> None:
    """A replica that the login server does not route to keeps its data endpoint (facts.md section 2.2, rule 9)."""
    topology = GEO_REPLICATED % "false" + "    # enabled below\n"
    enabled = topology.replace("location: eastus\n", "location: eastus\n    data_endpoint_enabled: true\n", 1)
    assert addresses(enabled, "internet", "contoso.westeurope.data.azurecr.io") != ["NXDOMAIN"]


def test_behaviour_04_regions_have_their_own_front_ends() -> None:
    """Clients that are routed to different replicas get different addresses."""
    seen = {
        v: addresses(GEO_REPLICATED % "true", v, "contoso.azurecr.io")[0] for v in ("virginia", "oregon", "ireland")
    }
    assert len(set(seen.values())) == 3


def test_behaviour_05_data_endpoint_public_chain() -> None:
    """Data endpoint public chain `...data.privatelink -> X.data.azcr.io -> X-acr-dp.trafficmanager.net -> d...cloudapp -> A`."""
    expected = """
        contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
        contoso.eastus.data.privatelink.azurecr.io 3600 CNAME eus-11f0b04e.data.azcr.io
        eus-11f0b04e.data.azcr.io 300 CNAME eus-11f0b04e-acr-dp.trafficmanager.net
        eus-11f0b04e-acr-dp.trafficmanager.net 300 CNAME d0226eus-11f0b04e.eastus.cloudapp.azure.com
        d0226eus-11f0b04e.eastus.cloudapp.azure.com 10 A 20.45.122.150
        NOERROR
    """
    assert ask(PRIVATE_LINK + OBSERVED, "internet", "contoso.eastus.data.azurecr.io") == lines(expected)


def test_behaviour_05_documented() -> None:
    """The architecture document's data endpoint, with the privatelink CNAME that a private answer needs."""
    assert ask(PRIVATE_LINK, "internet", "contoso.eastus.data.azurecr.io") == lines(PUBLIC_DATA)


@pytest.mark.parametrize(
    ("chains", "expected"),
    [
        ("", "contoso.eastus.data.azurecr.io 3600 A 20.45.122.150\nNOERROR"),
        (
            OBSERVED,
            """
            contoso.eastus.data.azurecr.io 3600 CNAME eus-11f0b04e.data.azcr.io
            eus-11f0b04e.data.azcr.io 300 CNAME eus-11f0b04e-acr-dp.trafficmanager.net
            eus-11f0b04e-acr-dp.trafficmanager.net 300 CNAME d0226eus-11f0b04e.eastus.cloudapp.azure.com
            d0226eus-11f0b04e.eastus.cloudapp.azure.com 10 A 20.45.122.150
            NOERROR
            """,
        ),
    ],
    ids=["documented", "observed"],
)
def test_behaviour_06_data_endpoint_without_private_endpoint(chains: str, expected: str) -> None:
    """Data endpoint without PE: `-> X.data.azcr.io`, no privatelink."""
    topology = REGISTRY + "    data_endpoint_enabled: true\n" + chains
    assert ask(topology, "internet", "contoso.eastus.data.azurecr.io") == lines(expected)


def test_behaviour_06_without_data_endpoints() -> None:
    """Data endpoints disabled: the name does not exist (section 1.3, INFERRED)."""
    answer = ask(REGISTRY, "internet", "contoso.eastus.data.azurecr.io")
    assert answer[0] == "NXDOMAIN"
    assert answer[1].startswith("azurecr.io ")
    assert len(answer) == 2


THREE_REGIONS = """
version: 1
registries:
  contoso: {location: eastus, replications: [westus, westeurope], regional_endpoints_enabled: %s}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses:
      registry: 10.0.0.7
      registry_data_eastus: 10.0.0.8
      registry_data_westus: 10.0.0.9
      registry_data_westeurope: 10.0.0.10
%s
    dns_zone_group: [privatelink.azurecr.io]
"""
REGIONAL_MEMBERS = (
    "      registry_eastus: 10.0.0.11\n      registry_westus: 10.0.0.12\n      registry_westeurope: 10.0.0.13"
)


@pytest.mark.parametrize("chains", ["", OBSERVED], ids=["documented", "observed"])
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("contoso", "10.0.0.7"),
        ("contoso.eastus.data", "10.0.0.8"),
        ("contoso.westus.data", "10.0.0.9"),
        ("contoso.westeurope.data", "10.0.0.10"),
        ("contoso.eastus.geo", "10.0.0.11"),
        ("contoso.westus.geo", "10.0.0.12"),
        ("contoso.westeurope.geo", "10.0.0.13"),
    ],
)
def test_behaviour_07_linked_network(chains: str, name: str, address: str) -> None:
    """Linked VNet: 2 records, CNAME + private A, TTL 10, both for login and each region."""
    topology = THREE_REGIONS % ("true", REGIONAL_MEMBERS) + HUB + LINKED + chains
    expected = f"""
        {name}.azurecr.io 3600 CNAME {name}.privatelink.azurecr.io
        {name}.privatelink.azurecr.io 10 A {address}
        NOERROR
    """
    assert ask(topology, "hub", f"{name}.azurecr.io") == lines(expected)


@pytest.mark.parametrize(("regional", "members", "count"), [("false", "", 4), ("true", REGIONAL_MEMBERS, 7)])
def test_behaviour_08_one_private_address_an_endpoint(regional: str, members: str, count: int) -> None:
    """Each replica region has its own distinct private IP; count = 1 + n (+ n geo)."""
    topology = THREE_REGIONS % (regional, members) + HUB + LINKED
    kinds = ("data", "geo") if members else ("data",)
    endpoints = [f".{region}.{kind}" for kind in kinds for region in ("eastus", "westus", "westeurope")]
    seen = [addresses(topology, "hub", f"contoso{endpoint}.azurecr.io") for endpoint in ("", *endpoints)]
    assert all(len(found) == 1 and found[0].startswith("10.0.0.") for found in seen)
    assert len({found[0] for found in seen}) == len(seen) == count


@pytest.mark.parametrize(
    ("name", "expected"), [("contoso.azurecr.io", PUBLIC_LOGIN), ("contoso.eastus.data.azurecr.io", PUBLIC_DATA)]
)
def test_behaviour_09_unlinked_network(name: str, expected: str) -> None:
    """Unlinked VNet: public chain (F01)."""
    topology = REGISTRY + ENDPOINT + LINKED + HUB + "  spoke: {}\n"
    assert ask(topology, "spoke", name) == lines(expected)
