"""What each kind of DNS server does besides the behaviours of facts.md section 6."""

from __future__ import annotations

import pytest

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import MatchKind, Question
from tests.resolve.asking import (
    ENDPOINT,
    HUB,
    LINKED,
    PRIVATE_LINK,
    PRIVATE_LOGIN,
    PRIVATE_SOA,
    REGISTRY,
    addresses,
    ask,
    lines,
    resolve,
    world,
)

# --- aliases -----------------------------------------------------------------------------------------------------------

ALIASES = """
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
  corp.example:
    virtual_network_links: {hub: {}}
    records:
      registry: {ttl: 60, CNAME: contoso.azurecr.io}
      round: {CNAME: about.corp.example}
      about: {CNAME: round.corp.example}
      self: {CNAME: self.corp.example}
      away: {CNAME: www.example.org}
      gone: {CNAME: nobody.corp.example}
      "*.apps": {A: [10.0.0.60, 10.0.0.61]}
      fixed.apps: {A: [10.0.0.62]}
      deep.er.down: {TXT: [here]}
"""
CORP = REGISTRY + ENDPOINT + HUB + ALIASES


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("registry.corp.example", "registry.corp.example 60 CNAME contoso.azurecr.io\n" + PRIVATE_LOGIN.strip()),
        ("round.corp.example", "SERVFAIL"),
        ("self.corp.example", "SERVFAIL"),
        ("away.corp.example", "away.corp.example 3600 CNAME www.example.org\nREFUSED"),
        (
            "gone.corp.example",
            f"gone.corp.example 3600 CNAME nobody.corp.example\nNXDOMAIN\ncorp.example {PRIVATE_SOA}",
        ),
        ("a.apps.corp.example", "a.apps.corp.example 3600 A 10.0.0.60\na.apps.corp.example 3600 A 10.0.0.61\nNOERROR"),
        ("fixed.apps.corp.example", "fixed.apps.corp.example 3600 A 10.0.0.62\nNOERROR"),
        ("x.fixed.apps.corp.example", f"NXDOMAIN\ncorp.example {PRIVATE_SOA}"),
        ("apps.corp.example", f"NOERROR\ncorp.example {PRIVATE_SOA}"),
        ("er.down.corp.example", f"NOERROR\ncorp.example {PRIVATE_SOA}"),
        ("www.example.org", "REFUSED"),
    ],
)
def test_names_in_a_private_zone(question: str, expected: str) -> None:
    """Aliases lead on through Azure's order; wildcards and empty non-terminals are those of RFC 4592 and RFC 8020."""
    assert ask(CORP, "hub", question) == lines(expected)


def test_an_alias_loop_is_named() -> None:
    """Whoever reads the failure sees where it went round."""
    assert "alias loop" in resolve(CORP, "hub", "round.corp.example").response.cause


# --- geo-routing -------------------------------------------------------------------------------------------------------

GEO = """
version: 1
chains: observed
registries: {contoso: {location: eastus, replications: [westeurope]}}
networks: {dublin: {location: northeurope}}
"""


@pytest.mark.parametrize("type_", ["A", "AAAA", "TXT", "CNAME"])
def test_a_geo_routed_alias_is_the_same_for_every_type(type_: str) -> None:
    """Traffic Manager answers with an alias, and that does not hang on what is asked for."""
    profile = "11f0b04eda61baebd5646fde72b0058e.trafficmanager.net"
    answer = ask(GEO, "dublin", f"{profile} {type_}")
    assert answer[0] == f"{profile} 300 CNAME weu-11f0b04e.fe.azcr.io"
    assert (answer[1] == "NOERROR") is (type_ == "CNAME")


# --- servers that people run -------------------------------------------------------------------------------------------

BASE = REGISTRY + ENDPOINT + LINKED
ASKS_OWN = "networks: {hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53%s]}}\n"


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("conditional_forwarders: {azurecr.io: [168.63.129.16], contoso.azurecr.io: [8.8.8.8]}", "20.45.122.144"),
        ("conditional_forwarders: {azurecr.io: [8.8.8.8], contoso.azurecr.io: [168.63.129.16]}", "10.0.0.7"),
        ("forwarders: [8.8.8.8], conditional_forwarders: {azurecr.io: [168.63.129.16]}", "10.0.0.7"),
        ("forwarders: [168.63.129.16], conditional_forwarders: {azurecr.us: [8.8.8.8]}", "10.0.0.7"),
        ("conditional_forwarders: {.: [168.63.129.16]}, forwarders: [8.8.8.8]", "10.0.0.7"),
        ("forwarders: [10.0.0.99, 168.63.129.16]", "10.0.0.7"),
        ("forwarders: [10.0.0.99]", "SERVFAIL"),
        ("forwarders: [8.8.8.8, 168.63.129.16]", "20.45.122.144"),
        ("conditional_forwarders: {azurecr.io: [10.0.0.99]}, forwarders: [168.63.129.16]", "SERVFAIL"),
        (
            "recursion: unbound, zones: {azurecr.io: {x: {A: [10.0.0.1]}}}, conditional_forwarders: {contoso.azurecr.io: [8.8.8.8]}",
            "NXDOMAIN",
        ),
        (
            "conditional_forwarders: {contoso.azurecr.io: [168.63.129.16]}, zones: {azurecr.io: {x: {A: [10.0.0.1]}}}",
            "10.0.0.7",
        ),
        (
            "conditional_forwarders: {contoso.azurecr.io: [8.8.8.8]}, zones: {azurecr.io: {contoso: {A: [10.0.0.1]}}}",
            "10.0.0.1",
        ),
    ],
)
def test_who_is_asked(settings: str, expected: str) -> None:
    """Local zones, then the conditional forwarder with the longest suffix, then forwarders; the first that answers.

    With `recursion: forward` a forwarder below a local zone's name comes before what the zone does not have.
    """
    topology = BASE + ASKS_OWN % "" + f"dns_servers: {{10.0.0.53: {{network: hub, {settings}}}}}\n"
    assert addresses(topology, "hub", "contoso.azurecr.io") == [expected]


def test_a_failed_chain_has_no_records() -> None:
    """A resolver whose chain breaks off says SERVFAIL and hands out no part of it."""
    server = "{network: hub, recursion: iterate, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.99]}}"
    topology = BASE + ASKS_OWN % "" + f"dns_servers: {{10.0.0.53: {server}}}\n"
    assert ask(topology, "hub", "contoso.azurecr.io") == ["SERVFAIL"]


def test_a_servers_failure_is_an_answer() -> None:
    """The client's next server is for silence, not for a server that says SERVFAIL because others are silent."""
    server = "dns_servers: {10.0.0.53: {network: hub, forwarders: [10.0.0.99]}}\n"
    resolution = resolve(BASE + ASKS_OWN % ", 8.8.8.8" + server, "hub", "contoso.azurecr.io")
    assert resolution.response.rcode.name == "SERVFAIL"
    assert not resolution.response.timed_out
    assert resolution.response.unreached


def test_silent_rule_targets_are_a_failure_of_azure_dns() -> None:
    """The same where Azure DNS forwards by a rule: it answers SERVFAIL, and the client's next server is not asked."""
    topology = (
        REGISTRY
        + "networks: {hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.4, 8.8.8.8]}}\n"
        + "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}\n"
        + "dns_forwarding_rulesets:\n"
        + "  corp: {outbound_endpoint: out, virtual_network_links: [hub], rules: {azurecr.io: [10.0.0.99]}}\n"
    )
    assert ask(topology, "hub", "contoso.azurecr.io") == ["SERVFAIL"]
    assert resolve(topology, "hub", "contoso.azurecr.io").response.unreached


SILENT = "10.0.0.53: {network: hub, forwarders: [10.0.0.99]}"
LOOPING = "10.0.0.53: {network: hub, forwarders: [10.0.0.53]}"


@pytest.mark.parametrize(("first", "unreached"), [(SILENT, True), (LOOPING, False)])
def test_silence_is_known_for_what_it_is_however_far_away(first: str, unreached: bool) -> None:
    """Behind two forwarders it is still silence (RFC 8914 info code 22), and a loop is none."""
    chain = f"dns_servers: {{{first}, 10.0.0.54: {{network: hub, forwarders: [10.0.0.53]}}}}\n"
    topology = BASE + ASKS_OWN.replace("10.0.0.53", "10.0.0.54") % "" + chain
    response = resolve(topology, "hub", "contoso.azurecr.io").response
    assert (response.rcode.name, response.unreached) == ("SERVFAIL", unreached)


WILDCARD_RULE = """
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_resolvers: {resolver: {network: hub, outbound_endpoints: [out]}}
dns_forwarding_rulesets:
  all: {outbound_endpoint: out, virtual_network_links: [hub], rules: {.: [10.0.0.99]}}
"""


def test_a_wildcard_rule_skips_storage_too() -> None:
    """A `.` rule skips Azure's reserved domains (facts.md section 3), those that layers come from among them."""
    assert ask(WILDCARD_RULE, "hub", "eusacr11f0b04e.blob.core.windows.net")[-1] == "NOERROR"
    assert ask(WILDCARD_RULE, "hub", "contoso.azurecr.io")[-1] == "NOERROR"
    assert ask(WILDCARD_RULE, "hub", "www.example.org") == ["SERVFAIL"]


# --- connected registries ----------------------------------------------------------------------------------------------

CONNECTED = """
version: 1
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries: {factory: {network: plant, login_server: factory.plant.example, address: 192.168.0.20}}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [%s]}
  office: {kind: on_premises, address_space: [192.168.0.0/16]}
dns_servers: {192.168.0.53: {network: plant}}
"""


@pytest.mark.parametrize(
    ("servers", "vantage", "expected"),
    [
        ("", "plant", "192.168.0.20"),
        ("192.168.0.53", "plant", "192.168.0.20"),
        ("8.8.8.8", "plant", "REFUSED"),
        ("", "office", "REFUSED"),
        ("", "internet", "REFUSED"),
    ],
)
def test_the_local_name_of_a_connected_registry(servers: str, vantage: str, expected: str) -> None:
    """`login_server` is a name of its own network, by the network's own DNS."""
    assert addresses(CONNECTED % servers, vantage, "factory.plant.example") == [expected]


# --- steps -------------------------------------------------------------------------------------------------------------


def test_every_step_says_why() -> None:
    """A trace is a list of sentences, and each names the server that did it and what decided."""
    steps = resolve(PRIVATE_LINK, "hub", "contoso.azurecr.io").steps
    assert [(step.server, step.network, str(step.question), step.matched.kind) for step in steps] == [
        ("168.63.129.16", "hub", "contoso.azurecr.io A", MatchKind.PUBLIC_ZONE),
        ("168.63.129.16", "hub", "contoso.privatelink.azurecr.io A", MatchKind.PRIVATE_ZONE),
    ]
    assert all(step.why and not step.why.endswith(".") for step in steps)
    assert steps[1].matched.link == "hub"


def test_a_forwarders_step_stands_before_what_it_led_to() -> None:
    """The order is that in which questions were passed on."""
    topology = BASE + ASKS_OWN % "" + "dns_servers: {10.0.0.53: {network: hub, forwarders: [168.63.129.16]}}\n"
    steps = resolve(topology, "hub", "contoso.azurecr.io").steps
    assert [step.server for step in steps] == ["10.0.0.53", "168.63.129.16", "168.63.129.16"]
    assert steps[0].records == (*steps[1].records, *steps[2].records)


def test_an_unknown_vantage_point() -> None:
    """Asking from nowhere is a mistake of the caller."""
    with pytest.raises(KeyError):
        world(PRIVATE_LINK).resolve("nowhere", Question(names.name("contoso.azurecr.io"), Type.A))


def test_vantage_points() -> None:
    """The internet comes first, then the networks in file order."""
    assert world(PRIVATE_LINK).vantages == ("internet", "hub")
