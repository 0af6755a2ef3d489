"""What the simulator must do (facts.md section 6, 19 to 29): the DNS servers between a client and Azure."""

from __future__ import annotations

import pytest

from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.resolve.asking import (
    ENDPOINT,
    LINKED,
    PRIVATE_DATA,
    PRIVATE_LOGIN,
    PRIVATE_SOA,
    PUBLIC_DATA,
    PUBLIC_LOGIN,
    REGISTRY,
    addresses,
    ask,
    lines,
    refusal,
    resolve,
)

BASE = REGISTRY + ENDPOINT + LINKED
"""The zone is linked to hub. Each test adds networks and servers."""

BOTH = [
    ("contoso.azurecr.io", PRIVATE_LOGIN, PUBLIC_LOGIN),
    ("contoso.eastus.data.azurecr.io", PRIVATE_DATA, PUBLIC_DATA),
]


def own_server(forwarders: str = "[]", *, network: str = "hub", address: str = "10.0.0.53", more: str = "") -> str:
    """Write the section of one DNS server."""
    return f"dns_servers:\n  {address}: {{network: {network}, forwarders: {forwarders}{more}}}\n"


HUB_ASKS_OWN_SERVER = "networks:\n  hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53]}\n"


@pytest.mark.parametrize(("name", "private", "public"), BOTH)
def test_behaviour_19_custom_servers_override_links(name: str, private: str, public: str) -> None:
    """Custom DNS servers set: linked zones ignored; only that server's view counts."""
    assert ask(BASE + HUB_ASKS_OWN_SERVER + own_server(), "hub", name) == lines(public)


def test_behaviour_19_its_own_zones_count() -> None:
    """What the server is authoritative for is what its clients see, and nobody else."""
    server = own_server(more=", zones: {corp.example: {www: {ttl: 60, A: [10.0.0.80]}}}")
    topology = BASE + HUB_ASKS_OWN_SERVER + "  spoke: {}\n" + server
    assert ask(topology, "hub", "www.corp.example") == ["www.corp.example 60 A 10.0.0.80", "NOERROR"]
    missing = ask(topology, "hub", "ftp.corp.example")
    assert missing[0] == "NXDOMAIN"
    assert missing[1].startswith("corp.example ")
    assert ask(topology, "spoke", "www.corp.example") == ["REFUSED"]


def test_behaviour_19_its_own_zone_hides_the_service() -> None:
    """A local zone for azurecr.io is authoritative for every registry in it."""
    server = own_server(more=", zones: {azurecr.io: {contoso: {A: [10.0.0.7]}}}")
    topology = BASE + HUB_ASKS_OWN_SERVER + server
    assert ask(topology, "hub", "contoso.azurecr.io") == ["contoso.azurecr.io 3600 A 10.0.0.7", "NOERROR"]
    assert ask(topology, "hub", "contoso.eastus.data.azurecr.io")[0] == "NXDOMAIN"


def test_behaviour_19_aliases_out_of_its_own_zone() -> None:
    """A server that is asked for an alias of its own resolves where it leads."""
    server = own_server("[168.63.129.16]", more=", zones: {corp.example: {reg: {CNAME: contoso.azurecr.io}}}")
    expected = "reg.corp.example 3600 CNAME contoso.azurecr.io\n" + PRIVATE_LOGIN.strip()
    assert ask(BASE + HUB_ASKS_OWN_SERVER + server, "hub", "reg.corp.example") == lines(expected)


@pytest.mark.parametrize(("name", "private", "public"), BOTH)
@pytest.mark.parametrize("linked", [True, False], ids=["linked", "unlinked"])
def test_behaviour_20_forwarder_to_azure_dns(name: str, private: str, public: str, linked: bool) -> None:
    """Forwarder to 168.63.129.16 in a linked VNet: private; in an unlinked VNet: public."""
    base = BASE if linked else BASE.replace("{virtual_network_links: {hub: {}}}", "{}")
    topology = base + HUB_ASKS_OWN_SERVER + own_server("[168.63.129.16]")
    assert ask(topology, "hub", name) == lines(private if linked else public)


@pytest.mark.parametrize(("name", "private", "public"), BOTH)
def test_behaviour_20_the_network_of_the_server_counts(name: str, private: str, public: str) -> None:
    """The zones are those of the forwarder's network, not of the client's."""
    topology = (
        BASE
        + "networks:\n  hub: {address_space: [10.0.0.0/16]}\n  spoke: {dns_servers: [10.0.0.53], peerings: [hub]}\n"
        + own_server("[168.63.129.16]")
    )
    assert ask(topology, "spoke", name) == lines(private)
    moved = topology.replace("network: hub, forwarders", "network: spoke, forwarders").replace(
        "spoke: {dns", "spoke: {address_space: [10.1.0.0/16], dns"
    )
    assert ask(moved.replace("10.0.0.53", "10.1.0.53"), "spoke", name) == lines(public)


@pytest.mark.parametrize(("name", "private", "public"), BOTH)
@pytest.mark.parametrize("resolver", ["8.8.8.8", "192.0.2.53"])
def test_behaviour_21_forwarder_to_a_public_resolver(name: str, private: str, public: str, resolver: str) -> None:
    """Forwarder to a public resolver: both_public."""
    assert ask(BASE + HUB_ASKS_OWN_SERVER + own_server(f"[{resolver}]"), "hub", name) == lines(public)


@pytest.mark.parametrize("resolver", ["8.8.8.8", "1.1.1.1"])
def test_behaviour_21_public_resolver_as_the_networks_own(resolver: str) -> None:
    """The same without a server between."""
    topology = BASE + f"networks: {{hub: {{address_space: [10.0.0.0/16], dns_servers: [{resolver}]}}}}\n"
    assert ask(topology, "hub", "contoso.azurecr.io") == lines(PUBLIC_LOGIN)


PLANT = "  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [%s], peerings: [hub]}\n"
HUB = "networks:\n  hub: {address_space: [10.0.0.0/16]}\n"


def test_behaviour_22_azure_dns_is_for_virtual_networks() -> None:
    """168.63.129.16 unreachable from on-prem vantage (timeout)."""
    resolution = resolve(BASE + HUB + PLANT % "168.63.129.16", "plant", "contoso.azurecr.io")
    assert resolution.response.timed_out
    assert (resolution.response.rcode.name, resolution.response.answer) == ("SERVFAIL", ())


def test_behaviour_22_forwarded_from_on_premises() -> None:
    """A server on premises that forwards there has no answer either (F14)."""
    server = own_server("[168.63.129.16]", network="plant", address="192.168.0.53")
    assert ask(BASE + HUB + PLANT % "192.168.0.53" + server, "plant", "contoso.azurecr.io") == ["SERVFAIL"]


def test_behaviour_22_the_next_server_is_asked() -> None:
    """A client goes on to its next server where one does not answer."""
    topology = BASE + HUB + PLANT % "168.63.129.16, 192.168.9.9, 8.8.8.8"
    assert ask(topology, "plant", "contoso.azurecr.io") == lines(PUBLIC_LOGIN)


RESOLVER = (
    "private_resolvers: {hub-resolver: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
)


def plant_forwards(domain: str, target: str = "10.0.0.4", recursion: str = "forward") -> str:
    """Write a network on premises whose server has one conditional forwarder."""
    more = f", recursion: {recursion}, conditional_forwarders: {{{domain}: [{target}]}}"
    server = own_server(network="plant", address="192.168.0.53", more=more)
    return HUB + PLANT % "192.168.0.53" + server + RESOLVER


@pytest.mark.parametrize(("name", "private", "public"), BOTH)
@pytest.mark.parametrize("recursion", ["forward", "iterate"])
def test_behaviour_23_conditional_forwarder_for_the_public_suffix(
    name: str, private: str, public: str, recursion: str
) -> None:
    """On-prem conditional forward `azurecr.io` -> inbound endpoint: private answers.

    So for a server that iterates: privatelink.azurecr.io is a name under azurecr.io too.
    """
    assert ask(BASE + plant_forwards("azurecr.io", recursion=recursion), "plant", name) == lines(private)


@pytest.mark.parametrize(("name", "private", "public"), BOTH)
@pytest.mark.parametrize("recursion", ["forward", "iterate"])
def test_behaviour_24_conditional_forwarder_for_the_private_zone(
    name: str, private: str, public: str, recursion: str
) -> None:
    """On-prem forward of only `privatelink.azurecr.io`, pass-through forwarder: public; CNAME-chasing recursor: private."""
    expected = private if recursion == "iterate" else public
    topology = BASE + plant_forwards("privatelink.azurecr.io", recursion=recursion)
    assert ask(topology, "plant", name) == lines(expected)


def test_behaviour_24_asked_by_the_privatelink_name() -> None:
    """The rule matches that name itself, so even a pass-through forwarder gives the private address."""
    topology = BASE + plant_forwards("privatelink.azurecr.io")
    assert addresses(topology, "plant", "contoso.privatelink.azurecr.io") == ["10.0.0.7"]


def test_behaviour_24_a_missing_record_behind_the_chase() -> None:
    """The rcode is that of the chain's end, as the zone says it."""
    topology = BASE + plant_forwards("privatelink.azurecr.io", recursion="iterate")
    gone = topology.replace(", registry_data_eastus: 10.0.0.8", "")
    expected = f"""
        contoso.eastus.data.azurecr.io 3600 CNAME contoso.eastus.data.privatelink.azurecr.io
        NXDOMAIN
        privatelink.azurecr.io {PRIVATE_SOA}
    """
    assert ask(gone, "plant", "contoso.eastus.data.azurecr.io") == lines(expected)


@pytest.mark.parametrize(
    ("linked", "expected"), [("hub", PRIVATE_LOGIN), ("spoke", PUBLIC_LOGIN)], ids=["its-own", "another"]
)
def test_behaviour_25_inbound_endpoint(linked: str, expected: str) -> None:
    """Inbound endpoint answers with its VNet's links."""
    topology = BASE.replace("{hub: {}}", f"{{{linked}: {{}}}}") + plant_forwards("azurecr.io")
    topology = topology.replace(HUB, HUB + "  spoke: {peerings: [hub]}\n")
    assert ask(topology, "plant", "contoso.azurecr.io") == lines(expected)


def test_behaviour_25_ignores_its_networks_own_servers() -> None:
    """The endpoint answers as Azure-provided DNS, also where the machines around it ask another server."""
    topology = BASE + plant_forwards("azurecr.io")
    topology = topology.replace(
        "hub: {address_space: [10.0.0.0/16]}", "hub: {address_space: [10.0.0.0/16], dns_servers: [8.8.8.8]}"
    )
    assert ask(topology, "plant", "contoso.azurecr.io") == lines(PRIVATE_LOGIN)
    assert ask(topology, "hub", "contoso.azurecr.io") == lines(PUBLIC_LOGIN)


CORP_SERVERS = """
dns_servers:
  192.168.0.53:
    network: plant
    zones:
      corp.example: {www: {A: [192.168.0.80]}, www.lab: {A: [192.168.0.81]}}
      azurecr.io: {contoso: {A: [192.168.0.82]}}
  192.168.0.54: {network: plant, zones: {lab.corp.example: {www: {A: [192.168.0.90]}}}}
"""


def with_rules(rules: str, base: str = BASE) -> str:
    """Write a spoke whose ruleset has some rules; the queries leave from the hub, which reaches the plant."""
    ruleset = f"dns_forwarding_rulesets: {{corp: {{outbound_endpoint: out, virtual_network_links: [spoke], rules: {rules}}}}}\n"
    return base + HUB + PLANT % "" + "  spoke: {}\n" + CORP_SERVERS + RESOLVER + ruleset


def test_behaviour_26_zones_before_rules() -> None:
    """Zones before ruleset: a linked zone is asked although a rule matches."""
    rules = "{privatelink.azurecr.io: [192.168.0.53]}"
    linked = BASE.replace("{hub: {}}", "{spoke: {}}")
    assert ask(with_rules(rules, linked), "spoke", "contoso.privatelink.azurecr.io") == lines(PRIVATE_LOGIN)[1:]


@pytest.mark.parametrize(
    ("rules", "name", "expected"),
    [
        ("{corp.example: [192.168.0.53]}", "www.corp.example", "192.168.0.80"),
        ("{corp.example: [192.168.0.53]}", "www.lab.corp.example", "192.168.0.81"),
        ("{corp.example: [192.168.0.53], lab.corp.example: [192.168.0.54]}", "www.lab.corp.example", "192.168.0.90"),
        ("{lab.corp.example: [192.168.0.54], corp.example: [192.168.0.53]}", "www.lab.corp.example", "192.168.0.90"),
        (
            "{corp.example: [192.168.0.53], lab.corp.example: {target_dns_servers: [192.168.0.54], enabled: false}}",
            "www.lab.corp.example",
            "192.168.0.81",
        ),
        ("{corp.example: {target_dns_servers: [192.168.0.53], enabled: false}}", "www.corp.example", "REFUSED"),
        ("{corp.example: [192.168.0.53]}", "www.fabrikam.example", "REFUSED"),
        ("{corp.example: [192.168.0.53]}", "www.notcorp.example", "REFUSED"),
        ("{.: [192.168.0.53]}", "www.corp.example", "192.168.0.80"),
        ("{.: [192.168.0.53], lab.corp.example: [192.168.0.54]}", "www.lab.corp.example", "192.168.0.90"),
        ("{azurecr.io: [192.168.0.53]}", "contoso.azurecr.io", "192.168.0.82"),
        ("{.: [192.168.0.53]}", "contoso.azurecr.io", "20.45.122.144"),
        ("{corp.example: [192.168.0.99, 192.168.0.53]}", "www.corp.example", "192.168.0.80"),
        ("{corp.example: [192.168.0.53, 192.168.0.54]}", "www.corp.example", "192.168.0.80"),
        ("{corp.example: [192.168.0.54, 192.168.0.53]}", "www.corp.example", "REFUSED"),
        ("{corp.example: [192.168.0.99]}", "www.corp.example", "SERVFAIL"),
    ],
)
def test_behaviour_26_rules(rules: str, name: str, expected: str) -> None:
    """Ruleset longest suffix; disabled rule ignored; no rule -> public; the first target that answers counts.

    A `.` rule skips the domains that Azure reserves (facts.md section 3), and azurecr.io is one of them.
    """
    assert addresses(with_rules(rules), "spoke", name) == [expected]


OFF = "the rule for corp.example of the ruleset corp is there, and is disabled"


@pytest.mark.parametrize(
    ("rules", "name", "said"),
    [
        ("{corp.example: {target_dns_servers: [192.168.0.53], enabled: false}}", "www.corp.example", True),
        (
            "{.: [192.168.0.53], corp.example: {target_dns_servers: [192.168.0.53], enabled: false}}",
            "www.corp.example",
            True,
        ),
        (
            "{www.corp.example: [192.168.0.53], corp.example: {target_dns_servers: [192.168.0.53], enabled: false}}",
            "www.corp.example",
            False,
        ),
        ("{corp.example: {target_dns_servers: [192.168.0.53], enabled: false}}", "www.example.org", False),
        ("{corp.example: [192.168.0.53]}", "www.corp.example", False),
    ],
    ids=["no-other-rule", "a-wider-rule", "a-narrower-rule", "another-name", "enabled"],
)
def test_behaviour_26_a_disabled_rule_is_said(rules: str, name: str, *, said: bool) -> None:
    """A rule that would decide about the name, and is disabled, stands in the step of Azure-provided DNS."""
    steps = resolve(with_rules(rules), "spoke", name).steps
    assert any(OFF in step.why for step in steps) is said


def test_behaviour_26_unlinked_network() -> None:
    """A ruleset is for the networks that it is linked to."""
    assert addresses(with_rules("{corp.example: [192.168.0.53]}"), "hub", "www.corp.example") == ["REFUSED"]


def test_behaviour_27_azure_dns_is_no_target() -> None:
    """Rule target 168.63.129.16 rejected."""
    problem = refusal(with_rules("{azurecr.io: [168.63.129.16]}"))
    assert "dns_forwarding_rulesets.corp.rules.azurecr.io" in problem
    assert "Azure-provided DNS" in problem


def test_behaviour_27_loop_through_the_inbound_endpoint() -> None:
    """Ruleset-to-inbound loop detected (not an endless loop: SERVFAIL after n hops), and named with its path."""
    topology = with_rules("{azurecr.io: [10.0.0.4]}", BASE).replace("links: [spoke]", "links: [hub]")
    resolution = resolve(topology, "hub", "contoso.azurecr.io")
    assert (resolution.response.rcode.name, resolution.response.answer) == ("SERVFAIL", ())
    assert "loop" in resolution.response.cause
    assert "10.0.0.4" in resolution.response.cause


def test_behaviour_27_two_servers_that_forward_to_each_other() -> None:
    """Any circle ends the same way."""
    servers = """
dns_servers:
  10.0.0.53: {network: hub, forwarders: [10.0.0.54]}
  10.0.0.54: {network: hub, forwarders: [10.0.0.53]}
"""
    resolution = resolve(BASE + HUB_ASKS_OWN_SERVER + servers, "hub", "contoso.azurecr.io")
    assert (resolution.response.rcode.name, resolution.response.answer) == ("SERVFAIL", ())
    assert all(part in resolution.response.cause for part in ("loop", "10.0.0.53", "10.0.0.54"))


@pytest.mark.parametrize(
    ("peerings", "expected"),
    [("spoke: {peerings: [hub]}", "NOERROR"), ("spoke: {peerings: [middle]}", "SERVFAIL"), ("spoke: {}", "SERVFAIL")],
)
def test_behaviour_28_peering_carries_questions(peerings: str, expected: str) -> None:
    """Peering changes nothing about zones; it says which servers can be reached, one hop far."""
    topology = (
        BASE
        + "networks:\n  hub: {address_space: [10.0.0.0/16]}\n  middle: {peerings: [hub]}\n  "
        + peerings.replace("{", "{dns_servers: [10.0.0.53], ").replace(", }", "}")
        + "\n"
        + own_server("[168.63.129.16]")
    )
    assert expected in ask(topology, "spoke", "contoso.azurecr.io")


FIRST, SECOND = (
    f"""
  {network}-pe:
    registry: contoso
    network: {network}
    addresses: {{registry: {space}.7, registry_data_eastus: {space}.8}}
    dns_zone_group: [privatelink.azurecr.io]
"""
    for network, space in (("hub", "10.0.0"), ("spoke", "10.1.0"))
)


@pytest.mark.parametrize(("endpoints", "space"), [(FIRST + SECOND, "10.1.0"), (SECOND + FIRST, "10.0.0")])
@pytest.mark.parametrize(("name", "host"), [("contoso", 7), ("contoso.eastus.data", 8)])
def test_behaviour_29_two_endpoints_one_zone(endpoints: str, space: str, name: str, host: int) -> None:
    """Two PEs on one zone: last writer wins (F07). The later in the file is the last writer."""
    networks = HUB + "  spoke: {address_space: [10.1.0.0/16]}\n"
    topology = REGISTRY + "private_endpoints:\n" + endpoints + networks + LINKED
    expected = f"""
        {name}.azurecr.io 3600 CNAME {name}.privatelink.azurecr.io
        {name}.privatelink.azurecr.io 10 A {space}.{host}
        NOERROR
    """
    assert ask(topology, "hub", f"{name}.azurecr.io") == lines(expected)


def test_behaviour_29_deleting_either_removes_the_record() -> None:
    """Deleting either removes the record (F08): the file shows it as a survivor without its zone group."""
    topology = REGISTRY + ENDPOINT.replace("    dns_zone_group: [privatelink.azurecr.io]\n", "") + HUB + LINKED
    expected = f"""
        contoso.azurecr.io 3600 CNAME contoso.privatelink.azurecr.io
        NXDOMAIN
        privatelink.azurecr.io {PRIVATE_SOA}
    """
    assert ask(topology, "hub", "contoso.azurecr.io") == lines(expected)


@pytest.mark.parametrize(
    ("recursion", "forwarded", "cause"),
    [
        ("forward", "azurecr.io", ""),
        ("forward", "privatelink.azurecr.io", "public DNS was asked from plant, and it sees no private zone"),
        ("iterate", "privatelink.azurecr.io", ""),
    ],
)
def test_an_answer_of_public_dns_says_where_it_is_from(recursion: str, forwarded: str, cause: str) -> None:
    """F02 and F13: the Extended DNS Error tells a way past Azure; a private answer has none."""
    text = f"""
version: 1
registries: {{contoso: {{location: eastus}}}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [plant]}}
  plant: {{kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}}}
private_resolvers:
  resolver: {{network: hub, inbound_endpoints: [10.0.0.4]}}
dns_servers:
  192.168.0.53: {{network: plant, recursion: {recursion}, conditional_forwarders: {{{forwarded}: [10.0.0.4]}}}}
"""
    response = World(loads(text, "t.yaml")).answer("plant", Question(name("contoso.azurecr.io"), Type.A))
    assert response.cause == cause
