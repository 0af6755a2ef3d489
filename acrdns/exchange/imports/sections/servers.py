"""DNS servers that people run: what an input can know of them, and a block for what it cannot."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.exchange.imports.estate.found import FoundInterface
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
    first: dict[str, Path] = {}
    for address, path in _named(assembly):
        first.setdefault(address, path)
    for address, path in first.items():
        if address in inbound or address in sketch.data["dns_servers"] or not _is_own(address):
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


def _named(assembly: Assembly) -> Iterator[tuple[str, Path]]:
    data = assembly.sketch.data
    for key, network in data["networks"].items():
        for address in network.get("dns_servers", ()):
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
    for key, network in assembly.sketch.data["networks"].items():
        for text in network.get("address_space", ()):
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
