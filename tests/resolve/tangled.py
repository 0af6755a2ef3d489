"""Random topologies in which names are resolved in tangled ways, and questions worth asking in them.

Few names, few addresses, many servers: zones shadow each other, forwarders meet in circles, and most of what refers to
something refers to what is there.
"""

from __future__ import annotations

import json
import re
from itertools import cycle
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from acrdns.azure import CLOUDS, Member
from acrdns.names import show
from acrdns.regions import REGIONS as AZURE
from acrdns.regions import cloud_of_region
from acrdns.topology.load import loads
from acrdns.zone.publish import derive

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

SPACES = {"hub": "10.0", "spoke": "10.1", "far": "10.2", "plant": "192.168"}
RESOLVERS = {"hub": "10.0.0.4", "far": "10.2.0.4"}
SERVERS = {
    "10.0.0.53": "hub",
    "10.0.0.54": "hub",
    "10.1.0.53": "spoke",
    "192.168.0.53": "plant",
    "192.168.0.54": "plant",
}
REGIONS = ["eastus", "westus", "westeurope"]
PLACES = ["eastus2", "westus2", "northeurope", "japaneast", "eastus", "atlantiscentral"]
AZURE_DNS = "168.63.129.16"

targets = st.sampled_from([*SERVERS, *RESOLVERS.values(), "8.8.8.8", "10.9.9.9"])
targets_or_azure = st.one_of(targets, st.just(AZURE_DNS))


def some(values: Any, most: int = 3, least: int = 0) -> Any:
    """Return a list of different values in any order."""
    return st.lists(values, unique=True, min_size=least, max_size=most)


def maybe(value: Any, otherwise: Any = None) -> Any:
    """Return the value half of the time."""
    return st.one_of(st.just(otherwise), value)


@st.composite
def registries(draw: st.DrawFn) -> dict[str, Any]:
    """Return one to three registries."""
    found = {}
    for name in draw(st.sampled_from([["contoso"], ["contoso", "fabrikam"], ["contoso", "fabrikam", "partner"]])):
        home, *others = draw(st.permutations(REGIONS))
        replicas = others[: draw(st.integers(0, 2))]
        registry: dict[str, Any] = {
            "location": home,
            "replications": [{"region": r, "global_endpoint_routing": draw(st.booleans())} for r in replicas],
            "regional_endpoints_enabled": draw(st.booleans()),
        }
        if draw(st.booleans()):
            registry["data_endpoint_enabled"] = draw(st.booleans())
        if draw(st.booleans()):
            registry["public"] = {"addresses": {"registry": ["20.45.122.144", "2603:1030::7"]}}
        if draw(st.integers(0, 3)) == 0:
            registry["dns_label"] = f"{name}-hash"
        found[name] = registry
    return found


def own_servers(network: str) -> Any:
    """Return one of the servers that stand in a network, where there are any."""
    addresses = [address for address, home in SERVERS.items() if home == network]
    return st.sampled_from(addresses).map(lambda address: [address]) if addresses else st.just([])


@st.composite
def networks(draw: st.DrawFn) -> dict[str, Any]:
    """Return all four networks, joined and not, with servers of their own and without."""
    found = {}
    for name, space in SPACES.items():
        found[name] = {
            "kind": "on_premises" if name == "plant" else "virtual_network",
            "address_space": [f"{space}.0.0/16"],
            "dns_servers": draw(st.one_of(own_servers(name), some(targets_or_azure, 2), st.just([]))),
            "peerings": draw(some(st.sampled_from([other for other in SPACES if other != name]), 2, name != "far")),
        }
        if draw(st.booleans()):
            found[name]["location"] = draw(st.sampled_from(PLACES))
    return found


def members(registry: dict[str, Any]) -> list[str]:
    """Return the endpoints that a private endpoint of the registry may have addresses for."""
    regions = [registry["location"], *(r["region"] for r in registry["replications"])]
    regional = [f"registry_{region}" for region in regions] if registry["regional_endpoints_enabled"] else []
    return ["registry", *(f"registry_data_{region}" for region in regions), *regional]


@st.composite
def private_endpoints(draw: st.DrawFn, known: dict[str, Any], zones: list[str]) -> dict[str, Any]:
    """Give up to four private endpoints, most of them with all their records."""
    found = {}
    for index in range(draw(st.sampled_from([2, 1, 3, 0, 4]))):
        registry = draw(st.sampled_from(sorted(known)))
        network = draw(st.sampled_from(["hub", "spoke", "far"]))
        left_out = draw(some(st.sampled_from(members(known[registry])), 1))
        kept = [member for member in members(known[registry]) if member not in left_out]
        found[f"pe{index}"] = {
            "registry": registry,
            "network": network,
            "status": draw(st.sampled_from(["Approved"] * 5 + ["Pending", "Rejected"])),
            "addresses": {member: f"{SPACES[network]}.{index + 1}.{host + 4}" for host, member in enumerate(kept)},
            "dns_zone_group": draw(some(st.sampled_from(zones), 3, min(1, index % 3))) if zones else [],
        }
    return found


OWNERS = [
    "contoso",
    "contoso.eastus.data",
    "fabrikam",
    "partner",
    "*",
    "*.data",
    "*.eastus.data",
    "alias",
    "@",
    "x.y.z",
]


@st.composite
def records(draw: st.DrawFn, suffix: str) -> dict[str, Any]:
    """Return what people wrote into a zone by hand."""
    aliases = [
        f"contoso.{suffix}",
        f"contoso.privatelink.{suffix}",
        f"alias.{suffix}",
        "alias.corp.example",
        "www.example.org",
    ]
    aliases += ["alias.privatelink." + suffix, "missing." + suffix]
    found: dict[str, Any] = {}
    for owner in draw(some(st.sampled_from(OWNERS), 4)):
        kind = draw(st.sampled_from(["A", "A", "AAAA", "TXT", "CNAME"]))
        if kind == "CNAME" and owner != "@" and not owner.startswith(("contoso", "fabrikam", "partner")):
            found[owner] = {"CNAME": draw(st.sampled_from(aliases))}
        elif kind == "TXT":
            found[owner] = {"TXT": ["hello"]}
        elif kind == "AAAA":
            found[owner] = {"AAAA": ["fd00::7"]}
        else:
            found[owner] = {
                "ttl": draw(st.integers(0, 600)),
                "A": draw(some(st.sampled_from(["10.7.7.7", "10.7.7.8"]), 2)),
            }
            found[owner]["A"] = found[owner]["A"] or ["10.7.7.9"]
    return found


@st.composite
def private_zones(draw: st.DrawFn, suffix: str) -> dict[str, Any]:
    """Return private zones above, beside and below each other; no network has two of one name."""
    names = [f"privatelink.{suffix}"] * 3 + [f"eastus.data.privatelink.{suffix}", f"data.privatelink.{suffix}"]
    names += [suffix, "corp.example", f"privatelink.eastus.data.{suffix}", f"contoso.privatelink.{suffix}"]
    taken: set[tuple[str, str]] = set()
    found = {}
    for index, name in enumerate(draw(st.lists(st.sampled_from(names), min_size=1, max_size=5))):
        links = {}
        for network in draw(some(st.sampled_from(["hub", "spoke", "far"]), least=1)):
            if (name, network) in taken:
                continue
            taken.add((name, network))
            policy = draw(st.sampled_from(["Default", "NxDomainRedirect"])) if "privatelink" in name else "Default"
            state = draw(st.sampled_from(["Completed"] * 4 + ["InProgress"]))
            links[network] = {"resolution_policy": policy, "state": state}
        by_hand = draw(records(suffix)) if draw(st.booleans()) else {}
        found[f"zone{index}"] = {"name": name, "ttl": draw(st.sampled_from([10, 60])), "records": by_hand}
        found[f"zone{index}"]["virtual_network_links"] = links
    return found


def domains(suffix: str) -> Any:
    """Return what forwarders and rules are for: mostly the private zone, which only some servers apply to aliases."""
    often = [suffix, f"privatelink.{suffix}", f"privatelink.{suffix}"]
    return st.sampled_from([*often, f"contoso.{suffix}", f"data.privatelink.{suffix}", "corp.example", "."])


@st.composite
def dns_servers(draw: st.DrawFn, suffix: str) -> dict[str, Any]:
    """Return the servers that people run themselves."""
    found = {}
    for address in draw(some(st.sampled_from(sorted(SERVERS)), 5, 3)):
        zones = draw(some(st.sampled_from(["corp.example", suffix, f"privatelink.{suffix}", "example.org"]), 2))
        found[address] = {
            "network": SERVERS[address],
            "recursion": draw(st.sampled_from(["forward", "iterate"])),
            "forwarders": draw(some(targets_or_azure, 2)),
            "conditional_forwarders": {
                domain: draw(some(targets_or_azure, 2, 1)) for domain in draw(some(domains(suffix), least=1))
            },
            "zones": {zone: draw(records(suffix)) for zone in zones} if draw(st.integers(0, 2)) == 0 else {},
        }
    return found


@st.composite
def rulesets(draw: st.DrawFn, suffix: str) -> dict[str, Any]:
    """Give up to two rulesets."""
    found = {}
    for index in range(draw(st.sampled_from([1, 2, 0]))):
        found[f"ruleset{index}"] = {
            "outbound_endpoint": draw(st.sampled_from(["hub-out", "far-out"])),
            "virtual_network_links": draw(some(st.sampled_from(["hub", "spoke", "far"]), least=1)),
            "rules": {
                domain: {
                    "target_dns_servers": draw(some(targets, 2, 1)),
                    "enabled": draw(st.integers(0, 3)) > 0,
                }
                for domain in draw(some(domains(suffix), 3, 1))
            },
        }
    return found


CLIENT_SERVER = "169.254.10.10"
any_order = st.sampled_from(["order", "order", "fastest", "random"])


def add_what_came_later(draw: st.DrawFn, file: dict[str, Any], suffix: str) -> None:
    """Add traffic through hubs, clients, lists of servers, filters, fallbacks and registries of others to a file."""
    networks, servers = file["networks"], file["dns_servers"]
    networks["hub"]["transit"] = draw(st.booleans())
    networks["wan"] = {
        "kind": "virtual_hub",
        "address_space": ["10.50.0.0/16"],
        "peerings": draw(some(st.sampled_from(sorted(SPACES)), 3)),
        "clients": {"vpn": {"dns_servers": draw(some(targets, 2, 1))}},
    }
    own = st.one_of(targets_or_azure, st.just(CLIENT_SERVER))
    networks["spoke"]["clients"] = {
        "pods": {"dns_servers": draw(some(own, 3)), "selection": draw(any_order)},
        "pinned": {"hosts": {f"contoso.{suffix}": "10.7.7.7", f"x.{suffix}": ["10.7.7.8", "fd00::7"]}},
    }
    networks["spoke"]["selection"] = draw(any_order)
    for server in servers.values():
        server["recursion"] = draw(st.sampled_from(["forward", "iterate", "unbound"]))
        server["selection"] = draw(any_order)
        if draw(st.booleans()):
            server["filters"] = {"rebind_protection": draw(st.booleans())}
            if draw(st.booleans()):
                server["filters"]["dns64"] = "64:ff9b::/96"
        else:
            server["fallback"] = draw(st.sampled_from(["none", "public"]))
    servers["node-local"] = {
        "network": "spoke",
        "client": "pods",
        "address": CLIENT_SERVER,
        "recursion": draw(st.sampled_from(["forward", "iterate", "unbound"])),
        "forwarders": draw(some(targets_or_azure, 2)),
    }
    for registry in file["registries"].values():
        if draw(st.integers(0, 2)) == 0:
            registry["private_link"] = "elsewhere"


@st.composite
def topologies(draw: st.DrawFn, *, later: bool = False) -> Topology:
    """Return a topology, loaded from the file that it would be; `later` adds the second version of the contract."""
    cloud = draw(st.sampled_from(["AzureCloud"] * 6 + ["AzureChinaCloud", "AzureUSGovernment"]))
    suffix = CLOUDS[cloud].registry
    known = draw(registries())
    zones = draw(private_zones(suffix))
    resolvers = {
        network: {"network": network, "inbound_endpoints": [address], "outbound_endpoints": [f"{network}-out"]}
        for network, address in RESOLVERS.items()
    }
    file = {
        "version": 1,
        "cloud": cloud,
        "chains": draw(st.sampled_from(["documented", "observed"])),
        "registries": known,
        "networks": draw(networks()),
        "private_endpoints": draw(private_endpoints(known, sorted(zones))),
        "private_dns_zones": zones,
        "dns_servers": draw(dns_servers(suffix)),
        "private_resolvers": resolvers,
        "dns_forwarding_rulesets": draw(rulesets(suffix)),
    }
    if later:
        add_what_came_later(draw, file, suffix)
    return loads(in_cloud(json.dumps(file, indent=1), cloud), "tangled.json")


def in_cloud(text: str, cloud: str) -> str:
    """Return a topology file of the public cloud with regions of another cloud."""
    if cloud == "AzureCloud":
        return text
    found = cycle(region for region in AZURE if cloud_of_region(region) == cloud)
    there = dict(zip(dict.fromkeys((*REGIONS, *PLACES)), found, strict=False))
    return re.sub("|".join(sorted(there, key=len, reverse=True)), lambda found: there[found[0]], text)


def names_in(topology: Topology) -> list[str]:
    """Return names worth asking for; those that clients ask for stand there more often."""
    suffix, found = topology.cloud.registry, []
    for registry in topology.registries.values():
        for member in registry.members():
            found += [member.fqdn(registry.dns_label, topology.cloud)] * 4
            found += [member.privatelink(registry.dns_label, topology.cloud)] * 2
        found += [Member("data", region).fqdn(registry.dns_label, topology.cloud) for region in REGIONS]
        found.append(derive.frontend(registry, topology.cloud))
        found.append(derive.blob_host(registry, registry.location, topology.cloud))
    known = [zone.apex for zone in topology.private_dns_zones.values()]
    known += [apex for server in topology.dns_servers.values() for apex in server.zones]
    for apex in dict.fromkeys(map(show, known)):
        found += [f"{owner.replace('*', 'any.thing')}.{apex}" for owner in OWNERS if owner != "@"]
        found.append(apex)
    found += [f"missing.{suffix}", f"eastus.data.{suffix}", f"data.privatelink.{suffix}", "io", "www.example.net"]
    return found


def types() -> Any:
    """Return a type to ask for."""
    return st.sampled_from(["A", "A", "A", "AAAA", "CNAME", "TXT", "MX", "SOA"])
