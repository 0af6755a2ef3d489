"""Private DNS zones: names, links and record sets made by hand (facts.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.errors import NameSyntaxError
from acrdns.names import join, name
from acrdns.suggest import remedy
from acrdns.topology.schema.fields import DOMAIN, RELATIVE, domain_complaint, relative_complaint
from acrdns.topology.schema.record_sets import TYPES
from acrdns.topology.verify.references import at_most, key_is_text, virtual_network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.record_sets import RecordSet
    from acrdns.topology.schema.schema import PrivateDnsZone

MAX_LINKS = 1000
"""Virtual network links of one private zone ("Azure subscription and service limits", section Private DNS)."""
LINKS = "nothing else can be linked"

MAX_RECORD_SETS = 25_000
"""Record sets of one private zone, of the same source."""
MAX_RECORDS = 20
"""Records in one record set of a private zone, of the same source."""
_RESERVED = {
    "AzureCloud": (
        "azclient.ms azure.com cloudapp.net core.windows.net microsoft.com msidentity.com trafficmanager.net "
        "windows.net"
    ),
    "AzureUSGovernment": (
        "azclient.us azure.us usgovcloudapp.net core.usgovcloudapi.net microsoft.us msidentity.us "
        "usgovtrafficmanager.net usgovcloudapi.net"
    ),
    "AzureChinaCloud": (
        "azclient.cn azure.cn chinacloudapp.cn core.chinacloudapi.cn microsoft.cn msidentity.cn trafficmanager.cn "
        "chinacloudapi.cn"
    ),
}
"""Names that no private zone can have, by cloud, of the same source as the next."""
MIN_LABELS, MAX_LABELS = 2, 34
"""Labels in the name of a private zone ("What is a private Azure DNS zone", section Restrictions)."""


def verify(draft: Draft) -> None:
    """Report what is wrong with private zones."""
    linked: dict[tuple[str, str], str] = {}
    registering: dict[str, str] = {}
    for key, zone in draft.file.private_dns_zones.items():
        path = ("private_dns_zones", key)
        key_is_text(draft, path)
        apex = apex_text(key, zone)
        named = draft.sound(*path, "name") and _zone_name(draft, path, zone, apex)
        for network in zone.virtual_network_links:
            virtual_network(draft, (*path, "virtual_network_links", network), network, LINKS)
            _registration(draft, key, zone, network, registering)
            if named:
                _same_name(draft, key, apex, network, linked)
                _redirect(draft, key, zone, apex, network)
        at_most(draft, (*path, "virtual_network_links"), len(zone.virtual_network_links), MAX_LINKS, "links")
        sets = sum(len(record_set.types()) for record_set in zone.records.values())
        at_most(draft, (*path, "records"), sets, MAX_RECORD_SETS, "record sets")
        verify_records(draft, (*path, "records"), zone.records, apex if named else "", MAX_RECORDS)


def apex_text(key: str, zone: PrivateDnsZone) -> str:
    """Return the zone's name: the one given, or the key; lower case without the trailing dot."""
    return zone.name or key.lower().rstrip(".")


def _zone_name(draft: Draft, path: Path, zone: PrivateDnsZone, apex: str) -> bool:
    at = path if zone.name is None else (*path, "name")
    if complaint := domain_complaint(apex):
        allowed = f"{DOMAIN}, or a name beside the key" if zone.name is None else DOMAIN
        draft.report(at, complaint, allowed)
        return False
    labels = apex.count(".") + 1
    if not MIN_LABELS <= labels <= MAX_LABELS:
        message = f"{apex!r} has {labels} label{'' if labels == 1 else 's'}"
        draft.report(at, message, f"allowed: {MIN_LABELS} to {MAX_LABELS}, such as corp.example")
        return False
    if apex in _RESERVED.get(draft.file.cloud, "").split():
        allowed = f"allowed: any other name, such as {CLOUDS[draft.file.cloud].privatelink}"
        draft.report(at, f"Azure reserves the name {apex}, and refuses a private zone of it", allowed)
    return True


def _same_name(draft: Draft, key: str, apex: str, network: str, linked: dict[tuple[str, str], str]) -> None:
    other = linked.setdefault((network, apex), key)
    if other != key:
        message = (
            "A virtual network cannot be linked to multiple zones with overlapping namespaces. "
            f"You tried to link virtual network with '{apex}' and '{apex}' zones."
        )
        path = ("private_dns_zones", key, "virtual_network_links", network)
        draft.report_key(
            path, message, f"{network} is linked to private_dns_zones.{other}; remove one of the two links"
        )


def _redirect(draft: Draft, key: str, zone: PrivateDnsZone, apex: str, network: str) -> None:
    link = zone.virtual_network_links[network]
    if link.resolution_policy == "NxDomainRedirect" and "privatelink" not in apex.split("."):
        path = ("private_dns_zones", key, "virtual_network_links", network, "resolution_policy")
        draft.report(
            path, f"{apex} is no privatelink zone", "allowed: Default; NxDomainRedirect is for privatelink zones"
        )


def _registration(draft: Draft, key: str, zone: PrivateDnsZone, network: str, registering: dict[str, str]) -> None:
    """Report a second zone that one network's virtual machines would register in."""
    if not zone.virtual_network_links[network].registration_enabled:
        return
    other = registering.setdefault(network, key)
    if other != key:
        path = ("private_dns_zones", key, "virtual_network_links", network, "registration_enabled")
        draft.report(
            path, f"{network} registers in private_dns_zones.{other} already", "allowed: one such zone a network"
        )


# --- record sets ------------------------------------------------------------------------------------------------------


def verify_records(draft: Draft, path: Path, records: Mapping[str, RecordSet], apex: str, most: int = 0) -> None:
    """Report what is wrong with the record sets of one zone; `most` is how many records a set may have, 0 for any."""
    seen: dict[str, str] = {}
    for relative, record_set in records.items():
        at = (*path, relative)
        if complaint := _name_complaint(relative, apex):
            draft.report_key(at, complaint, RELATIVE)
        other = seen.setdefault(relative.lower(), relative)
        if other != relative:
            draft.report_key(
                at, f"this is {other!r} in other letters", "allowed: each name once; letter case is no difference"
            )
        _record_set(draft, at, record_set, most)


def _name_complaint(relative: str, apex: str) -> str:
    if complaint := relative_complaint(relative):
        return complaint
    try:
        join(relative, name(apex))
    except NameSyntaxError as error:
        return str(error)
    return ""


def _record_set(draft: Draft, path: Path, record_set: RecordSet, most: int) -> None:
    written = draft.keys(*path)
    types = record_set.types() if draft.sound(*path) else tuple(kind for kind in TYPES if kind in written)
    if not types and draft.sound(*path):
        draft.report_key(path, "no records", f"allowed: one or more of {', '.join(TYPES)}")
    if "CNAME" in types and len(types) > 1:
        others = " and ".join(text for text in types if text != "CNAME")
        draft.report((*path, "CNAME"), f"a CNAME beside {others}", "allowed: a CNAME alone, or none")
    if "CNAME" in types and path[-1] == "@":
        draft.report((*path, "CNAME"), "a CNAME at the zone's own name", "allowed: any other type there, as A")
    for kind in record_set.ttls:
        if kind not in types:
            draft.report_key((*path, "ttls", kind), f"there is no {kind} record here", remedy(kind, types))
    for kind in types:
        items = record_set.items(kind)
        for index, item in enumerate(items):
            if item in items[:index]:
                draft.report((*path, kind, index), "this record stands there twice", "allowed: each once")
        if most and len(items) > most:
            draft.report((*path, kind), f"{len(items)} records in one set", f"allowed: at most {most}")
