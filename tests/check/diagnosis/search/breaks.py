"""Faults as changes of a document, written from the table of faults alone: each place of each, with its subject."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from tests.check.diagnosis.search.healthy import AZURE, SUFFIXES, Names, names_of, regions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from tests.check.diagnosis.search.healthy import Document

    Broken = Iterator[tuple[str, Document]]

PUBLIC, DEAD, NOWHERE = "9.9.9.9", "10.250.250.250", "10.0.77.77"


def suffix(doc: Document) -> str:
    """Return the suffix of login servers."""
    return SUFFIXES[doc["cloud"]]


def zones(doc: Document) -> dict[str, Document]:
    """Return the zones for private endpoints, by key."""
    right = f"privatelink.{suffix(doc)}"
    every = doc.get("private_dns_zones", {})
    return {key: zone for key, zone in every.items() if zone.get("name", key) == right}


def links(doc: Document) -> Iterator[tuple[str, str]]:
    """Return zone key and network of every link."""
    for key, zone in zones(doc).items():
        for network in zone["virtual_network_links"]:
            yield key, network


def names(doc: Document, registry: str) -> Names:
    """Return the names of a registry."""
    return names_of(doc["registries"][registry], registry, suffix(doc))


def records(doc: Document, key: str) -> dict[str, str]:
    """Return owner and address of every endpoint's record in a zone, whoever writes it."""
    found = {}
    for endpoint in doc["private_endpoints"].values():
        if key in endpoint.get("dns_zone_group", ()) and endpoint.get("status", "Approved") == "Approved":
            owners = names(doc, endpoint["registry"]).owners
            found.update({owners[member]: address for member, address in endpoint["addresses"].items()})
    by_hand = zones(doc)[key].get("records", {})
    return found | {owner: sets["A"][0] for owner, sets in by_hand.items() if "A" in sets}


def by_hand(doc: Document, key: str) -> Document:
    """Return a copy in which the records of a zone are kept by hand."""
    made = deepcopy(doc)
    own = {owner: {"A": [address]} for owner, address in records(doc, key).items()}
    zones(made)[key]["records"] = own | zones(made)[key].get("records", {})
    for endpoint in made["private_endpoints"].values():
        if key in endpoint.get("dns_zone_group", ()):
            del endpoint["dns_zone_group"]
    return made


def answers_for_others(doc: Document, network: str) -> bool:
    """Return whether a server or inbound endpoint in a network answers questions of other networks."""
    standing = {address for address, server in doc.get("dns_servers", {}).items() if server["network"] == network}
    for resolver in doc.get("private_resolvers", {}).values():
        standing |= set(resolver["inbound_endpoints"]) if resolver["network"] == network else set()
    asked = {a for key, each in doc["networks"].items() if key != network for a in each.get("dns_servers", ())}
    for server in doc.get("dns_servers", {}).values():
        asked |= {a for targets in server.get("conditional_forwarders", {}).values() for a in targets}
    for ruleset in doc.get("dns_forwarding_rulesets", {}).values():
        asked |= {a for targets in ruleset["rules"].values() for a in targets}
    return not standing.isdisjoint(asked)


# --- links and zones ----------------------------------------------------------------------------------------------------


def unlinked(doc: Document) -> Broken:
    """Take the link of a network away that answers for itself alone."""
    for key, network in links(doc):
        if not answers_for_others(doc, network):
            yield network, _without_link(doc, key, network)


def resolver_unlinked(doc: Document) -> Broken:
    """Take the link of a network away that answers for others."""
    for key, network in links(doc):
        if answers_for_others(doc, network):
            yield network, _without_link(doc, key, network)


def _without_link(doc: Document, key: str, network: str) -> Document:
    made = deepcopy(doc)
    del zones(made)[key]["virtual_network_links"][network]
    return made


def in_progress(doc: Document) -> Broken:
    """Leave the link in progress."""
    for key, network in links(doc):
        made = deepcopy(doc)
        zones(made)[key]["virtual_network_links"][network]["state"] = "InProgress"
        yield network, made


def wrong_zone(doc: Document) -> Broken:
    """Link the network to an empty zone of the name."""
    for key, network in links(doc):
        made = _without_link(doc, key, network)
        empty = {"name": f"privatelink.{suffix(doc)}", "virtual_network_links": {network: {}}}
        made["private_dns_zones"]["another"] = empty
        yield network, made


def of_public_name(doc: Document) -> Broken:
    """Link an empty zone of the public suffix."""
    for network, each in doc["networks"].items():
        if each.get("kind") != "on_premises" and suffix(doc) not in doc.get("private_dns_zones", {}):
            made = deepcopy(doc)
            made.setdefault("private_dns_zones", {})[suffix(doc)] = {"virtual_network_links": {network: {}}}
            yield network, made


def misspelt(doc: Document) -> Broken:
    """Call the zone otherwise."""
    for key in zones(doc):
        made = deepcopy(doc)
        zone = made["private_dns_zones"][key]
        zone["name"] = f"private-link.{suffix(doc)}"
        for link in zone["virtual_network_links"].values():
            link.pop("resolution_policy", None)
        yield key, made


def shadowed(doc: Document) -> Broken:
    """Link an empty zone of a region's data endpoints, too."""
    for region in dict.fromkeys(r for registry in doc["registries"].values() for r in regions_of(registry)):
        name = f"{region}.data.privatelink.{suffix(doc)}"
        for _, network in links(doc):
            if name not in doc["private_dns_zones"]:
                made = deepcopy(doc)
                made["private_dns_zones"][name] = {"virtual_network_links": {network: {}}}
                yield f"{name} @ {network}", made


def third_party(doc: Document) -> Broken:
    """Give a registry its endpoint elsewhere, and let no link fall back."""
    ours = {endpoint["registry"] for endpoint in doc["private_endpoints"].values()}
    for key, registry in doc["registries"].items():
        if key not in ours and registry.get("sku", "Premium") == "Premium":
            made = deepcopy(doc)
            made["registries"][key]["private_link"] = "elsewhere"
            for zone in zones(made).values():
                for link in zone["virtual_network_links"].values():
                    link.pop("resolution_policy", None)
            yield key, made


# --- records ------------------------------------------------------------------------------------------------------------


def _redirected(doc: Document, key: str) -> bool:
    every = zones(doc)[key]["virtual_network_links"].values()
    return bool(every) and all(link.get("resolution_policy") == "NxDomainRedirect" for link in every)


def _is_replica(doc: Document, owner: str) -> bool:
    for key, registry in doc["registries"].items():
        label = registry.get("dns_label", key)
        if owner in (f"{label}.{region}.data" for region in registry.get("replications", ())):
            return True
    return False


def _without_record(doc: Document, *, redirected: bool, replica: bool) -> Broken:
    for key in zones(doc):
        for owner in records(doc, key):
            if (_redirected(doc, key), not redirected and _is_replica(doc, owner)) == (redirected, replica):
                made = by_hand(doc, key)
                del zones(made)[key]["records"][owner]
                yield f"{key}/{owner}", made


def missing(doc: Document) -> Broken:
    """Take a record away."""
    yield from _without_record(doc, redirected=False, replica=False)


def replica_missing(doc: Document) -> Broken:
    """Take the record of a replica's data endpoint away."""
    yield from _without_record(doc, redirected=False, replica=True)


def masked(doc: Document) -> Broken:
    """Take a record away where all links of the zone fall back."""
    yield from _without_record(doc, redirected=True, replica=False)


def deleted(doc: Document) -> Broken:
    """Take all records of a registry away."""
    for key in zones(doc):
        owning = _owning(doc, key)
        for registry in owning:
            made = by_hand(doc, key)
            for owner in names(doc, registry).owners.values():
                zones(made)[key]["records"].pop(owner, None)
            yield (key if len(owning) == 1 else f"{key}/{registry}"), made


def _owning(doc: Document, key: str) -> list[str]:
    present = records(doc, key)
    return [r for r in doc["registries"] if any(owner in present for owner in names(doc, r).owners.values())]


def _pointed(doc: Document, key: str, owner: str, address: str) -> Document:
    made = deepcopy(doc)
    zones(made)[key].setdefault("records", {})[owner] = {"A": [address]}
    return made


def stale(doc: Document) -> Broken:
    """Point a record at an address of nobody."""
    for key in zones(doc):
        for owner in records(doc, key):
            yield f"{key}/{owner}", _pointed(doc, key, owner, NOWHERE)


def swapped(doc: Document) -> Broken:
    """Swap the addresses of two records of a registry."""
    for key in zones(doc):
        present = records(doc, key)
        for registry in _owning(doc, key):
            own = [owner for owner in names(doc, registry).owners.values() if owner in present]
            for n, one in enumerate(own):
                for other in own[n + 1 :]:
                    made = _pointed(_pointed(doc, key, one, present[other]), key, other, present[one])
                    yield f"{key}/{registry}", made


def shared(doc: Document) -> Broken:
    """Point a record at the address of another one of its registry."""
    for key in zones(doc):
        present = records(doc, key)
        for registry in _owning(doc, key):
            own = [owner for owner in names(doc, registry).owners.values() if owner in present]
            for one in own:
                for other in own:
                    if one != other:
                        yield f"{key}/{one}", _pointed(doc, key, one, present[other])


def of_another(doc: Document) -> Broken:
    """Point a record at another registry."""
    for key in zones(doc):
        present = records(doc, key)
        owning = _owning(doc, key)
        for registry in owning:
            for other in owning:
                for one in names(doc, registry).owners.values() if other != registry else ():
                    theirs = names(doc, other).owners["registry"]
                    if one in present and theirs in present:
                        yield f"{key}/{one}", _pointed(doc, key, one, present[theirs])


def without_hash(doc: Document) -> Broken:
    """Put a record under the plain name."""
    for key in zones(doc):
        present = records(doc, key)
        for registry, each in doc["registries"].items():
            label = each.get("dns_label", registry)
            for owner in names(doc, registry).owners.values() if label != registry else ():
                if owner in present:
                    made = by_hand(doc, key)
                    own = zones(made)[key]["records"]
                    own[owner.replace(label, registry)] = own.pop(owner)
                    yield f"{key}/{owner}", made


def ipv6(doc: Document) -> Broken:
    """Put an IPv6 address beside a record."""
    for key in zones(doc):
        for owner, address in records(doc, key).items():
            made = _pointed(doc, key, owner, address)
            zones(made)[key]["records"][owner]["AAAA"] = ["2603:1030:20::7"]
            yield f"{key}/{owner}", made


# --- private endpoints --------------------------------------------------------------------------------------------------


def not_approved(doc: Document) -> Broken:
    """Let the private endpoint wait for approval."""
    for key in doc["private_endpoints"]:
        made = deepcopy(doc)
        made["private_endpoints"][key]["status"] = "Pending"
        yield key, made


def replica_without_address(doc: Document) -> Broken:
    """Take a replica's address away, with its record."""
    for key, endpoint in doc["private_endpoints"].items():
        registry = endpoint["registry"]
        for region in doc["registries"][registry].get("replications", ()):
            made, member = deepcopy(doc), f"registry_data_{region}"
            if member not in endpoint["addresses"]:
                continue
            del made["private_endpoints"][key]["addresses"][member]
            for zone in zones(made).values():
                for_others = [e for e in made["private_endpoints"].values() if e["registry"] == registry]
                if len(for_others) == 1 and "records" in zone:
                    zone["records"].pop(names(doc, registry).owners[member], None)
            yield f"{key}/{member}", made


def collide(doc: Document) -> Broken:
    """Let two private endpoints of a registry write one zone, which all networks are linked to."""
    written = [
        (k, e["registry"], e["dns_zone_group"][0]) for k, e in doc["private_endpoints"].items() if "dns_zone_group" in e
    ]
    for n, (_, registry, zone) in enumerate(written):
        for later, other_registry, other in written[n + 1 :]:
            if registry == other_registry and zone != other:
                made = deepcopy(doc)
                made["private_endpoints"][later]["dns_zone_group"] = [zone]
                moved = made["private_dns_zones"][other].pop("virtual_network_links")
                made["private_dns_zones"][other]["virtual_network_links"] = {}
                made["private_dns_zones"][zone]["virtual_network_links"].update(moved)
                yield zone, made


# --- servers ------------------------------------------------------------------------------------------------------------


def _asking(doc: Document) -> Iterator[tuple[str, list[str]]]:
    """Return every network, and client with servers of its own, with the path to it."""
    for key, network in doc["networks"].items():
        yield key, ["networks", key]
        for client, own in network.get("clients", {}).items():
            if "dns_servers" in own:
                yield f"{key}/{client}", ["networks", key, "clients", client]


def _with(doc: Document, path: list[str], **values: object) -> Document:
    made = deepcopy(doc)
    here = made
    for step in path:
        here = here[step]
    here.update(values)
    return made


def bypassed(doc: Document) -> Broken:
    """Let a network, or the server that it asks, ask a public resolver."""
    for subject, path in _asking(doc):
        yield subject, _with(doc, path, dns_servers=[PUBLIC])
    for key in doc.get("dns_servers", {}):
        yield key, _with(doc, ["dns_servers", key], forwarders=[PUBLIC], conditional_forwarders={})


def only_privatelink(doc: Document) -> Broken:
    """Let a server forward the privatelink name alone."""
    for key, server in doc.get("dns_servers", {}).items():
        if targets := server.get("conditional_forwarders", {}).get(suffix(doc)):
            yield key, _with(doc, ["dns_servers", key], conditional_forwarders={f"privatelink.{suffix(doc)}": targets})


def azure_on_premises(doc: Document) -> Broken:
    """Let a server or a network on premises ask Azure-provided DNS."""
    for key, server in doc.get("dns_servers", {}).items():
        if doc["networks"][server["network"]].get("kind") == "on_premises":
            forwarded = {domain: [AZURE] for domain in server["conditional_forwarders"]}
            yield key, _with(doc, ["dns_servers", key], conditional_forwarders=forwarded)
    for key, network in doc["networks"].items():
        if network.get("kind") == "on_premises":
            yield key, _with(doc, ["networks", key], dns_servers=[AZURE])


def unreachable(doc: Document) -> Broken:
    """Let a network ask, or a server forward to, what does not answer."""
    for subject, path in _asking(doc):
        if doc["networks"][path[1]].get("dns_servers"):
            yield subject, _with(doc, path, dns_servers=[DEAD])
    for key, server in doc.get("dns_servers", {}).items():
        dead = {domain: [DEAD] for domain in server.get("conditional_forwarders", {})}
        forwarders = [DEAD] if server.get("forwarders") else []
        yield key, _with(doc, ["dns_servers", key], forwarders=forwarders, conditional_forwarders=dead)


def loop(doc: Document) -> Broken:
    """Link the ruleset to the network of the inbound endpoint that its rule sends to."""
    for key in doc.get("dns_forwarding_rulesets", {}):
        made = deepcopy(doc)
        hub = key.removesuffix("-rules")
        made["dns_forwarding_rulesets"][key]["virtual_network_links"].append(hub)
        yield key, made


def pinned(doc: Document) -> Broken:
    """Pin a name to another address."""
    for key in doc["networks"]:
        for endpoint in doc["private_endpoints"].values():
            for fqdn in names(doc, endpoint["registry"]).members.values():
                yield key, _with(doc, ["networks", key], hosts={fqdn: "10.0.66.66"})


FAULTS: dict[str, Callable[[Document], Broken]] = {
    "vnet-without-zone-link": unlinked,
    "resolver-network-without-zone-link": resolver_unlinked,
    "link-in-progress": in_progress,
    "wrong-zone-linked": wrong_zone,
    "bypassed-azure-dns": bypassed,
    "missing-record": missing,
    "replica-without-record": replica_missing,
    "redirect-masks-missing-record": masked,
    "replica-without-address": replica_without_address,
    "endpoint-records-collide": collide,
    "shared-record-deleted": deleted,
    "stale-private-ip": stale,
    "swapped-address": swapped,
    "shared-address": shared,
    "other-registrys-address": of_another,
    "dnl-record-without-hash": without_hash,
    "zone-of-public-name": of_public_name,
    "misspelt-private-zone": misspelt,
    "shadowed-private-zone": shadowed,
    "privatelink-only-forwarding": only_privatelink,
    "azure-dns-from-on-premises": azure_on_premises,
    "unreachable-dns-server": unreachable,
    "forwarding-loop": loop,
    "third-party-hidden": third_party,
    "endpoint-not-approved": not_approved,
    "ipv6-bypass": ipv6,
    "hosts-file-pin": pinned,
}
"""Each fault with its places in a document. A stale cache is no change of a file: the test makes it of two."""


def broken(chosen: Random, doc: Document, fault: str) -> tuple[str, Document] | None:
    """Return a document with a fault at one of its places, and the subject; None without any place."""
    places = list(FAULTS[fault](doc))
    return chosen.choice(places) if places else None
