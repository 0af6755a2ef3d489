from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from acrdns.azure import LOGIN, Member
from acrdns.names import join, name
from acrdns.record import RRset, Type, rdata
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.model import ForwardingRule, Registry, Replication


def registry(text: str) -> Registry:
    """Load one registry from the inside of its braces."""
    return loads(f"registries:\n  Contoso: {{{text}}}\n", "x.yaml").registries["Contoso"]


# --- registries -------------------------------------------------------------------------------------------------------


def test_what_a_registry_leaves_out() -> None:
    """Everything but the location has a default."""
    assert registry("location: eastus") == Registry(
        name="Contoso",
        sku="Premium",
        location="eastus",
        replications=(),
        dns_label="contoso",
        data_endpoint_enabled=False,
        regional_endpoints_enabled=False,
        public_network_access_enabled=True,
        ip_rules=(),
        frontend=None,
        traffic_manager=None,
        public_addresses={},
        connected_registries={},
    )


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("location: East US 2", "location", "eastus2"),
        ("location: SwedenCentral", "location", "swedencentral"),
        ("location: eastus9", "location", "eastus9"),
        ("location: atlantiscentral", "location", "atlantiscentral"),
        ("location: eastus, dns_label: Contoso-ExfrBuff", "dns_label", "contoso-exfrbuff"),
        ("location: eastus, replications: [West US]", "replications", (Replication("westus"),)),
        (
            "location: eastus, replications: [{region: westus, global_endpoint_routing: no}]",
            "replications",
            (Replication("westus", global_endpoint_routing=False),),
        ),
        ("location: eastus, ip_rules: [203.0.113.7/32, 20.1.2.3/24]", "ip_rules", ("203.0.113.7/32", "20.1.2.0/24")),
        ("location: eastus, public: {frontend: EUS.fe.azcr.io.}", "frontend", "eus.fe.azcr.io"),
        (
            'location: eastus, public: {addresses: {registry: [20.45.122.144, "2603:1030:0::9"]}}',
            "public_addresses",
            {LOGIN: ("20.45.122.144", "2603:1030::9")},
        ),
    ],
)
def test_registries(text: str, field: str, expected: Any) -> None:
    """Values have one canonical form, however they are written."""
    assert getattr(registry(text), field) == expected


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ("", None, False),
        ("", "Approved", True),
        ("", "Pending", False),
        ("", "Rejected", False),
        ("", "Disconnected", False),
        ("data_endpoint_enabled: false", "Approved", False),
        ("data_endpoint_enabled: true", None, True),
        ("data_endpoint_enabled: true", "Pending", True),
    ],
)
def test_data_endpoints_come_with_an_approved_private_endpoint(
    said: str, status: str | None, *, expected: bool
) -> None:
    """An approved private endpoint switches dedicated data endpoints on, unless the file says otherwise."""
    endpoint = f"private_endpoints: {{pe: {{registry: contoso, network: hub, status: {status}}}}}" if status else ""
    text = f"registries: {{contoso: {{location: eastus, {said}}}}}\nnetworks: {{hub: }}\n{endpoint}"
    assert loads(text, "x").registries["contoso"].data_endpoint_enabled is expected


def test_connected_registry_defaults() -> None:
    """A connected registry is read-only, synchronizes all the time, and keeps messages for two days."""
    text = "location: eastus, data_endpoint_enabled: true, connected_registries: {factory: {network: plant}}"
    topology = loads(f"registries: {{contoso: {{{text}}}}}\nnetworks: {{plant: {{kind: on_premises}}}}", "x")
    factory = topology.registries["contoso"].connected_registries["factory"]
    assert (factory.mode, factory.sync_schedule, factory.message_ttl) == ("ReadOnly", "* * * * *", "P2D")
    assert (factory.login_server, factory.address, factory.parent, factory.sync_window) == (None, None, None, None)


def test_public_names_that_registries_share() -> None:
    """What one registry says of a front end holds for another with the same one: an alias has one target."""
    topology = loads(
        """
registries:
  contoso: {location: eastus, public: {frontend: eus.fe.azcr.io}}
  fabrikam:
    location: eastus
    public:
      frontend: eus.fe.azcr.io
      traffic_manager: eus-reg.trafficmanager.net
      addresses: {registry: [203.0.113.1]}
  northwind: {location: eastus, public: {frontend: weu.fe.azcr.io}}
""",
        "x",
    )
    assert topology.registries["contoso"].traffic_manager == "eus-reg.trafficmanager.net"
    assert topology.registries["contoso"].public_addresses == {LOGIN: ("203.0.113.1",)}
    assert topology.registries["northwind"].traffic_manager is None
    assert topology.registries["northwind"].public_addresses == {}


# --- networks and endpoints -------------------------------------------------------------------------------------------


def test_peerings_are_symmetric_and_not_transitive() -> None:
    """One side says it, both have it; a peer's peer is a stranger."""
    topology = loads("networks: {hub: {peerings: [a, b]}, a: {}, b: {peerings: [hub]}, c: {}}", "x")
    assert {key: network.peerings for key, network in topology.networks.items()} == {
        "hub": {"a", "b"},
        "a": {"hub"},
        "b": {"hub"},
        "c": frozenset(),
    }


def test_networks() -> None:
    """Address spaces and servers are read; a network may have a region."""
    text = 'networks: {hub: {address_space: [10.0.0.0/16, "FD00::/48"], dns_servers: ["FD00::53"], location: UK South}}'
    hub = loads(text, "x").networks["hub"]
    assert hub.address_space == (ip_network("10.0.0.0/16"), ip_network("fd00::/48"))
    assert hub.dns_servers == ("fd00::53",)
    assert hub.location == "uksouth"


def test_members_of_private_endpoints() -> None:
    """Each kind of endpoint has its member; missing ones are merely missing."""
    topology = loads(
        """
registries: {contoso: {location: eastus, replications: [westus], regional_endpoints_enabled: true}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_westus: 10.0.0.8, registry_eastus: 10.0.0.9}
""",
        "x",
    )
    assert topology.private_endpoints["pe"].addresses == {
        LOGIN: "10.0.0.7",
        Member("data", "westus"): "10.0.0.8",
        Member("regional", "eastus"): "10.0.0.9",
    }


# --- record sets ------------------------------------------------------------------------------------------------------

APEX = name("corp.example")


def records(text: str) -> tuple[RRset, ...]:
    """Load the record sets of corp.example from the inside of their braces."""
    return (
        loads(f"private_dns_zones: {{corp.example: {{records: {{{text}}}}}}}", "x")
        .private_dns_zones["corp.example"]
        .records
    )


@pytest.mark.parametrize(
    ("written", "number", "expected"),
    [
        ("A: [10.0.0.1, 10.0.0.2]", Type.A, ["10.0.0.1", "10.0.0.2"]),
        ('AAAA: ["2001:DB8::1"]', Type.AAAA, ["2001:db8::1"]),
        ("CNAME: Other.example", Type.CNAME, ["Other.example."]),
        ("CNAME: [other.example.]", Type.CNAME, ["other.example."]),
        ('TXT: [a, "b c"]', Type.TXT, ['"a"', '"b c"']),
        ("TXT: [[a, b]]", Type.TXT, ['"a" "b"']),
        ('TXT: [""]', Type.TXT, ['""']),
        (f"TXT: [{'x' * 300}]", Type.TXT, [f'"{"x" * 255}" "{"x" * 45}"']),
        ("TXT: [grüße]", Type.TXT, ['"gr\\195\\188\\195\\159e"']),
        (
            "MX: [10 mail.example, {preference: 20, exchange: b.example}]",
            Type.MX,
            ["10 mail.example.", "20 b.example."],
        ),
        ("MX: [0 .]", Type.MX, ["0 ."]),
        ("SRV: [0 5 443 a.example]", Type.SRV, ["0 5 443 a.example."]),
        ("SRV: [{priority: 1, weight: 2, port: 3, target: a.b}]", Type.SRV, ["1 2 3 a.b."]),
        ("PTR: [a.example, b.example]", Type.PTR, ["a.example.", "b.example."]),
        ("CAA: ['0 issue \"ca.example; a=b\"']", Type.CAA, ['0 issue "ca.example; a=b"']),
        ("CAA: [128 issuewild ;]", Type.CAA, ['128 issuewild ";"']),
        ('CAA: [\'0 iodef "a\\"b"\']', Type.CAA, ['0 iodef "a\\"b"']),
        ("CAA: [{flags: 0, tag: issue, value: ca.example}]", Type.CAA, ['0 issue "ca.example"']),
    ],
)
def test_record_data_is_what_a_library_packs(written: str, number: Type, expected: list[str]) -> None:
    """Every type, in each of its forms, gives the octets that dnspython gives for the presentation form."""
    assert records(f"host: {{{written}}}") == (
        RRset(join("host", APEX), number, 3600, tuple(rdata(number, text) for text in expected)),
    )


def test_types_beside_each_other() -> None:
    """One name may have several types, with one TTL or with several."""
    found = records('"@": {ttl: 300, A: [10.0.0.1], TXT: [x], MX: [1 a.b], ttls: {TXT: 10}}')
    assert [(rrset.name, rrset.type, rrset.ttl) for rrset in found] == [
        (APEX, Type.A, 300),
        (APEX, Type.TXT, 10),
        (APEX, Type.MX, 300),
    ]


@pytest.mark.parametrize(
    ("written", "owner"),
    [
        ("'@'", "corp.example"),
        ("'*'", "*.corp.example"),
        ("'*.Apps'", "*.apps.corp.example"),
        ("_sip._tcp", "_sip._tcp.corp.example"),
        ("Contoso.EastUS.data", "contoso.eastus.data.corp.example"),
        ("corp.example", "corp.example.corp.example"),
    ],
)
def test_owner_names(written: str, owner: str) -> None:
    """Names of record sets are relative to the zone, without letter case."""
    assert records(f"{written}: {{A: [10.0.0.1]}}")[0].name == name(owner)


# --- zones, servers, resolvers ----------------------------------------------------------------------------------------


def test_zones() -> None:
    """A zone's name is its key, unless it has one; several keys may have one name."""
    topology = loads(
        "networks: {hub: , spoke: }\n"
        "private_dns_zones:\n"
        "  Privatelink.azurecr.io.: {virtual_network_links: {hub: {registration_enabled: true}}}\n"
        "  rg2/other: {name: privatelink.azurecr.io, ttl: 60, soa_minimum: 300, virtual_network_links: {spoke: }}\n",
        "x",
    )
    one, other = topology.private_dns_zones.values()
    assert one.apex == other.apex == name("privatelink.azurecr.io")
    assert (one.ttl, one.soa_minimum, other.ttl, other.soa_minimum) == (10, 10, 60, 300)
    assert one.links["hub"].registration_enabled
    assert other.links["spoke"].resolution_policy == "Default"


def test_dns_servers() -> None:
    """A server is known by its address in one spelling; the root may be forwarded."""
    topology = loads(
        "networks: {plant: {kind: on_premises}}\n"
        'dns_servers: {"FD00::53": {network: plant, conditional_forwarders: {".": [10.0.0.4], AzureCR.io: [10.0.0.4]}, '
        'zones: {".": {host: {A: [10.0.0.1]}}, plant.example: }}}',
        "x",
    )
    server = topology.dns_servers["fd00::53"]
    assert server.conditional_forwarders == {name("."): ("10.0.0.4",), name("azurecr.io"): ("10.0.0.4",)}
    assert list(server.zones) == [name("."), name("plant.example")]
    assert server.zones[name(".")][0].name == name("host")


def test_rulesets() -> None:
    """A rule is a list of targets, or a mapping that may switch it off."""
    topology = loads(
        """
networks: {hub: {}}
private_resolvers: {r: {network: hub, outbound_endpoints: [out]}}
dns_forwarding_rulesets:
  corp:
    outbound_endpoint: out
    virtual_network_links: [hub]
    rules: {Corp.example: [10.0.0.4], .: {target_dns_servers: [8.8.8.8], enabled: off}}
""",
        "x",
    )
    assert topology.dns_forwarding_rulesets["corp"].rules == (
        ForwardingRule(name("corp.example"), ("10.0.0.4",), enabled=True),
        ForwardingRule(name("."), ("8.8.8.8",), enabled=False),
    )


# --- what Azure accepts, and what is merely wrong for name resolution --------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "networks: {a: {address_space: [10.0.0.0/16]}, b: {address_space: [10.0.0.0/16]}}\n"
            "registries: {contoso: {location: eastus}}\n"
            "private_endpoints:\n"
            "  one: {registry: contoso, network: a, addresses: {registry: 10.0.0.7}}\n"
            "  two: {registry: contoso, network: b, addresses: {registry: 10.0.0.7}}\n",
            id="equal addresses in networks that are not peered",
        ),
        pytest.param(
            "networks: {a: {address_space: [10.0.0.0/16], peerings: [p]}, "
            "p: {kind: on_premises, address_space: [10.0.0.0/8]}}",
            id="a range that overlaps one on premises",
        ),
        pytest.param(
            "networks: {a: }\nregistries: {contoso: {location: eastus}}\n"
            "private_endpoints: {one: {registry: contoso, network: a}, two: {registry: contoso, network: a}}",
            id="two endpoints of one registry in one network, without addresses",
        ),
        pytest.param(
            "networks: {a: , b: }\nprivate_dns_zones:\n"
            "  x: {name: privatelink.azurecr.io, virtual_network_links: {a: }}\n"
            "  y: {name: privatelink.azurecr.io, virtual_network_links: {b: }}\n"
            "  azurecr.io: {virtual_network_links: {a: , b: }}\n"
            "  privatelink.eastus.data.azurecr.io: {virtual_network_links: {a: {resolution_policy: NxDomainRedirect}}}\n",
            id="zones of one name in several networks, a parent zone, a misspelt one",
        ),
        pytest.param(
            "registries: {contoso: {location: eastus, data_endpoint_enabled: false}}\nnetworks: {a: }\n"
            "private_endpoints: {pe: {registry: contoso, network: a, addresses: {registry_data_eastus: 10.0.0.7}}}",
            id="an address for a data endpoint that is off",
        ),
        pytest.param(
            "networks: {a: {dns_servers: [168.63.129.16, 10.9.9.9, 8.8.8.8]}, p: {kind: on_premises, "
            "dns_servers: [168.63.129.16]}}",
            id="servers that nothing owns, and Azure-provided DNS from on premises",
        ),
        pytest.param(
            "networks: {p: {kind: on_premises}}\n"
            "dns_servers: {192.168.0.53: {network: p, forwarders: [192.168.0.53], "
            "conditional_forwarders: {privatelink.azurecr.io: [168.63.129.16]}}}",
            id="a server that forwards to itself and to what it cannot reach",
        ),
        pytest.param(
            "networks: {hub: {address_space: [10.0.0.0/16]}}\n"
            "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
            "dns_forwarding_rulesets: {x: {outbound_endpoint: out, virtual_network_links: [hub], rules: {azurecr.io: [10.0.0.4]}}, "
            "y: {outbound_endpoint: out, virtual_network_links: [hub]}}",
            id="a ruleset that leads back to its own network, and a second one",
        ),
        pytest.param(
            "networks: {plant: {kind: on_premises, address_space: [10.0.0.0/8, 10.0.0.0/16]}}",
            id="overlaps on premises",
        ),
    ],
)
def test_what_azure_accepts_loads(text: str) -> None:
    """What is merely wrong for name resolution is not refused: showing it is what the program is for."""
    assert loads(text, "x.yaml").file == "x.yaml"


def test_servers_of_clients_may_have_their_addresses_as_keys() -> None:
    """Neither takes the other's place, nor that of a server which others reach."""
    text = """
networks: {hub: {clients: {nodes: {dns_servers: [169.254.10.10]}, laptop: {dns_servers: [127.0.0.53]}}}}
dns_servers:
  169.254.10.10: {network: hub, client: nodes}
  127.0.0.53: {network: hub, client: laptop, recursion: iterate}
  10.0.0.53: {network: hub}
"""
    topology = loads(text, "estate.yaml")
    assert list(topology.dns_servers) == ["169.254.10.10 of hub/nodes", "127.0.0.53 of hub/laptop", "10.0.0.53"]
    for key in ("169.254.10.10", "127.0.0.53", "10.0.0.53"):
        assert topology.dns_servers[topology.server_key(key)].address == key
    laptop = topology.server_at(topology.vantage("hub/laptop"), "127.0.0.53")
    assert laptop is not None
    assert laptop.recursion == "iterate"
    assert topology.server_at(topology.vantage("hub"), "127.0.0.53") is None
    assert loads(dumps(topology), "again.yaml").dns_servers == topology.dns_servers
