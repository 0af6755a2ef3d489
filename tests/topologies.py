"""Random topologies, all of them valid: what a topology file may say, in combinations that nobody would write.

`topologies()` is a hypothesis strategy of `acrdns.topology.model.Topology`. It makes the frozen types directly and knows
nothing of the schema, so that loading is tested against it. Whatever may be left out is sometimes left out, names that
may be the same are sometimes the same, and every reference leads somewhere.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from hypothesis import strategies as st

from acrdns.azure import AZURE_DNS, CLOUDS, Member
from acrdns.names import join, name
from acrdns.record import RRset, Type, rdata
from acrdns.topology.model import (
    Accepted,
    Client,
    ConnectedRegistry,
    DnsServer,
    ForwardingRule,
    ForwardingRuleset,
    Network,
    PrivateEndpoint,
    PrivateResolver,
    PrivateZone,
    Registry,
    Replication,
    Topology,
    ZoneLink,
)

if TYPE_CHECKING:
    from acrdns.azure import Cloud
    from acrdns.names import Name

REGIONS = {
    "AzureCloud": ("eastus", "westus", "westeurope", "swedencentral", "koreacentral", "nowhereland"),
    "AzureChinaCloud": ("chinaeast", "chinaeast2", "chinanorth", "chinanorth3"),
    "AzureUSGovernment": ("usgovvirginia", "usgovtexas", "usgovarizona", "usdodeast"),
}
"""`nowhereland` is a region that nobody knows: Azure opens them faster than acrdns is released."""

REGISTRY_NAMES = ("contoso", "Fabrikam", "northwind", "a1b2c", "true0", "00123", "null0")
NETWORK_NAMES = ("hub", "spoke", "plant", "on", "10.0", "123", "vnet-prod_01")
DOMAINS = ("corp.example", "azurecr.io", "privatelink.azurecr.io", "eastus.data.privatelink.azurecr.io", "yes.example")
OWNERS = ("@", "*", "other", "contoso", "contoso.eastus.data", "_sip._tcp", "*.apps", "no", "1.10", "123")
TARGETS = ("host.corp.example", "Mixed.Example", "contoso.azurecr.io", "a.b.c.d.example")
PUBLIC_DNS = ("8.8.8.8", "1.1.1.1", "2001:4860:4860::8888")
NOBODY = ("172.31.255.1", AZURE_DNS, *PUBLIC_DNS)
KINDS: tuple[Literal["virtual_network", "on_premises"], ...] = ("virtual_network", "virtual_network", "on_premises")
SKUS: tuple[Literal["Basic", "Standard", "Premium"], ...] = ("Premium", "Premium", "Standard", "Basic")
TTLS = st.one_of(st.sampled_from((0, 10, 300, 3600, 2**31 - 1)), st.integers(0, 2**31 - 1))


def subset(values: tuple[Any, ...], most: int = 3) -> st.SearchStrategy[list[Any]]:
    """Return a few different values, in any order."""
    return st.lists(st.sampled_from(values), unique=True, max_size=most) if values else st.just([])


@dataclass(slots=True)
class Ground:
    """The regions of a cloud, networks in them, and the addresses that are still free there."""

    regions: tuple[str, ...]
    networks: dict[str, Network] = field(default_factory=dict)
    _next: dict[str, int] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[str, ...]:
        """Return the networks of a kind."""
        return tuple(key for key, network in self.networks.items() if network.kind == kind)

    def address(self, network: str) -> str:
        """Take an address of a network that nothing else has."""
        offset = self._next.get(network, 3) + 1
        self._next[network] = offset
        return str(self.networks[network].address_space[0].network_address + offset)


# --- networks ---------------------------------------------------------------------------------------------------------


@st.composite
def grounds(draw: st.DrawFn, cloud: Cloud) -> Ground:
    """Make networks. Some have equal address spaces, and those are not peered."""
    names = draw(subset(NETWORK_NAMES, 4))
    spaces: dict[str, int] = {key: draw(st.integers(0, 3)) for key in names}
    pairs = {
        (a, b) for i, a in enumerate(names) for b in names[i + 1 :] if spaces[a] != spaces[b] and draw(st.booleans())
    }
    networks = {}
    for key in names:
        kind = draw(st.sampled_from(KINDS))
        blocks = [f"10.{spaces[key]}.0.0/16"] + ([f"fd00:{spaces[key]}::/48"] if draw(st.booleans()) else [])
        networks[key] = Network(
            name=key,
            kind=kind,
            address_space=tuple(ipaddress.ip_network(block) for block in blocks),
            dns_servers=tuple(draw(subset(NOBODY, 2))),
            peerings=frozenset(b if a == key else a for a, b in pairs if key in (a, b)),
            location=draw(st.none() | st.sampled_from(REGIONS[cloud.name])),
        )
    return Ground(REGIONS[cloud.name], networks)


# --- registries -------------------------------------------------------------------------------------------------------


@st.composite
def registries(draw: st.DrawFn, ground: Ground) -> dict[str, Registry]:
    """Make registries; those that get private endpoints or more are Premium."""
    return {key: draw(_registry(key, ground)) for key in draw(subset(REGISTRY_NAMES))}


@st.composite
def _registry(draw: st.DrawFn, key: str, ground: Ground) -> Registry:
    sku = draw(st.sampled_from(SKUS))
    premium = sku == "Premium"
    regions = draw(st.lists(st.sampled_from(ground.regions), unique=True, min_size=1, max_size=4 if premium else 1))
    data = premium and draw(st.booleans())
    made = Registry(
        name=key,
        sku=sku,
        location=regions[0],
        replications=tuple(Replication(region, draw(st.booleans())) for region in regions[1:]),
        dns_label=key.lower() + draw(st.sampled_from(("", "", "-exfrbuffaye7ceag"))),
        data_endpoint_enabled=data,
        regional_endpoints_enabled=premium and draw(st.booleans()),
        public_network_access_enabled=draw(st.booleans()),
        ip_rules=tuple(draw(subset(("203.0.113.7", "198.51.100.0/24", "20.0.0.0/8")))),
        frontend=None,
        traffic_manager=None,
        public_addresses={},
        connected_registries=draw(_connected(ground)) if data else {},
        redirect_status=draw(st.sampled_from((307, 302))),
        anonymous_pull_enabled=draw(st.booleans()),
    )
    return draw(_with_public(made))


@st.composite
def _with_public(draw: st.DrawFn, registry: Registry) -> Registry:
    """Add public names of the registry's own, or those of a stamp that several registries may be in."""
    members = [*_data_and_login(registry)]
    given = {
        member: tuple(draw(st.lists(_public_addresses(), unique=True, min_size=1, max_size=2)))
        for member in draw(st.lists(st.sampled_from(members), unique=True))
    }
    own = f"{registry.name.lower()}.fe.azcr.io"
    stamp = {Member("login"): ("203.0.113.1", "2001:db8::1")}
    return draw(
        st.sampled_from(
            (
                replace(registry, public_addresses=given),
                replace(registry, frontend=own, public_addresses=given),
                replace(registry, traffic_manager=f"{registry.name.lower()}-reg.trafficmanager.net"),
                replace(
                    registry,
                    frontend="eus.fe.azcr.io",
                    traffic_manager="eus-acr-reg.trafficmanager.net",
                    public_addresses=given | stamp,
                ),
            )
        )
    )


def _data_and_login(registry: Registry) -> list[Member]:
    regional = (
        [Member("regional", region) for region in registry.regions] if registry.regional_endpoints_enabled else []
    )
    return [Member("login"), *(Member("data", region) for region in registry.regions), *regional]


def _public_addresses() -> st.SearchStrategy[str]:
    return st.sampled_from(("20.45.122.144", "20.45.122.150", "203.0.113.9", "2001:db8::9", "2603:1030::9"))


@st.composite
def _connected(draw: st.DrawFn, ground: Ground) -> dict[str, ConnectedRegistry]:
    """Make connected registries, each the child of one before it or of the registry."""
    made: dict[str, ConnectedRegistry] = {}
    for key in draw(subset(("factory", "line1", "line2"))) if ground.networks else ():
        network = draw(st.sampled_from(tuple(ground.networks)))
        parent = draw(st.none() | st.sampled_from(tuple(made))) if made else None
        free = parent is None or made[parent].mode == "ReadWrite"
        address = draw(st.none() | st.just(ground.address(network)))
        made[key] = ConnectedRegistry(
            name=key,
            network=network,
            mode=draw(st.sampled_from(("ReadWrite", "ReadOnly"))) if free else "ReadOnly",
            login_server=draw(st.none() | st.just(f"{key}.plant.example")) if address else None,
            address=address,
            parent=parent,
            repositories=tuple(draw(subset(("hello-world", "team/app", "base/*")))),
            sync_schedule=draw(st.sampled_from(("* * * * *", "0 9 * * *", "*/15 1-5 1,15 JAN-MAR 0"))),
            message_ttl=draw(st.sampled_from(("P2D", "P1D", "P90D", "PT36H", "P1W"))),
            sync_window=draw(st.sampled_from((None, "PT3H", "P7D"))),
        )
    return made


# --- private endpoints and zones --------------------------------------------------------------------------------------


@st.composite
def private_zones(draw: st.DrawFn, ground: Ground) -> dict[str, PrivateZone]:
    """Make private zones; several may have one name, and no network is linked to two of those."""
    made: dict[str, PrivateZone] = {}
    linked: set[tuple[str, str]] = set()
    registering: set[str] = set()
    for number in range(draw(st.integers(0, 4))):
        domain = draw(st.sampled_from(DOMAINS))
        key = domain if domain not in made and draw(st.booleans()) else f"rg{number}/{domain}"
        links = {}
        for network in draw(subset(ground.of("virtual_network"))):
            if (network, domain) not in linked:
                links[network] = draw(
                    _link(network, redirect="privatelink" in domain, registers=network not in registering)
                )
                linked.add((network, domain))
                if links[network].registration_enabled:
                    registering.add(network)
        apex = name(domain)
        made[key] = PrivateZone(key, apex, draw(TTLS), draw(TTLS), links, draw(record_sets(apex)))
    return made


@st.composite
def _link(draw: st.DrawFn, network: str, *, redirect: bool, registers: bool) -> ZoneLink:
    return ZoneLink(
        network=network,
        resolution_policy=draw(st.sampled_from(("Default", "NxDomainRedirect"))) if redirect else "Default",
        registration_enabled=registers and draw(st.booleans()),
        state=draw(st.sampled_from(("Completed", "Completed", "InProgress"))),
    )


@st.composite
def private_endpoints(
    draw: st.DrawFn, ground: Ground, among: dict[str, Registry], zones: dict[str, PrivateZone]
) -> dict[str, PrivateEndpoint]:
    """Make private endpoints of Premium registries; members may lack addresses."""
    premium = tuple(key for key, registry in among.items() if registry.sku == "Premium")
    networks = ground.of("virtual_network")
    made = {}
    for key in draw(subset(("pe-1", "pe.2", "3"))) if premium and networks else ():
        registry, network = draw(st.sampled_from(premium)), draw(st.sampled_from(networks))
        members = draw(st.lists(st.sampled_from(_data_and_login(among[registry])), unique=True))
        made[key] = PrivateEndpoint(
            name=key,
            registry=registry,
            network=network,
            status=draw(st.sampled_from(("Approved", "Approved", "Approved", "Pending", "Rejected", "Disconnected"))),
            addresses={member: ground.address(network) for member in members},
            dns_zone_group=tuple(draw(subset(tuple(zones), 5))),
        )
    return made


# --- record sets ------------------------------------------------------------------------------------------------------

_ADDRESSES = ("10.0.0.99", "0.0.0.0", "203.0.113.5", "10.1.2.3")
_DATA: dict[Type, st.SearchStrategy[str]] = {
    Type.A: st.sampled_from(_ADDRESSES),
    Type.AAAA: st.sampled_from(("2001:db8::7", "fd00::1", "::")),
    Type.MX: st.builds("{} {}".format, st.integers(0, 65535), st.sampled_from(TARGETS)),
    Type.SRV: st.builds(
        "{} {} {} {}".format, st.integers(0, 65535), st.just(5), st.integers(0, 65535), st.sampled_from(TARGETS)
    ),
    Type.PTR: st.sampled_from(TARGETS),
    Type.CAA: st.builds('{} issue "{}"'.format, st.integers(0, 255), st.sampled_from(("ca.example", "", "a b; c=d"))),
}
_ORDER = (Type.A, Type.AAAA, Type.TXT, Type.MX, Type.SRV, Type.PTR, Type.CAA)


def _txt() -> st.SearchStrategy[bytes]:
    """Make the data of a TXT record: one text, long ones split, or several character-strings."""
    strings = st.text(st.characters(codec="utf-8"), max_size=40).map(str.encode)
    return st.one_of(
        strings.map(lambda text: [text]),
        st.sampled_from(([b"x" * 255, b"y"], [b"x" * 255], [b"", b""], [b"123"], [b"true"])),
        st.lists(strings, min_size=1, max_size=3),
    ).map(lambda parts: b"".join(bytes((len(part),)) + part for part in parts))


@st.composite
def record_sets(draw: st.DrawFn, apex: Name) -> tuple[RRset, ...]:
    """Make the record sets of a zone: an alias alone, or other types beside each other."""
    made: list[RRset] = []
    for owner in draw(subset(OWNERS)):
        at, ttl = join(owner, apex), draw(TTLS)
        if owner != "@" and draw(st.integers(0, 3)) == 0:
            made.append(RRset(at, Type.CNAME, ttl, (rdata(Type.CNAME, draw(st.sampled_from(TARGETS))),)))
            continue
        chosen = draw(st.sets(st.sampled_from(_ORDER), min_size=1, max_size=3))
        for number in (number for number in _ORDER if number in chosen):
            packed = _txt() if number == Type.TXT else _DATA[number].map(partial(rdata, number))
            rdatas = draw(st.lists(packed, unique=True, min_size=1, max_size=3))
            made.append(RRset(at, number, ttl if draw(st.booleans()) else draw(TTLS), tuple(rdatas)))
    return tuple(made)


# --- servers and resolvers --------------------------------------------------------------------------------------------


@st.composite
def dns_servers(draw: st.DrawFn, ground: Ground) -> dict[str, DnsServer]:
    """Make DNS servers that people run themselves."""
    made: dict[str, DnsServer] = {}
    for network in draw(st.lists(st.sampled_from(tuple(ground.networks)), max_size=3)) if ground.networks else ():
        address = ground.address(network)
        if address in made:  # equal address spaces: the file has room for one of the two
            continue
        known = tuple(sorted({*made, address, *NOBODY}))
        targets = st.lists(st.sampled_from(known), unique=True, min_size=1, max_size=2).map(tuple)
        forwarded = draw(subset(tuple(map(name, (*DOMAINS, ".", "example")))))
        served = draw(subset(tuple(map(name, (*DOMAINS, "lan")))))
        made[address] = DnsServer(
            address=address,
            network=network,
            recursion=draw(st.sampled_from(("forward", "iterate"))),
            forwarders=tuple(draw(subset(known, 2))),
            conditional_forwarders={domain: draw(targets) for domain in forwarded},
            zones={apex: draw(record_sets(apex)) for apex in served},
        )
    return made


@st.composite
def private_resolvers(draw: st.DrawFn, ground: Ground) -> dict[str, PrivateResolver]:
    """Make private resolvers, at most one a virtual network."""
    made = {}
    for number, network in enumerate(draw(subset(ground.of("virtual_network")))):
        key = f"resolver-{number}"
        inbound = tuple(ground.address(network) for _ in range(draw(st.integers(0, 2))))
        outbound = tuple(f"{network}-out-{n}" for n in range(draw(st.integers(0, 2))))
        made[key] = PrivateResolver(key, network, inbound, outbound)
    return made


@st.composite
def rulesets(
    draw: st.DrawFn, ground: Ground, resolvers: dict[str, PrivateResolver], servers: dict[str, DnsServer]
) -> dict[str, ForwardingRuleset]:
    """Make forwarding rulesets; their targets are inbound endpoints, people's servers, public ones or nobody."""
    outbound = tuple(name for resolver in resolvers.values() for name in resolver.outbound_endpoints)
    inbound = {address for resolver in resolvers.values() for address in resolver.inbound_endpoints}
    known = tuple(sorted({*inbound, *servers, *PUBLIC_DNS, "172.31.255.1"}))
    made = {}
    for key in draw(subset(("corp", "other"))) if outbound else ():
        rules = tuple(
            ForwardingRule(
                domain=domain,
                targets=tuple(draw(st.lists(st.sampled_from(known), unique=True, min_size=1, max_size=3))),
                enabled=draw(st.booleans()),
            )
            for domain in draw(subset(tuple(map(name, (*DOMAINS, ".", "svc.io")))))
        )
        links = tuple(draw(subset(ground.of("virtual_network"))))
        made[key] = ForwardingRuleset(key, draw(st.sampled_from(outbound)), links, rules)
    return made


# --- the whole --------------------------------------------------------------------------------------------------------


@st.composite
def topologies(draw: st.DrawFn, *, additions: bool = False) -> Topology:
    """Make a whole topology; `additions` are what the second version of the contract added."""
    cloud: Cloud = draw(st.sampled_from(tuple(CLOUDS.values())))
    ground = draw(grounds(cloud))
    if additions:
        for key, network in ground.networks.items():
            ground.networks[key] = draw(_with_additions(network))
    made_registries = draw(registries(ground))
    zones = draw(private_zones(ground))
    endpoints = draw(private_endpoints(ground, made_registries, zones))
    servers = draw(dns_servers(ground))
    if additions:
        servers = {key: draw(_more_of(server)) for key, server in servers.items()} | draw(_of_clients(ground))
        made_registries = {
            key: replace(made, private_link=draw(st.sampled_from((None, "elsewhere"))))
            if made.sku == "Premium"
            else made
            for key, made in made_registries.items()
        }
    resolvers = draw(private_resolvers(ground))
    shared = {key: server for key, server in servers.items() if not server.client}
    made = Topology(
        file="random.yaml",
        cloud=cloud,
        chains=draw(st.sampled_from(("documented", "observed"))),
        registries=made_registries,
        networks=ground.networks,
        private_endpoints=endpoints,
        private_dns_zones=zones,
        dns_servers=servers,
        private_resolvers=resolvers,
        dns_forwarding_rulesets=draw(rulesets(ground, resolvers, shared)),
    )
    return replace(made, accepted=draw(_accepted(made))) if additions else made


# --- additions --------------------------------------------------------------------------------------------------------

SELECTIONS: st.SearchStrategy[Literal["order", "fastest", "random"]] = st.sampled_from(("order", "fastest", "random"))
HOSTS = st.dictionaries(
    st.sampled_from(tuple(map(name, ("contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "host.example")))),
    st.sampled_from((("10.0.0.7",), ("203.0.113.7", "2001:db8::7"))),
    max_size=2,
)
LOOPBACK = ("127.0.0.53", "169.254.10.10", "::1", "fe80::53")


@st.composite
def _with_additions(draw: st.DrawFn, network: Network) -> Network:
    clients = {
        key: Client(
            key,
            draw(st.none() | st.lists(st.sampled_from((*NOBODY, *LOOPBACK)), unique=True, max_size=3).map(tuple)),
            draw(st.none() | SELECTIONS),
            draw(st.none() | HOSTS),
        )
        for key in draw(subset(("pods", "nodes")))
    }
    return replace(
        network,
        transit=draw(st.booleans()),
        selection=draw(SELECTIONS),
        hosts=draw(HOSTS),
        clients=clients,
        subnets=dict.fromkeys(draw(subset(("endpoints",))), network.address_space[0]),
    )


@st.composite
def _more_of(draw: st.DrawFn, server: DnsServer) -> DnsServer:
    return replace(
        server,
        recursion=draw(st.sampled_from(("forward", "iterate", "unbound"))),
        selection=draw(SELECTIONS),
        fallback=draw(st.sampled_from(("none", "public"))),
        rebind_protection=draw(st.booleans()),
        key=draw(st.sampled_from(("", f"server at {server.address}"))),
        dns64=draw(st.sampled_from((None, ipaddress.IPv6Network("64:ff9b::/96")))),
    )


@st.composite
def _of_clients(draw: st.DrawFn, ground: Ground) -> dict[str, DnsServer]:
    """Make servers of single clients, at addresses that no other host reaches."""
    made: dict[str, DnsServer] = {}
    for network in ground.networks.values():
        for client in network.clients:
            for address in draw(subset(LOOPBACK, 2)):
                key = f"{client} of {network.name} at {address}"
                made[key] = DnsServer(
                    address=address,
                    network=network.name,
                    recursion=draw(st.sampled_from(("forward", "unbound"))),
                    forwarders=tuple(draw(subset((*NOBODY, *LOOPBACK), 2))),
                    conditional_forwarders={},
                    zones={},
                    key=key,
                    client=client,
                )
    return made


@st.composite
def _accepted(draw: st.DrawFn, made: Topology) -> tuple[Accepted, ...]:
    """Excuse findings anywhere, at an object or in a section."""
    objects = [("networks", key) for key in made.networks] + [("registries", key) for key in made.registries]
    places = [("networks",)] * bool(made.networks) + objects + [()]
    entries = [("ACR308", "a pilot", None), ("ACR101", "known: to be mended", "2999-03-01")]
    return tuple(
        Accepted(path, *draw(st.sampled_from(entries)))
        for path in sorted(draw(st.lists(st.sampled_from(places), unique=True, max_size=2)))
    )
