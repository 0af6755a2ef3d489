"""Real DNS servers as those of a topology: over the wire they answer as the simulation says.

Behind each stand the vantage listeners of `acrdns serve`. Which product is which `recursion` was found out by running
them (`RECURSION`).
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, NamedTuple

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from acrdns import names
from acrdns.record import Type, rdata_text, type_number, type_text
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.free_ports import free_host
from tests.interop.self_hosted import refusing, running, setup_of
from tests.serve.running import SECONDS, Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.interop.self_hosted import Address

pytestmark = pytest.mark.interop

RECURSION = {
    "unbound": "unbound",
    "named": "iterate",
    "dnsmasq": "forward",
    "kresd": "forward",
    "pdns_recursor": "iterate",
}
"""Found out by running them: unbound 1.17, BIND 9.18, dnsmasq 2.89, Knot Resolver 5.6, PowerDNS Recursor 4.8."""
WITHOUT_ZONES = {"kresd"}
FILTERING = ("unbound", "named", "dnsmasq", "kresd")
SAYS_NOTHING = {"dnsmasq"}
"""Who answers nothing, instead of SERVFAIL, where nobody answers it: the client waits in vain either way."""
KEEPS_ALIASES = {"pdns_recursor"}
"""Who keeps the aliases that lead to a name which nobody answers for, in an answer that is SERVFAIL."""
SAYS_NO_SOA = {"dnsmasq", "dnsmasq strict", "kresd stub"}
"""Who has no SOA record for what its own zones do not have, or leaves out the one that it is told."""
LEAVES_SOA = {"kresd"}
"""Who leaves the SOA record of the empty answer in an answer that DNS64 makes of it."""
TAKES_FOREIGN_EMPTY_ANSWERS = {"pdns_recursor"}
"""Who takes an empty answer with the SOA record of a zone above the forwarded domain, where BIND fails."""
PATIENCE = 0.5
"""Seconds to wait for an answer that should not come."""

AZURE = """
version: 1
chains: {chains}
registries:
  contoso:
    location: eastus
    replications: [westeurope]
    public:
      addresses:
        registry: [20.45.122.144]
        registry_data_eastus: [20.45.122.150]
        registry_data_westeurope: [20.45.122.151]
  fabrikam: {{location: westus, public: {{addresses: {{registry: [20.45.122.160]}}}}}}
  partner:
    location: eastus
    public: {{addresses: {{registry: [20.45.122.170], registry_data_eastus: [20.45.122.171]}}}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
  lone: {{address_space: [10.1.0.0/16]}}
  empty: {{address_space: [10.2.0.0/16]}}
  redirecting: {{address_space: [10.3.0.0/16]}}
  failing: {{address_space: [10.4.0.0/16], dns_servers: [10.4.0.53]}}
  abroad: {{address_space: [10.9.0.0/16]}}
  clients:
    kind: on_premises
    address_space: [192.168.0.0/16]
    dns_servers: [{address}]
    peerings: [hub, lone, empty, redirecting, failing]
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westeurope: 10.0.0.9}}
    dns_zone_group: [hub-zone]
  partner-pe:
    registry: partner
    network: abroad
    addresses: {{registry: 10.9.0.7, registry_data_eastus: 10.9.0.8}}
private_dns_zones:
  hub-zone: {{name: privatelink.azurecr.io, virtual_network_links: {{hub: {{}}}}}}
  empty-zone: {{name: privatelink.azurecr.io, virtual_network_links: {{empty: {{}}}}}}
  redirecting-zone:
    name: privatelink.azurecr.io
    virtual_network_links: {{redirecting: {{resolution_policy: NxDomainRedirect}}}}
private_resolvers:
  hub-resolver: {{network: hub, inbound_endpoints: [10.0.0.4]}}
  lone-resolver: {{network: lone, inbound_endpoints: [10.1.0.4]}}
  empty-resolver: {{network: empty, inbound_endpoints: [10.2.0.4]}}
  redirecting-resolver: {{network: redirecting, inbound_endpoints: [10.3.0.4]}}
dns_servers:
  10.4.0.53: {{network: failing, forwarders: [10.4.0.99]}}
  {address}: {{network: {network}, recursion: {recursion}, {configuration}}}
"""
LISTENERS = ("internet", "hub", "lone", "empty", "redirecting", "failing")


class Situation(NamedTuple):
    """One server that people run, and the answer to one question that tells what it is about, by `recursion`."""

    configuration: str
    question: str
    forward: str
    iterate: str
    network: str = "clients"
    chains: str = "documented"

    @property
    def address(self) -> str:
        """Where the server is, in the address space of its network."""
        return {"clients": "192.168.0.53", "hub": "10.0.0.53", "lone": "10.1.0.53"}[self.network]

    def topology(self, recursion: str) -> str:
        """Write the topology."""
        return AZURE.format(
            address=self.address,
            network=self.network,
            recursion=recursion,
            configuration=self.configuration,
            chains=self.chains,
        )


PUBLIC = "198.51.100.0"
SITUATIONS = {
    # behaviour 23: the recommended way from on premises
    "azurecr-to-inbound": Situation("conditional_forwarders: {azurecr.io: [10.0.0.4]}", "contoso.azurecr.io", "10.0.0.7", "10.0.0.7"),
    # behaviour 24, F13
    "privatelink-to-inbound": Situation("conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}", "contoso.azurecr.io", "public", "10.0.0.7"),
    "one-name-to-inbound": Situation("conditional_forwarders: {contoso.azurecr.io: [10.0.0.4]}", "contoso.eastus.data.azurecr.io", "public", "public"),
    # behaviour 20
    "azure-dns-linked": Situation("forwarders: [168.63.129.16]", "contoso.azurecr.io", "10.0.0.7", "10.0.0.7", network="hub"),
    "azure-dns-unlinked": Situation("forwarders: [168.63.129.16]", "contoso.azurecr.io", "public", "public", network="lone"),
    # behaviour 22, F14
    "azure-dns-from-on-premises": Situation("forwarders: [168.63.129.16]", "contoso.azurecr.io", "SERVFAIL", "SERVFAIL"),
    # behaviour 21, F02
    "public-resolver": Situation("forwarders: [8.8.8.8]", "contoso.azurecr.io", "public", "public", network="hub"),
    # behaviour 25, F15
    "inbound-unlinked": Situation("conditional_forwarders: {azurecr.io: [10.1.0.4]}", "contoso.azurecr.io", "public", "public"),
    # behaviour 10, F17
    "empty-zone": Situation("conditional_forwarders: {azurecr.io: [10.2.0.4]}", "contoso.azurecr.io", "NXDOMAIN", "NXDOMAIN"),
    # behaviour 12
    "redirecting": Situation("conditional_forwarders: {azurecr.io: [10.3.0.4]}", "contoso.azurecr.io", "public", "public"),
    "silent-forwarder": Situation("conditional_forwarders: {azurecr.io: [10.0.0.99]}", "contoso.azurecr.io", "SERVFAIL", "SERVFAIL"),
    "first-that-answers": Situation("conditional_forwarders: {azurecr.io: [10.0.0.99, 10.0.0.4]}", "contoso.azurecr.io", "10.0.0.7", "10.0.0.7"),
    "local-privatelink-zone": Situation("zones: {privatelink.azurecr.io: {contoso: {A: [192.168.0.7]}}}", "contoso.azurecr.io", "public", "192.168.0.7"),
    "local-login-name": Situation("zones: {contoso.azurecr.io: {'@': {A: [192.168.0.7]}}}", "contoso.azurecr.io", "192.168.0.7", "192.168.0.7"),
    "longest-suffix": Situation("conditional_forwarders: {azurecr.io: [10.0.0.4], westeurope.data.azurecr.io: [10.2.0.4]}", "contoso.westeurope.data.azurecr.io", "NXDOMAIN", "10.0.0.9"),
    "two-zones": Situation("conditional_forwarders: {azurecr.io: [10.2.0.4], privatelink.azurecr.io: [10.0.0.4]}", "contoso.azurecr.io", "NXDOMAIN", "10.0.0.7"),
    "observed-chains": Situation("conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}", "contoso.azurecr.io", "public", "10.0.0.7", chains="observed"),
}  # fmt: skip

QUESTIONS = [
    *((name, kind) for name in ("contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "contoso.westeurope.data.azurecr.io") for kind in ("A", "AAAA")),
    ("contoso.azurecr.io", "CNAME"),
    ("contoso.privatelink.azurecr.io", "A"),
    ("contoso.eastus.data.privatelink.azurecr.io", "TXT"),
    # empty non-terminals, which query name minimisation asks for on its way
    ("eastus.data.privatelink.azurecr.io", "A"),
    ("data.azurecr.io", "A"),
    # no private endpoint
    ("fabrikam.azurecr.io", "A"),
    ("fabrikam.azurecr.io", "AAAA"),
    # a private endpoint that is not ours (F17)
    ("partner.azurecr.io", "A"),
    ("partner.eastus.data.azurecr.io", "A"),
    # nobody's
    ("nobody.azurecr.io", "A"),
    ("nobody.privatelink.azurecr.io", "AAAA"),
]  # fmt: skip

Answer = tuple[str, list[tuple[str, str, list[str]]]]


@pytest.fixture(scope="module")
def listeners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], dict[str, Address]]]:
    """Return the vantage listeners for a kind of chains; what stands behind the servers is the same in all situations."""
    started: dict[str, dict[str, Address]] = {}
    with ExitStack() as stack:

        def places(chains: str) -> dict[str, Address]:
            if chains not in started:
                started[chains] = vantage_listeners(chains, tmp_path_factory.mktemp("azure"), stack)
            return started[chains]

        yield places


def vantage_listeners(chains: str, folder: Path, stack: ExitStack) -> dict[str, Address]:
    """Serve what stands behind the servers until the stack ends; returns where each vantage point is.

    Each has an address of its own: Knot Resolver keeps by address who does not answer, whatever the port.
    """
    path = folder / "topology.yaml"
    path.write_text(SITUATIONS["azurecr-to-inbound"]._replace(chains=chains).topology("forward"))
    return dict(
        stack.enter_context(Running(str(path), *(f"--listen={each}={free_host()}:0" for each in LISTENERS))).places
    )


class Said(NamedTuple):
    """One answer of the simulation or a program."""

    answer: Answer
    ttls: list[int]
    soa: str | None
    """Owner of the SOA record of a negative answer."""

    refused: bool = False
    """Whether it is a failure because an empty answer has the SOA record of a zone above the forwarded domain."""

    def allows(self, heard: Said, product: str, apex: str | None) -> bool:
        """Return whether a program's answer is this one of the simulation, with TTLs that are not longer.

        `apex` is the one zone of an internet that has one.
        """
        rcode, records = heard.answer
        only_aliases = all(kind == "CNAME" for _, kind, _ in records)
        if self.refused and product in TAKES_FOREIGN_EMPTY_ANSWERS:
            return rcode == "NOERROR" and only_aliases and heard.soa is None
        if self.answer != heard.answer:
            return product in KEEPS_ALIASES and self.answer[0] == rcode == "SERVFAIL" and only_aliases
        without_soa = product in (LEAVES_SOA if self.soa is None else SAYS_NO_SOA)
        same_soa = (
            (without_soa and None in (heard.soa, self.soa))
            or heard.soa == self.soa
            or (apex is not None and heard.soa == apex)
        )
        return same_soa and all(a <= b for a, b in zip(heard.ttls, self.ttls, strict=True))


def _simulated(world: World, name: str, kind: str, vantage: str = "clients") -> list[Said]:
    """Return every answer that there may be; which of several forwarders answers first is chance."""
    usual = world.answer(vantage, Question(names.name(name), type_number(kind)))
    found = []
    for response in (usual, *usual.alternatives):
        records = [
            (
                names.show(rrset.name),
                type_text(rrset.type),
                sorted(rdata_text(rrset.type, each) for each in rrset.rdatas),
            )
            for rrset in response.answer
        ]
        soa = next((names.show(rrset.name) for rrset in response.authority if rrset.type == Type.SOA), None)
        refused = "refuses an empty answer" in response.cause
        found.append(Said((response.rcode.name, records), [rrset.ttl for rrset in response.answer], soa, refused))
    return found


def _asked(where: Address, name: str, kind: str, *, in_vain: bool = False) -> Said:
    query = dns.message.make_query(name, kind, use_edns=0)
    try:
        response = dns.query.udp_with_fallback(query, where[0], PATIENCE if in_vain else SECONDS, where[1])[0]
    except dns.exception.Timeout:
        assert in_vain
        return Said(("SERVFAIL", []), [], None)
    assert response.flags & dns.flags.RA
    records = [
        (
            rrset.name.to_text(omit_final_dot=True),
            dns.rdatatype.to_text(rrset.rdtype),
            sorted(item.to_text().removesuffix(".") for item in rrset),
        )
        for rrset in response.answer
    ]
    owners = (rrset.name for rrset in response.authority if rrset.rdtype == dns.rdatatype.SOA)
    soa = next((owner.to_text(omit_final_dot=True) for owner in owners), None)
    return Said((dns.rcode.to_text(response.rcode()), records), [rrset.ttl for rrset in response.answer], soa)


def _summary(answer: Answer) -> str:
    rcode, records = answer
    if rcode != "NOERROR":
        return rcode
    (address,) = records[-1][2]
    return address if address.startswith(("10.", "192.168.")) else "public"


@pytest.mark.parametrize("recursion", ["forward", "iterate"])
@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_what_the_situation_is_about(situation: Situation, recursion: str) -> None:
    """The simulation gives the answer that the situation is there for."""
    world = World(loads(situation.topology(recursion), "topology.yaml"))
    (said,) = _simulated(world, situation.question, "A")
    assert _summary(said.answer) == getattr(situation, recursion)


@pytest.mark.parametrize("minimise", [False, True], ids=["full-names", "minimised"])
@pytest.mark.parametrize("product", RECURSION)
@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_product(
    situation: Situation,
    product: str,
    listeners: Callable[[str], dict[str, Address]],
    program: Callable[[str], str],
    tmp_path: Path,
    *,
    minimise: bool,
) -> None:
    """A product answers every question as the simulated server does."""
    if product in WITHOUT_ZONES and "zones: {" in situation.configuration:
        pytest.skip(f"{product} has no zones of its own")
    topology = loads(situation.topology(RECURSION[product]), "topology.yaml")
    with refusing() as nobody:
        setup = setup_of(
            topology.dns_servers[situation.address], topology, listeners(situation.chains), nobody, minimise=minimise
        )
        with running(product, program, setup, tmp_path) as where:
            assert differences(World(topology), where, product) == []


FILTERS = {
    "rebinding-to-inbound": "conditional_forwarders: {azurecr.io: [10.0.0.4]}, filters: {rebind_protection: true}",
    "rebinding-privatelink": "conditional_forwarders: {privatelink.azurecr.io: [10.0.0.4]}, filters: {rebind_protection: true}",
    "rebinding-public": "forwarders: [8.8.8.8], filters: {rebind_protection: true}",
    "rebinding-own-zone": "zones: {contoso.azurecr.io: {'@': {A: [192.168.0.7]}}}, filters: {rebind_protection: true}",
    "dns64-to-inbound": "conditional_forwarders: {azurecr.io: [10.0.0.4]}, filters: {dns64: '64:ff9b::/96'}",
    "dns64-public": "forwarders: [8.8.8.8], filters: {dns64: '64:ff9b::/96'}",
}  # fmt: skip
WITHOUT_DNS64 = {"dnsmasq"}
REFUSES = {"kresd"}


@pytest.mark.parametrize("product", FILTERING)
@pytest.mark.parametrize("configuration", FILTERS.values(), ids=FILTERS)
def test_filters(
    configuration: str,
    product: str,
    listeners: Callable[[str], dict[str, Address]],
    program: Callable[[str], str],
    tmp_path: Path,
) -> None:
    """Rebinding protection and DNS64 change answers as the simulated server's filters do."""
    if product in WITHOUT_DNS64 and "dns64" in configuration:
        pytest.skip(f"{product} has no DNS64")
    if product in REFUSES and "rebind" in configuration:
        pytest.skip(f"{product} refuses what it protects from, which no `recursion` stands for")
    situation = Situation(configuration, "", "", "")
    topology = loads(situation.topology(RECURSION[product]), "topology.yaml")
    with refusing() as nobody:
        setup = setup_of(
            topology.dns_servers[situation.address], topology, listeners("documented"), nobody, minimise=False
        )
        with running(product, program, setup, tmp_path) as where:
            assert differences(World(topology), where, product) == []


FALLBACKS = {
    "silent": "conditional_forwarders: {azurecr.io: [10.0.0.99]}, fallback: public",
    "answers": "conditional_forwarders: {azurecr.io: [10.0.0.4]}, fallback: public",
    "says no": "conditional_forwarders: {azurecr.io: [10.2.0.4]}, fallback: public",
    "silent for the alias": "conditional_forwarders: {privatelink.azurecr.io: [10.0.0.99]}, fallback: public",
    "second answers": "conditional_forwarders: {azurecr.io: [10.0.0.99, 10.0.0.4]}, fallback: public",
    "an empty answer of a zone above": "conditional_forwarders: {contoso.privatelink.azurecr.io: [10.0.0.4]}, fallback: public",
    "an empty answer below a name": "conditional_forwarders: {data.privatelink.azurecr.io: [10.0.0.4]}, fallback: public",
    "an empty answer of public DNS": "conditional_forwarders: {data.azurecr.io: [8.8.8.8]}, fallback: public",
}


@pytest.mark.parametrize("product", ["named", "unbound"])
@pytest.mark.parametrize("configuration", FALLBACKS.values(), ids=FALLBACKS)
def test_fallback_is_forward_first(
    configuration: str,
    product: str,
    listeners: Callable[[str], dict[str, Address]],
    program: Callable[[str], str],
    tmp_path: Path,
) -> None:
    """`forward first`, `forward-first`: where the forwarders of a zone fail, it resolves from the root, past all forwarders."""
    topology = loads(Situation(configuration, "", "", "").topology(RECURSION[product]), "topology.yaml")
    server, world = topology.dns_servers["192.168.0.53"], World(topology)
    root = tmp_path / "root.zone"
    root.write_text(_root_zone(world))
    with refusing() as nobody, Running("--zone-file", str(root), "--listen=127.0.0.1:0") as internet:
        (_, place), *_ = internet.places
        setup = setup_of(server, topology, listeners("documented"), nobody, minimise=False, root=place)
        with running(product, program, setup, tmp_path) as where:
            assert differences(world, where, product, apex=".") == []


def _root_zone(world: World) -> str:
    """Write a root zone with all that public DNS answers: a server of it is the whole internet."""
    lines = ["$ORIGIN .", "@ 3600 SOA root.test. host.test. 1 3600 300 2419200 60", "@ 3600 NS root.test."]
    lines.append("root.test. 3600 A 127.0.0.1")
    found: dict[str, None] = {}
    for name, kind in QUESTIONS:
        for rrset in world.answer("internet", Question(names.name(name), type_number(kind))).answer:
            for rdata in rrset.rdatas:
                target = "." if rrset.type == Type.CNAME else ""
                data = rdata_text(rrset.type, rdata).removesuffix(".") + target
                found[f"{names.show(rrset.name)}. {rrset.ttl} {type_text(rrset.type)} {data}"] = None
    return "\n".join([*lines, *found]) + "\n"


def test_dnsmasq_says_that_it_blocked(
    listeners: Callable[[str], dict[str, Address]], program: Callable[[str], str], tmp_path: Path
) -> None:
    """An answer that rebinding protection emptied has Extended DNS Error 15, there and here (RFC 8914 section 4.16)."""
    situation = Situation(FILTERS["rebinding-to-inbound"], "", "", "")
    topology = loads(situation.topology("forward"), "topology.yaml")
    assert World(topology).answer("clients", Question(names.name("contoso.azurecr.io"), type_number("A"))).blocked
    with refusing() as nobody:
        server = topology.dns_servers[situation.address]
        setup = setup_of(server, topology, listeners("documented"), nobody, minimise=False)
        with running("dnsmasq", program, setup, tmp_path) as where:
            query = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0)
            response = dns.query.udp(query, where[0], SECONDS, where[1])
    assert [error.code for error in response.extended_errors()] == [dns.edns.EDECode.BLOCKED]


def test_knot_resolver_refuses_what_it_protects_from(
    listeners: Callable[[str], dict[str, Address]], program: Callable[[str], str], tmp_path: Path
) -> None:
    """Its module `rebinding` gives REFUSED and EDE 18 (Prohibited) for a private address; `check` reads that."""
    topology = loads(Situation(FILTERS["rebinding-to-inbound"], "", "", "").topology("forward"), "topology.yaml")
    server = topology.dns_servers["192.168.0.53"]
    with refusing() as nobody:
        setup = setup_of(server, topology, listeners("documented"), nobody, minimise=False)
        with running("kresd", program, setup, tmp_path) as where:
            query = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0)
            response = dns.query.udp(query, where[0], SECONDS, where[1])
            assert _asked(where, "fabrikam.azurecr.io", "A").answer[0] == "NOERROR"
    assert response.rcode() == dns.rcode.REFUSED
    assert [error.code for error in response.extended_errors()] == [dns.edns.EDECode.PROHIBITED]


def differences(
    world: World,
    where: Address,
    product: str,
    questions: list[tuple[str, str]] = QUESTIONS,
    *,
    apex: str | None = None,
    vantage: str = "clients",
) -> list[tuple[object, ...]]:
    """Ask a product and the simulation every question; returns those with another answer, or with a longer TTL."""
    found: list[tuple[object, ...]] = []
    for name, kind in questions:
        said = _simulated(world, name, kind, vantage)
        in_vain = product in SAYS_NOTHING and any(each.answer[0] == "SERVFAIL" for each in said)
        heard = _asked(where, name, kind, in_vain=in_vain)
        if not any(each.allows(heard, product, apex) for each in said):
            found.append((name, kind, heard, *said))
    for row in found:
        print(*row, sep="\n   ")
    return found
