"""A form that somebody sent, as a change of the topology. No change is None.

Each function has the name of the form's hidden field `do`. A form names what it is about by its key in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.record import Type
from acrdns.teach.web.edits import AddressError, patch
from acrdns.topology import dump
from acrdns.topology.amend import amend
from acrdns.topology.schema.record_sets import HAND_MADE_TTL
from acrdns.topology.text.edit import Append, Drop, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from acrdns.errors import Path
    from acrdns.teach.web.edits import Change
    from acrdns.teach.web.workspace import Version
    from acrdns.topology.model import Topology
    from acrdns.topology.text.edit import Edit

Form = "Mapping[str, Sequence[str]]"
LONGEST_TTL = 2**31 - 1
"""Seconds (RFC 2181 section 8)."""
OFF = "off"
"""Ends the line of a forwarding rule that is disabled."""


def change_of(form: Mapping[str, Sequence[str]], version: Version) -> Change | None:
    """Return the change that a form asks for. Raises AddressError, and InputError for a wrong text."""
    do = _one(form, "do")
    if do == "yaml":
        return _yaml(form, version)
    if do == "fix":
        return tuple(_fix(form, version)) or None
    if do not in _FORMS:
        raise AddressError(f"there is no form {do!r} here")
    return tuple(_FORMS[do](form, version.topology)) or None


def _one(form: Mapping[str, Sequence[str]], field: str) -> str:
    return next(iter(form.get(field, ())), "").strip()


def _entry(form: Mapping[str, Sequence[str]], section: str, topology: Topology) -> str:
    key = _one(form, "key")
    if key not in getattr(topology, section):
        raise AddressError(f"the topology has no {key!r} in {section}; it may be gone by another edit")
    return key


def _yaml(form: Mapping[str, Sequence[str]], version: Version) -> Change | None:
    text = next(iter(form.get("yaml", ())), "").replace("\r\n", "\n")
    before = version.text
    if "\r\n" in before:
        text = text.replace("\n", "\r\n")
    if text and before.endswith("\n") and not text.endswith("\n"):
        text += "\r\n" if "\r\n" in before else "\n"
    return patch(before, text) if text != before else None


def _links(form: Mapping[str, Sequence[str]], topology: Topology) -> Iterator[Edit]:
    """Link the zone to the networks that are ticked, with their policies."""
    key = _entry(form, "private_dns_zones", topology)
    zone = topology.private_dns_zones[key]
    path: Path = ("private_dns_zones", key, "virtual_network_links")
    wanted, redirected = set(form.get("network", ())), set(form.get("redirect", ()))
    for name, network in topology.networks.items():
        link = zone.links.get(name)
        policy = "NxDomainRedirect" if name in redirected else "Default"
        if network.kind != "virtual_network":
            continue
        if link is None and name in wanted:
            yield Put((*path, name), {"resolution_policy": policy} if name in redirected else {})
        elif link is not None and name not in wanted:
            yield Drop((*path, name))
        elif link is not None and link.resolution_policy != policy:
            yield Put((*path, name, "resolution_policy"), policy)


def _servers(form: Mapping[str, Sequence[str]], topology: Topology) -> Iterator[Edit]:
    """Set the DNS servers of vantage points."""
    for vantage, servers in zip(form.get("key", ()), form.get("servers", ()), strict=False):
        if vantage not in topology.vantages[1:]:
            raise AddressError(f"the topology has no vantage point {vantage!r}; it may be gone by another edit")
        wanted = _words(servers)
        if wanted != list(topology.vantage(vantage).dns_servers):
            path = (*topology.path_of(vantage), "dns_servers")
            yield Put(path, wanted) if wanted or "/" in vantage else Drop(path)


def _server(form: Mapping[str, Sequence[str]], topology: Topology) -> Iterator[Edit]:
    """Set what a DNS server does with names that it is not authoritative for."""
    key = _entry(form, "dns_servers", topology)
    server = topology.dns_servers[key]
    before = dump.entry(topology, "dns_servers", key)
    path: Path = ("dns_servers", server.key or key)
    yield from _field(path, "recursion", before, _one(form, "recursion"), default="forward")
    yield from _field(path, "fallback", before, _one(form, "fallback"), default="none")
    yield from _field(path, "forwarders", before, _words(_one(form, "forwarders")), default=[])
    domains = {line[0]: line[1:] for line in map(_words, _lines(form, "conditional"))}
    if silent := next((domain for domain, servers in domains.items() if not servers), None):
        raise AddressError(f"the line of {silent!r} names no server; write the domain, then addresses")
    yield from _keys((*path, "conditional_forwarders"), before.get("conditional_forwarders", {}), domains)


def _ruleset(form: Mapping[str, Sequence[str]], topology: Topology) -> Iterator[Edit]:
    """Set the rules of a forwarding ruleset, and the networks that it is linked to."""
    key = _entry(form, "dns_forwarding_rulesets", topology)
    path: Path = ("dns_forwarding_rulesets", key)
    before = dump.entry(topology, "dns_forwarding_rulesets", key)
    wanted: dict[str, Any] = {}
    for domain, *servers in map(_words, _lines(form, "rules")):
        off = servers[-1:] == [OFF]
        targets = servers[:-1] if off else servers
        if not targets:
            raise AddressError(f"the line of {domain!r} names no server; write the domain, then addresses")
        wanted[domain] = {"target_dns_servers": targets, "enabled": False} if off else targets
    yield from _keys((*path, "rules"), before.get("rules", {}), wanted)
    ticked = form.get("network", ())
    links = [name for name in topology.networks if name in ticked]
    if set(links) != set(before.get("virtual_network_links", ())):
        yield Put((*path, "virtual_network_links"), links)


def _records(form: Mapping[str, Sequence[str]], topology: Topology) -> Iterator[Edit]:
    """Set the records of a private zone that are made by hand."""
    key = _entry(form, "private_dns_zones", topology)
    before = dump.entry(topology, "private_dns_zones", key).get("records", {})
    yield from _keys(("private_dns_zones", key, "records"), before, record_sets(_lines(form, "records")))


def _endpoint(form: Mapping[str, Sequence[str]], topology: Topology) -> Iterator[Edit]:
    """Set the state of a private endpoint, and the zones that it writes into."""
    key = _entry(form, "private_endpoints", topology)
    path: Path = ("private_endpoints", key)
    before = dump.entry(topology, "private_endpoints", key)
    yield from _field(path, "status", before, _one(form, "status"), default="Approved")
    ticked = form.get("zone", ())
    group = before.get("dns_zone_group", [])
    for at in reversed(range(len(group))):
        if group[at] not in ticked:
            yield Drop((*path, "dns_zone_group", at))
    for zone in topology.private_dns_zones:
        if zone in ticked and zone not in group:
            yield Append((*path, "dns_zone_group"), zone)


def _fix(form: Mapping[str, Sequence[str]], version: Version) -> Iterator[Edit]:
    """Make the fixes of a finding."""
    wanted = (_one(form, "code"), _one(form, "fqdn"), _one(form, "vantage"))
    topology = version.topology
    for finding in version.findings:
        if (finding.code, finding.fqdn, finding.vantage) == wanted:
            for fix in finding.fixes:
                edits = fix.edits(topology)
                topology = amend(topology, edits)
                yield from edits
            return
    raise AddressError("this finding is gone; nothing is left to mend")


_FORMS: dict[str, Callable[[Mapping[str, Sequence[str]], Topology], Iterator[Edit]]] = {
    "links": _links,
    "servers": _servers,
    "server": _server,
    "ruleset": _ruleset,
    "records": _records,
    "endpoint": _endpoint,
}


# --- what people type -------------------------------------------------------------------------------------------------


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _lines(form: Mapping[str, Sequence[str]], field: str) -> Iterator[str]:
    """Return the lines of a field that say something."""
    return (line for line in _one(form, field).splitlines() if line.split())


def _field(path: Path, name: str, before: Mapping[str, Any], wanted: Any, *, default: Any) -> Iterator[Edit]:
    """Set a field that has a default."""
    if wanted == before.get(name, default) or wanted == "":
        return
    yield Drop((*path, name)) if wanted == default else Put((*path, name), wanted)


def _keys(path: Path, before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Edit]:
    """Set the entries of a mapping."""
    for key in before:
        if key not in wanted:
            yield Drop((*path, key))
    for key, value in wanted.items():
        if before.get(key) != value:
            yield Put((*path, key), value)


def record_lines(records: Mapping[str, Any]) -> Iterator[str]:
    """Return record sets as lines: name, TTL, type, value."""
    for name, found in records.items():
        for kind, values in found.items():
            if kind not in ("ttl", "ttls"):
                ttl = found.get("ttls", {}).get(kind, found.get("ttl", HAND_MADE_TTL))
                for value in values if isinstance(values, list) else [values]:
                    yield f"{name} {ttl} {kind} {_shown(value)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return f'{value["flags"]} {value["tag"]} "{value["value"]}"'
    return " ".join(value) if isinstance(value, list) else str(value)


def _ttl(text: str, line: str) -> int:
    ttl = int(text) if len(text) <= len(str(LONGEST_TTL)) else LONGEST_TTL + 1
    if ttl > LONGEST_TTL:
        raise AddressError(f"{line.strip()!r}: a TTL is a number of seconds from 0 to {LONGEST_TTL}")
    return ttl


def record_sets(lines: Iterator[str]) -> dict[str, Any]:
    """Read such lines. Raises AddressError for a line that is no record."""
    found: dict[str, dict[str, Any]] = {}
    for line in lines:
        name, *rest = line.split(maxsplit=1)
        ttl, kind, value = HAND_MADE_TTL, "", ""
        words = rest[0].split(maxsplit=1) if rest else []
        if words and words[0].isdecimal():
            ttl, words = _ttl(words[0], line), words[1].split(maxsplit=1) if words[1:] else []
        if len(words) == 2:  # noqa: PLR2004 -- a type and a value
            kind, value = words[0].upper(), words[1].strip()
        if kind not in Type.__members__:
            raise AddressError(f"{line.strip()!r} is no record; write name, TTL, type and value: contoso 10 A 10.0.0.7")
        entry = found.setdefault(name, {})
        if entry.setdefault("ttl", ttl) != ttl:
            entry.setdefault("ttls", {})[kind] = ttl
        if kind == "CNAME":
            entry[kind] = value
        else:
            entry.setdefault(kind, []).extend(value.split() if kind in ("A", "AAAA") else [value])
    for entry in found.values():
        if entry["ttl"] == HAND_MADE_TTL:
            del entry["ttl"]
    return found
