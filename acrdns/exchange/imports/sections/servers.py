"""DNS servers that people run: what an input can know of them, and a block for what it cannot."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.exchange.imports.estate.found import FoundFirewall, FoundInterface
from acrdns.exchange.imports.sections.assembly import network
from acrdns.record import is_private

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.errors import Path
    from acrdns.exchange.imports.sections.assembly import Assembly


def write(assembly: Assembly) -> None:
    """Write the servers that a network or a rule names, where the input has their network."""
    sketch = assembly.sketch
    inbound = {
        address for each in sketch.data["private_resolvers"].values() for address in each.get("inbound_endpoints", ())
    }
    machines = {
        address: each
        for each in assembly.estate.all(FoundInterface)
        if each.machine
        for address in each.addresses or ()
    }
    firewalls = {
        address: each for each in assembly.estate.all(FoundFirewall) for address in each.addresses or () if each.network
    }
    first: dict[str, Path] = {}
    for address, path in _named(assembly):
        first.setdefault(address, path)
    waiting = list(first)
    for address in waiting:
        path = first[address]
        if address in inbound or address in sketch.data["dns_servers"] or not _is_own(address):
            continue
        if address in firewalls:
            for server in _write_firewall(assembly, address, firewalls[address], path):
                if server not in first:
                    first[server] = ("dns_servers", address)
                    waiting.append(server)
            continue
        interface = machines.get(address)
        home = assembly.networks.get(assembly.key(interface.network)) if interface and interface.network else None
        homes = [home] if home else _homes(assembly, address)
        section, key = str(path[0]), str(path[1])
        origin = sketch.origins[section, key]
        if len(homes) != 1 or homes[0] is None:
            where = "in several networks" if homes else "in no network"
            what = f"the DNS server {address} lies {where} of the input, and nothing says what it does"
            sketch.note(origin, path, what, "write it in dns_servers")
            continue
        at = sketch.put("dns_servers", address, {"network": homes[0], "forwarders": [AZURE_DNS]}, interface)
        who = f"the network interface {interface.name}" if interface else f"an address of {homes[0]}"
        what = f"TODO: {who}; that it forwards to Azure-provided DNS is assumed"
        sketch.note(interface.origin if interface else origin, at, what, "ask its owner")
    _write_example(assembly, sorted(inbound))


def _write_firewall(assembly: Assembly, address: str, found: FoundFirewall, path: Path) -> tuple[str, ...]:
    """Write a firewall that somebody asks, and return what its DNS proxy forwards to; without one it answers nobody."""
    settings, policies = found, {assembly.key(each.id): each for each in assembly.estate.all(FoundFirewall)}
    unknown = None
    for _ in policies:  # a policy is based on another one, and takes from that what it does not say itself
        if settings.proxy is not None or settings.policy is None:
            break
        above = policies.get(assembly.key(settings.policy))
        if above is None:
            unknown = settings.policy
            break
        settings = above
    sketch, home = assembly.sketch, network(assembly, found.network, found.origin)
    if home is None or not (settings.proxy or unknown):
        lack = "DNS proxy" if home else "network in the input"
        what = f"the DNS server {address} is the firewall {found.name}, which has no {lack}: nobody answers there"
        sketch.note(found.origin, path, what, "switch its DNS proxy on, or take the address out")
        return ()
    servers = settings.servers or (AZURE_DNS,)
    at = sketch.put("dns_servers", address, {"network": home, "forwarders": list(servers)}, found)
    if unknown:
        what = f"TODO: the policy of the firewall {found.name} is not in the input; its DNS proxy is assumed"
        sketch.note(found.origin, at, what, f"add az network firewall policy show {unknown.options()}")
    return tuple(servers)


def _named(assembly: Assembly) -> Iterator[tuple[str, Path]]:
    data = assembly.sketch.data
    for key, entry in data["networks"].items():
        for address in entry.get("dns_servers", ()):
            yield address, ("networks", key, "dns_servers")
    for key, ruleset in data["dns_forwarding_rulesets"].items():
        for domain, rule in ruleset.get("rules", {}).items():
            for address in rule["target_dns_servers"] if isinstance(rule, dict) else rule:
                yield address, ("dns_forwarding_rulesets", key, "rules", domain)


def _is_own(address: str) -> bool:
    """Return whether an address may be that of somebody's own server: public ones are public resolvers."""
    try:
        ip_address(address)
    except ValueError:
        return False
    return address != AZURE_DNS and is_private(address)


def _homes(assembly: Assembly, address: str) -> list[str]:
    found = []
    for key, entry in assembly.sketch.data["networks"].items():
        for text in entry.get("address_space", ()):
            try:
                if ip_address(address) in ip_network(text, strict=False):
                    found.append(key)
            except ValueError:
                continue
    return list(dict.fromkeys(found))


def _write_example(assembly: Assembly, inbound: list[str]) -> None:
    """Add an example of a network on premises, which no input of Azure has, with the inbound endpoint filled in."""
    if not inbound:
        return
    assembly.sketch.blocks["networks",] = [
        "on-premises:",
        "  kind: on_premises",
        "  address_space: [192.168.0.0/16]",
        "  dns_servers: [192.168.0.53]",
        "  peerings: [THE_NETWORK_OF_THE_GATEWAY]",
    ]
    assembly.sketch.blocks["dns_servers",] = [
        "192.168.0.53:",
        "  network: on-premises",
        "  conditional_forwarders:",
        f"    azurecr.io: [{inbound[0]}]",
    ]
