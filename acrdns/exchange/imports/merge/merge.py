"""An import into a file that a person has worked on: theirs stays, and the rest follows the import.

An entry that an import wrote has a comment that says where it comes from. It goes where the new import does not have
it. Fields and entries that no import writes stay as they are, and so do comments and every line that nothing concerns.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.merge.comments import ORIGIN, with_comments, with_lost
from acrdns.exchange.imports.merge.order import SECTION, ordered
from acrdns.exchange.imports.writer import FILE
from acrdns.topology.text.document import parse
from acrdns.topology.text.edit import Drop, Put
from acrdns.topology.text.places import Places
from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.errors import Path
    from acrdns.topology.text.edit import Edit

OWNED: dict[str, frozenset[str]] = {
    "registries": frozenset(
        {
            "sku",
            "location",
            "replications",
            "dns_label",
            "data_endpoint_enabled",
            "regional_endpoints_enabled",
            "public_network_access_enabled",
            "private_link",
            "ip_rules",
        }
    ),
    "networks": frozenset({"dns_servers", "peerings"}),
    "private_endpoints": frozenset({"registry", "network", "status", "dns_zone_group"}),
    "private_dns_zones": frozenset({"name", "soa_minimum", "virtual_network_links", "records"}),
    "private_resolvers": frozenset({"network", "inbound_endpoints", "outbound_endpoints"}),
    "dns_forwarding_rulesets": frozenset({"outbound_endpoint", "virtual_network_links", "rules"}),
}
"""Fields that are gone in Azure where an import does not have them. Without the others it does not know them."""


def merged(new: str, old: str, file: str) -> str:
    """Return the old text brought up to the new one. Raises InputError where the old file cannot be edited."""
    data, now = parse(old, file).data, parse(new, FILE).data
    if not isinstance(data, dict):
        data, old = {}, f"{old.rstrip()}\nversion: 1\n".lstrip()
    text = edited(old, _edits(data, now, _imported(old, file)), file)
    text = with_lost(ordered(text, now.get(SECTION) or (), file), old)
    return with_comments(text, new, file)


def changed(text: str, before: str, after: str, file: str) -> str:
    """Return a text with the changes between two imports made in it. Raises InputError where that cannot be."""
    was, now = parse(before, FILE).data or {}, parse(after, FILE).data or {}
    for section in OWNED:  # what is gone from a mapping goes by its key: the text may have more in it
        entries = now.get(section) or {}
        for key in entries.keys() & (was.get(section) or {}).keys():
            mappings: dict[str, Any] = {
                field: {} for field, value in (was[section][key] or {}).items() if isinstance(value, dict)
            }
            entries[key] = mappings | (entries[key] or {})
    # An entry that is only referred to is no object of the input: that nothing refers to it any more deletes nothing.
    for edit in _edits(was, now, _imported(before, FILE)):
        with suppress(KeyError):  # to delete what the text does not have
            text = edited(text, (edit,), file)
    return text


def _imported(text: str, file: str) -> set[Path]:
    """Return the entries that an import wrote: the comments above them say so."""
    lines, places = text.splitlines(), Places(text, file)
    found: set[Path] = set()
    for path in places:
        if len(path) != 2:  # noqa: PLR2004 - section and key
            continue
        at = places.key(path).line - 2
        while at >= 0 and lines[at].lstrip().startswith("#"):
            if ORIGIN.fullmatch(lines[at].strip()):
                found.add(path)
            at -= 1
    return found


def _edits(old: dict[str, Any], new: dict[str, Any], imported: set[Path]) -> Iterator[Edit]:
    if old.get("cloud") != new.get("cloud") and "cloud" in new:
        yield Put(("cloud",), new["cloud"])
    gone = [
        (section, key)
        for section in OWNED
        for key, entry in (old.get(section) or {}).items()
        if key not in (new.get(section) or {}) and (section, key) in imported and not _is_own(section, entry)
    ]
    left = {key for key in old.get("registries") or {} if ("registries", key) not in gone}
    if "cloud" in old and "cloud" not in new and left <= (new.get("registries") or {}).keys():
        yield Drop(("cloud",))  # no registry is in it any more
    kept = {key for key in old.get("networks") or {} if ("networks", key) not in gone} - set(new.get("networks") or ())
    for section, entries in new.items():
        known = old.get(section)
        for key, entry in entries.items() if isinstance(entries, dict) else ():
            if not isinstance(known, dict) or key not in known:
                yield Put((section, key), entry)
            elif section in OWNED:
                yield from _entry((section, key), known[key] or {}, entry or {}, OWNED[section], kept)
    yield from map(Drop, gone)


def _is_own(section: str, entry: Any) -> bool:
    """Return whether an entry is a person's by what it says: no import writes a network on premises."""
    return section == "networks" and (entry or {}).get("kind") == "on_premises"


def _entry(path: Path, old: Any, new: Any, owned: frozenset[str], kept: set[str]) -> Iterator[Edit]:
    """Return the edits of an entry. Peerings with networks that a person added stay."""
    for field, value in new.items():
        wanted = value
        if field == "peerings":
            wanted = [*value, *(peer for peer in old.get(field) or () if peer in kept and peer not in value)]
        if field not in old:
            yield Put((*path, field), wanted)
        else:
            yield from _value((*path, field), old[field], wanted)
    for field in old:
        if field in owned and field not in new:
            left = [peer for peer in old[field] or () if peer in kept] if field == "peerings" else None
            if left:
                yield from _value((*path, field), old[field], left)
            else:
                yield Drop((*path, field))


def _value(path: Path, old: Any, new: Any) -> Iterator[Edit]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            if key in old:
                yield from _value((*path, key), old[key], value)
            else:
                yield Put((*path, key), value)
        for key in old:
            if key not in new and key != "accept":
                yield Drop((*path, key))
    elif (old or {}) != (new or {}):
        yield Put(path, new)
