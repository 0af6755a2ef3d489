"""The failure catalogue (facts.md section 4), as far as DNS shows it: what each fault does to a client's answers.

The healthy registry answers 10.0.0.7 for its login server and 10.0.0.8 for its data endpoint; in public it is
20.45.122.144 and 20.45.122.150.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.resolve.asking import ENDPOINT, LINKED, PRIVATE_LINK, REGISTRY, addresses, ask

LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"
LOGIN_PUBLIC, DATA_PUBLIC = "20.45.122.144", "20.45.122.150"

NETWORKS = """
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke: {address_space: [10.1.0.0/16], peerings: [hub]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub], dns_servers: [192.168.0.53]}
"""
HEALTHY = REGISTRY + ENDPOINT + NETWORKS + LINKED
"""Private zones come last, so that what a fault appends is one of them."""
BY_HAND = HEALTHY.replace("    dns_zone_group: [privatelink.azurecr.io]\n", "")
INBOUND = "private_resolvers: {resolver: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"


def plant_server(settings: str) -> str:
    """Write the server on premises."""
    return f"dns_servers: {{192.168.0.53: {{network: plant, {settings}}}}}\n"


def hub_asks(settings: str) -> str:
    """Write a server in the hub that the hub's machines ask."""
    networks = HEALTHY.replace(
        "hub: {address_space: [10.0.0.0/16]}", "hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53]}"
    )
    return networks + f"dns_servers: {{10.0.0.53: {{network: hub, {settings}}}}}\n"


def records(text: str, base: str = BY_HAND) -> str:
    """Write a zone that was filled by hand."""
    return base.replace(
        "{virtual_network_links: {hub: {}}}", f"{{virtual_network_links: {{hub: {{}}}}, records: {{{text}}}}}"
    )


class Fault(NamedTuple):
    """A fault, and what a client gets then."""

    code: str
    cause: str
    topology: str
    vantage: str
    login: str
    data: str


FAULTS = [
    Fault("none", "all is well", HEALTHY, "hub", "10.0.0.7", "10.0.0.8"),
    Fault("F01", "zone not linked to client VNet", HEALTHY, "spoke", LOGIN_PUBLIC, DATA_PUBLIC),
    Fault(
        "F02",
        "custom DNS does not forward to 168.63.129.16",
        hub_asks("forwarders: [8.8.8.8]"),
        "hub",
        LOGIN_PUBLIC,
        DATA_PUBLIC,
    ),
    Fault(
        "F03",
        "custom DNS forwards, but its VNet is not linked",
        hub_asks("forwarders: [168.63.129.16]").replace("links: {hub: {}}", "links: {spoke: {}}"),
        "hub",
        LOGIN_PUBLIC,
        DATA_PUBLIC,
    ),
    Fault("F04", "data record missing", records("contoso: {A: [10.0.0.7]}"), "hub", "10.0.0.7", "NXDOMAIN"),
    Fault(
        "F06",
        "F04 and NxDomainRedirect",
        records("contoso: {A: [10.0.0.7]}").replace("hub: {}", "hub: {resolution_policy: NxDomainRedirect}"),
        "hub",
        "10.0.0.7",
        DATA_PUBLIC,
    ),
    Fault("F08", "deleting one of two PEs removes the shared record", BY_HAND, "hub", "NXDOMAIN", "NXDOMAIN"),
    Fault(
        "F09",
        "stale A after PE re-created",
        records("contoso: {A: [10.0.0.40]}, contoso.eastus.data: {A: [10.0.0.41]}", HEALTHY),
        "hub",
        "10.0.0.40",
        "10.0.0.41",
    ),
    Fault(
        "F10",
        "zone named azurecr.io",
        records("contoso: {A: [10.0.0.7]}").replace("  privatelink.azurecr.io: {virtual", "  azurecr.io: {virtual"),
        "hub",
        "10.0.0.7",
        "NXDOMAIN",
    ),
    Fault(
        "F11",
        "zone misspelt, nothing in the right one",
        records("contoso: {A: [10.0.0.7]}")
        + "  privatelink.eastus.data.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.8]}}}\n",
        "hub",
        "10.0.0.7",
        "NXDOMAIN",
    ),
    Fault(
        "F11",
        "zone misspelt, the right one not linked",
        HEALTHY.replace("links: {hub: {}}", "links: {}")
        + "  privatelink.eastus.data.azurecr.io: {virtual_network_links: {hub: {}}, records: {contoso: {A: [10.0.0.8]}}}\n",
        "hub",
        LOGIN_PUBLIC,
        DATA_PUBLIC,
    ),
    Fault(
        "F12",
        "empty eastus.data.privatelink.azurecr.io linked too",
        HEALTHY + "  eastus.data.privatelink.azurecr.io: {virtual_network_links: {hub: {}}}\n",
        "hub",
        "10.0.0.7",
        "NXDOMAIN",
    ),
    Fault(
        "F13",
        "on-prem forwards privatelink.azurecr.io only",
        HEALTHY + plant_server("conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}") + INBOUND,
        "plant",
        LOGIN_PUBLIC,
        DATA_PUBLIC,
    ),
    Fault(
        "F14",
        "on-prem forwards to 168.63.129.16",
        HEALTHY + plant_server("conditional_forwarders: {azurecr.io: [168.63.129.16]}"),
        "plant",
        "SERVFAIL",
        "SERVFAIL",
    ),
    Fault(
        "F15",
        "inbound endpoint VNet not linked",
        HEALTHY.replace("links: {hub: {}}", "links: {spoke: {}}")
        + plant_server("conditional_forwarders: {azurecr.io: [10.0.0.4]}")
        + INBOUND,
        "plant",
        LOGIN_PUBLIC,
        DATA_PUBLIC,
    ),
    Fault(
        "F16",
        "ruleset loop",
        HEALTHY
        + INBOUND
        + "dns_forwarding_rulesets: {r: {outbound_endpoint: out, virtual_network_links: [hub], rules: {azurecr.io: [10.0.0.4]}}}\n",
        "hub",
        "SERVFAIL",
        "SERVFAIL",
    ),
    Fault(
        "F18",
        "duplicate zones, VNet linked to the empty one",
        HEALTHY.replace("links: {hub: {}}", "links: {}")
        + "  other: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}\n",
        "hub",
        "NXDOMAIN",
        "NXDOMAIN",
    ),
    Fault(
        "F18",
        "duplicate zones, VNet linked to one with other addresses",
        HEALTHY.replace("links: {hub: {}}", "links: {}")
        + "  other: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}, records: {contoso: {A: [10.8.0.7]}}}\n",
        "hub",
        "10.8.0.7",
        "NXDOMAIN",
    ),
    Fault(
        "F19",
        "link in progress",
        HEALTHY.replace("hub: {}", "hub: {state: InProgress}"),
        "hub",
        LOGIN_PUBLIC,
        DATA_PUBLIC,
    ),
    Fault("F20", "VNet peered, not linked", HEALTHY, "spoke", LOGIN_PUBLIC, DATA_PUBLIC),
    Fault(
        "F23",
        "PE deleted, link left, the registry has another PE elsewhere",
        HEALTHY.replace("    network: hub\n", "    network: spoke\n")
        .replace("10.0.0.7", "10.1.0.7")
        .replace("10.0.0.8", "10.1.0.8")
        .replace("    dns_zone_group: [privatelink.azurecr.io]\n", ""),
        "hub",
        "NXDOMAIN",
        "NXDOMAIN",
    ),
]


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault.code}: {fault.cause}" for fault in FAULTS])
def test_what_a_client_gets(fault: Fault) -> None:
    """The login server and the data endpoint, as the network named in the row sees them."""
    seen = (addresses(fault.topology, fault.vantage, LOGIN), addresses(fault.topology, fault.vantage, DATA))
    assert seen == ([fault.login], [fault.data])


def test_f05_replica_without_zone_group() -> None:
    """F05: replica added, no zone group: the new region's data name does not exist, the others do."""
    grown = records("contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}").replace(
        "location: eastus", "location: eastus\n    replications: [westus]"
    )
    assert addresses(grown, "hub", DATA) == ["10.0.0.8"]
    assert addresses(grown, "hub", "contoso.westus.data.azurecr.io") == ["NXDOMAIN"]


def test_f07_two_endpoints_one_zone() -> None:
    """F07: A = last PE written; may be in the other VNet: the first network gets the second one's addresses."""
    second = """
  spoke-pe:
    registry: contoso
    network: spoke
    addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}
    dns_zone_group: [privatelink.azurecr.io]
"""
    both = REGISTRY + ENDPOINT + second.lstrip("\n") + NETWORKS + LINKED.replace("{hub: {}}", "{hub: {}, spoke: {}}")
    for vantage in ("hub", "spoke"):
        assert (addresses(both, vantage, LOGIN), addresses(both, vantage, DATA)) == (["10.1.0.7"], ["10.1.0.8"])


PARTNER = """
version: 1
registries: {partner: {location: westeurope, public: {addresses: {registry: [203.0.113.80]}}}}
networks: {hub: {}, theirs: {address_space: [10.9.0.0/16]}}
private_endpoints:
  theirs-pe: {registry: partner, network: theirs, addresses: {registry: 10.9.0.4, registry_data_westeurope: 10.9.0.5}}
  %s
private_dns_zones:
  ours: {name: privatelink.azurecr.io, virtual_network_links: {hub: {resolution_policy: %s}}}
"""
OWN_ENDPOINT = (
    "ours-pe: {registry: partner, network: hub, status: %s, dns_zone_group: [ours], addresses: {registry: 10.0.0.9}}"
)


@pytest.mark.parametrize(
    ("endpoint", "policy", "expected"),
    [
        ("", "Default", "NXDOMAIN"),
        ("", "NxDomainRedirect", "203.0.113.80"),
        (OWN_ENDPOINT % "Approved", "Default", "10.0.0.9"),
        (OWN_ENDPOINT % "Pending", "Default", "NXDOMAIN"),
    ],
    ids=["broken", "redirect", "own-endpoint", "own-endpoint-pending"],
)
def test_f17_third_party_registry(endpoint: str, policy: str, expected: str) -> None:
    """F17: third-party registry with PE, our zone linked: CNAME then NXDOMAIN; either fix heals it."""
    assert addresses(PARTNER % (endpoint, policy), "hub", "partner.azurecr.io") == [expected]


@pytest.mark.parametrize("status", ["Pending", "Rejected", "Disconnected"])
def test_f22_endpoint_not_approved(status: str) -> None:
    """F22: PE Pending/Rejected: no record, and no privatelink CNAME either."""
    waiting = HEALTHY.replace("    network: hub\n", f"    network: hub\n    status: {status}\n")
    answer = ask(waiting, "hub", LOGIN)
    assert answer[0] == "contoso.azurecr.io 3600 CNAME xxxx.xx.azcr.io"
    assert answer[-2:] == [f"xxxx-xxx-reg.trafficmanager.net 300 A {LOGIN_PUBLIC}", "NOERROR"]
    assert ask(waiting, "hub", "contoso.privatelink.azurecr.io")[0] == "NXDOMAIN"


def test_f23_endpoint_deleted_and_link_left() -> None:
    """F23: with its last PE gone the registry has no privatelink name, and the empty zone harms others only."""
    gone = REGISTRY + NETWORKS + LINKED
    assert addresses(gone, "hub", LOGIN) == [LOGIN_PUBLIC]
    assert ask(gone, "hub", "contoso.privatelink.azurecr.io")[0] == "NXDOMAIN"


DUAL_STACK = HEALTHY.replace("registry: [20.45.122.144]", 'registry: [20.45.122.144, "2603:1030:20c::7"]')


def test_f31_ipv6_clients() -> None:
    """F31: AAAA NODATA privately; public AAAA possible: a dual-stack client outside the zone bypasses it."""
    assert addresses(DUAL_STACK, "hub", f"{LOGIN} AAAA") == ["NOERROR"]
    assert addresses(DUAL_STACK, "spoke", f"{LOGIN} AAAA") == ["2603:1030:20c::7"]
    assert addresses(DUAL_STACK, "hub", LOGIN) == ["10.0.0.7"]


def test_f33_record_without_the_labels_hash() -> None:
    """F33: DNL host, record created as `contoso` not `contoso-hash`: the registry's real name does not exist."""
    labelled = records("contoso: {A: [10.0.0.7]}").replace(
        "location: eastus", "location: eastus\n    dns_label: contoso-exfrbuffaye7ceag"
    )
    assert addresses(labelled, "hub", "contoso-exfrbuffaye7ceag.azurecr.io") == ["NXDOMAIN"]
    assert addresses(labelled, "hub", "contoso.privatelink.azurecr.io") == ["10.0.0.7"]


@pytest.mark.parametrize(
    ("topology", "ttl"),
    [
        (PRIVATE_LINK, 10),
        (records("contoso: {A: [10.0.0.7]}"), 3600),
        (records("contoso: {ttl: 60, A: [10.0.0.7]}"), 60),
    ],
    ids=["zone-group", "by-hand", "by-hand-with-ttl"],
)
def test_f35_how_long_an_old_address_stays(topology: str, ttl: int) -> None:
    """F35: record-set hand-made TTL 3600: old IP for an hour; a zone group's is 10 s."""
    assert ask(topology, "hub", LOGIN)[1] == f"contoso.privatelink.azurecr.io {ttl} A 10.0.0.7"
