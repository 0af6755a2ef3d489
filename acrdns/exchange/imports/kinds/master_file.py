"""A DNS master file (RFC 1035 section 5), as `az network private-dns zone export` and DNS servers write it."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from acrdns.errors import NameSyntaxError, ZoneFileError
from acrdns.exchange.imports.estate.found import FoundRecordSet
from acrdns.exchange.imports.estate.identifier import made
from acrdns.exchange.imports.notes import Origin
from acrdns.exchange.imports.objects.private_zone import is_ours
from acrdns.names import ROOT, name, relative, show
from acrdns.record import Type, type_text
from acrdns.topology.dump import record_value
from acrdns.topology.schema.record_sets import TYPES
from acrdns.zone.master.reader import Reader
from acrdns.zone.master.zone_builder import ZoneBuilder

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.names import Name
    from acrdns.zone.zone import Zone

_SIGN = re.compile(r"^\$(?:ORIGIN|TTL)\s|^\S*\s+(?:\d+\s+)?(?:IN\s+)?(?:\d+\s+)?SOA\s", re.MULTILINE | re.IGNORECASE)
_ORIGIN = re.compile(r"^(\$ORIGIN\s+\S*[^.\s])\s*$", re.MULTILINE | re.IGNORECASE)
"""An origin without its dot, as some exports have it: they mean the whole name."""


_SERVERS = re.compile(rb"\sNS\s", re.IGNORECASE)


def fits(text: str) -> bool:
    """Return whether a text has the marks of a master file."""
    return bool(_SIGN.search(text))


def read(text: str, file: str, context: Context) -> None:
    """Take the record sets of the zone. A listing in a file is whole."""
    try:
        zone = _zone(_ORIGIN.sub(r"\1.", text).encode(), file)
    except ZoneFileError as error:
        for problem in error.problems:
            origin = Origin("", file, problem.place.line, problem.place.column)
            context.notes.add(origin, "", problem.text, "the zone is left out")
        return
    apex = show(zone.apex)
    for node in zone.nodes.values():
        for rrset in node:
            kind, owner = type_text(rrset.type), relative(rrset.name, zone.apex)
            context.notes.objects += 1
            id_ = made(f"microsoft.network/privatednszones/{kind}", apex, owner)
            if not is_ours(id_, context.notes, "record sets of zones of other services"):
                continue
            origin = Origin("zone", file)
            if kind not in (*TYPES, "SOA"):
                if kind != "NS":  # a master file must have one, and a private zone has none
                    context.notes.add(origin, f"{owner} {kind}", "a topology has no such records", "it is left out")
                continue
            is_soa = rrset.type == Type.SOA
            context.estate.add(
                FoundRecordSet(
                    id=id_,
                    origins=[origin],
                    type=kind,
                    ttl=rrset.ttl,
                    data=None if is_soa else tuple(_value(rrset.type, rdata) for rdata in rrset.rdatas),
                    minimum=int.from_bytes(rrset.rdatas[0][-4:], "big") if is_soa else None,
                ),
                context.notes,
            )


def _value(number: int, rdata: bytes) -> Any:
    value = record_value(number, rdata)
    return tuple(value) if isinstance(value, list) else value


def _zone(text: bytes, file: str) -> Zone:
    """Read a zone, also a private one, which has no NS record. Raises ZoneFileError."""
    builder = ZoneBuilder(None)
    reader = Reader(builder, _refuse)
    reader.read(file, text, _origin_of(file))
    if builder.apex is not None and not _SERVERS.search(text):
        reader.read(file, f"{show(builder.apex)}. 3600 IN NS azureprivatedns.net.\n".encode(), ROOT)
    return builder.zone(file)


def _origin_of(file: str) -> Name:
    """Return the origin that a file's name is, or the root if it is no domain name."""
    try:
        return name(PurePath(file).name.removesuffix(".zone") or ".")
    except NameSyntaxError:
        return ROOT


def _refuse(_including: str, _wanted: str) -> tuple[str, bytes]:
    raise OSError("an import follows no $INCLUDE")
