"""Random healthy topologies, as documents: every network that reaches a private endpoint resolves to it.

Written from topology.md alone. A document is what `json.dumps` makes a topology file of. What is healthy about it is
asserted by the test, with the reference resolver.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from random import Random

Document = dict[str, Any]
AZURE = "168.63.129.16"
SUFFIXES = {"AzureCloud": "azurecr.io", "AzureChinaCloud": "azurecr.cn", "AzureUSGovernment": "azurecr.us"}
REGIONS = {
    "AzureCloud": ["eastus", "westus", "westeurope", "northeurope"],
    "AzureChinaCloud": ["chinaeast2", "chinanorth2", "chinanorth3"],
    "AzureUSGovernment": ["usgovvirginia", "usgovarizona", "usgovtexas"],
}
WAYS = ("azure-dns", "dns-server", "inbound-endpoint", "ruleset")
"""How spokes ask: Azure-provided DNS and links of their own; a server, or an inbound endpoint, in the hub; a rule."""


class Names(NamedTuple):
    """The names of one registry, each with its record's owner in the privatelink zone."""

    members: dict[str, str]
    """Member of a private endpoint -> public name."""
    owners: dict[str, str]
    """Member -> owner, relative to the privatelink zone."""


def names_of(registry: Document, key: str, suffix: str) -> Names:
    """Return the names of a registry (facts.md section 1)."""
    label = registry.get("dns_label", key)
    owners = {"registry": label}
    for region in regions_of(registry):
        owners[f"registry_data_{region}"] = f"{label}.{region}.data"
        if registry.get("regional_endpoints_enabled"):
            owners[f"registry_{region}"] = f"{label}.{region}.geo"
    return Names({member: f"{owner}.{suffix}" for member, owner in owners.items()}, owners)


def regions_of(registry: Document) -> list[str]:
    """Return the home region and those of replicas."""
    return [registry["location"], *registry.get("replications", [])]


def fqdns(doc: Document) -> list[str]:
    """Return the names of all registries of a document."""
    suffix = SUFFIXES[doc["cloud"]]
    return [fqdn for key, each in doc["registries"].items() for fqdn in names_of(each, key, suffix).members.values()]


def healthy(chosen: Random) -> Document:
    """Return a healthy topology."""
    return _Builder(chosen).document()


class _Builder:
    def __init__(self, chosen: Random) -> None:
        self.chosen = chosen
        self.cloud = chosen.choices(list(SUFFIXES), (8, 1, 1))[0]
        self.suffix = SUFFIXES[self.cloud]
        self.registries: Document = {}
        self.networks: Document = {}
        self.endpoints: Document = {}
        self.zones: Document = {}
        self.servers: Document = {}
        self.resolvers: Document = {}
        self.rulesets: Document = {}
        self.numbers = {key: count(7) for key in ("hub", "hub-2")}

    def document(self) -> Document:
        """Return the whole document, without empty sections."""
        chosen = self.chosen
        self._registries()
        hubs = ["hub", "hub-2"] if chosen.random() < 0.2 else ["hub"]
        for number, hub in enumerate(hubs):
            self._region(number, hub)
        self._let_others_through()
        if chosen.random() < 0.3:
            self.networks["alone"] = {"address_space": ["10.200.0.0/16"]}
        if chosen.random() < 0.3:
            self._clients()
        sections = {
            "registries": self.registries,
            "networks": self.networks,
            "private_endpoints": self.endpoints,
            "private_dns_zones": self.zones,
            "dns_servers": self.servers,
            "private_resolvers": self.resolvers,
            "dns_forwarding_rulesets": self.rulesets,
        }
        head = {"version": 1, "cloud": self.cloud, "chains": chosen.choice(["documented", "observed"])}
        return head | {key: value for key, value in sections.items() if value}

    def _registries(self) -> None:
        chosen = self.chosen
        regions = chosen.sample(REGIONS[self.cloud], 3)
        for key in ["contoso", "fabrikam", "adatum"][: chosen.randint(1, 3)]:
            made = self.registries[key] = {"location": regions[0], "replications": regions[1 : chosen.randint(1, 3)]}
            if chosen.random() < 0.2:
                made["dns_label"] = f"{key}-abcdef0123456789"
            if chosen.random() < 0.2:
                made["regional_endpoints_enabled"] = True
            if chosen.random() < 0.3:
                number = len(self.registries)
                made["public"] = {"addresses": {"registry": [f"20.45.122.{number}"]}}
        if chosen.random() < 0.2:
            self.registries["publicone"] = {"location": regions[0], "sku": "Standard"}
        if chosen.random() < 0.2:
            self.registries["partner"] = {"location": regions[0], "private_link": "elsewhere"}

    def _let_others_through(self) -> None:
        """Let registries whose private endpoint is elsewhere fall back to their public names."""
        elsewhere = {key for key, registry in self.registries.items() if "private_link" in registry}
        private = elsewhere | {endpoint["registry"] for endpoint in self.endpoints.values()}
        for zone in self.zones.values():
            hub = next(iter(zone["virtual_network_links"]))
            ours = {endpoint["registry"] for endpoint in self.endpoints.values() if endpoint["network"] == hub}
            if private - ours or self.chosen.random() < 0.1:
                for link in zone["virtual_network_links"].values():
                    link["resolution_policy"] = "NxDomainRedirect"

    def _region(self, number: int, hub: str) -> None:
        """Make a hub with private endpoints of all registries, spokes, perhaps an office, and a zone."""
        chosen = self.chosen
        way = chosen.choice(WAYS)
        spokes = [f"{hub}-spoke-{n}" for n in range(1, chosen.randint(1, 4))]
        self.networks[hub] = {"address_space": [f"10.{number * 100}.0.0/16"], "peerings": list(spokes)}
        for n, spoke in enumerate(spokes, 1):
            self.networks[spoke] = {"address_space": [f"10.{number * 100 + n}.0.0/16"]}
        key = f"privatelink.{self.suffix}" if not number else f"privatelink.{self.suffix}@rg-{number}"
        zone: Document = {"virtual_network_links": {}} | ({"name": key.partition("@")[0]} if number else {})
        self.zones[key] = zone
        self._endpoints(number, hub, key)
        linked = [hub, *spokes] if way == "azure-dns" or (way != "ruleset" and chosen.random() < 0.3) else [hub]
        for network in linked:
            zone["virtual_network_links"][network] = {}
        inbound = f"10.{number * 100}.1.4"
        if way == "dns-server":
            inbound = f"10.{number * 100}.2.4"
            self.servers[inbound] = {
                "network": hub,
                "forwarders": [AZURE],
                "recursion": chosen.choice(["forward", "iterate", "unbound"]),
            }
        else:
            outbound = {"outbound_endpoints": [f"{hub}-out"]} if way == "ruleset" else {}
            self.resolvers[f"{hub}-resolver"] = {"network": hub, "inbound_endpoints": [inbound], **outbound}
        if way in ("dns-server", "inbound-endpoint"):
            for spoke in spokes:
                self.networks[spoke]["dns_servers"] = [inbound]
        if way == "ruleset":
            rules = {self.suffix: [inbound]} if chosen.random() < 0.7 else {".": [inbound], self.suffix: [inbound]}
            self.rulesets[f"{hub}-rules"] = {
                "outbound_endpoint": f"{hub}-out",
                "virtual_network_links": spokes,
                "rules": rules,
            }
        if chosen.random() < 0.5:
            self._office(number, hub, inbound)

    def _endpoints(self, number: int, hub: str, zone: str) -> None:
        chosen = self.chosen
        for key, registry in self.registries.items():
            if "private_link" in registry or registry.get("sku") == "Standard" or (number and chosen.random() < 0.3):
                continue
            if not number and key != "contoso" and chosen.random() < 0.2:
                continue
            names = names_of(registry, key, self.suffix)
            given = {m: f"10.{number * 100}.0.{next(self.numbers[hub])}" for m in names.owners}
            made = self.endpoints[f"{key}-pe-{number}"] = {"registry": key, "network": hub, "addresses": given}
            if chosen.random() < 0.7:
                made["dns_zone_group"] = [zone]
            else:
                records = self.zones[zone].setdefault("records", {})
                records.update({names.owners[m]: {"A": [address]} for m, address in given.items()})

    def _office(self, number: int, hub: str, inbound: str) -> None:
        chosen = self.chosen
        office, address = f"{hub}-office", f"192.168.{number}.53"
        self.networks[hub]["peerings"].append(office)
        self.networks[office] = {
            "kind": "on_premises",
            "address_space": [f"192.168.{number}.0/24"],
            "dns_servers": [address],
        }
        recursion = chosen.choice(["forward", "iterate", "unbound"])
        forwarded = [self.suffix] if chosen.random() < 0.7 else [self.suffix, f"privatelink.{self.suffix}"]
        self.servers[address] = {
            "network": office,
            "recursion": recursion,
            "conditional_forwarders": {domain: [inbound] for domain in forwarded},
        }
        if recursion == "iterate" or (recursion == "unbound" and len(forwarded) == 1):
            # It resolves alias targets by itself, so that the target's zone is forwarded, too.
            self.servers[address]["conditional_forwarders"][f"privatelink.{self.suffix}"] = [inbound]
        if chosen.random() < 0.2:
            second = f"192.168.{number}.54"
            self.servers[second] = dict(self.servers[address])
            self.networks[office]["dns_servers"] = [address, second]
            self.networks[office]["selection"] = chosen.choice(["order", "fastest"])

    def _clients(self) -> None:
        network = self.chosen.choice([n for n in self.networks if self.networks[n].get("kind") != "on_premises"])
        here = self.networks[network]
        own = {"dns_servers": list(here["dns_servers"])} if "dns_servers" in here and self.chosen.random() < 0.5 else {}
        here["clients"] = {"pods": own, "nodes": {}}
