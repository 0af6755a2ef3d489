"""A record set of a private zone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import AzureObject, children, inside, number_of, text_of, texts_of
from acrdns.exchange.imports.estate.found import FoundObject, FoundRecordSet
from acrdns.exchange.imports.objects.private_zone import is_ours

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.exchange.imports.notes import Notes

_CREATOR = re.compile(r"created by private endpoint (?P<name>\S+)", re.IGNORECASE)


def read(found: AzureObject, notes: Notes) -> Iterator[FoundObject]:
    """Return the record set, if its zone is for registries."""
    if not is_ours(found.id, notes, "record sets of private zones of other services"):
        return
    fields, kind = found.fields, found.id.type.rpartition("/")[2].upper()
    creator = _CREATOR.match(text_of(inside(fields, "metadata"), "creator") or "")
    yield FoundRecordSet(
        **found.who,
        type=kind,
        ttl=number_of(fields, "ttl") if "ttl" in fields else number_of(fields, "TTL"),
        data=None if kind == "SOA" else _data(kind, fields),
        creator=creator["name"] if creator else None,
        minimum=_minimum(fields) if kind == "SOA" else None,
    )


def _minimum(fields: dict[str, Any]) -> int | None:
    soa = inside(fields, "soaRecord")
    return number_of(soa, "minimumTtl") if "minimumTtl" in soa else number_of(soa, "minimumTTL")


def _data(kind: str, fields: dict[str, Any]) -> tuple[Any, ...]:
    """Return the records as a topology has them; an empty set has none."""
    if kind == "CNAME":
        target = text_of(inside(fields, "cnameRecord"), "cname")
        return (target,) if target else ()
    make = _RECORDS.get(kind)
    # A list is `aRecords` or `ARecords`: the letter case differs between versions of the API.
    name = next((name for name in fields if name.lower() == f"{kind.lower()}records"), "")
    made = (make(each) for each in children(fields, name)) if make else ()
    return tuple(dict.fromkeys(each for each in made if each is not None))


def _txt(record: dict[str, Any]) -> str | tuple[str, ...] | None:
    """Return one text, or the character-strings of several."""
    strings = texts_of(record, "value")
    return None if not strings else strings[0] if len(strings) == 1 else strings


def _mx(record: dict[str, Any]) -> str | None:
    preference, exchange = number_of(record, "preference"), text_of(record, "exchange")
    return None if preference is None or exchange is None else f"{preference} {exchange}"


def _srv(record: dict[str, Any]) -> str | None:
    numbers = [number_of(record, name) for name in ("priority", "weight", "port")]
    target = text_of(record, "target")
    return None if None in numbers or target is None else f"{' '.join(map(str, numbers))} {target}"


_RECORDS: dict[str, Callable[[dict[str, Any]], str | tuple[str, ...] | None]] = {
    "A": lambda record: text_of(record, "ipv4Address"),
    "AAAA": lambda record: text_of(record, "ipv6Address"),
    "PTR": lambda record: text_of(record, "ptrdname"),
    "TXT": _txt,
    "MX": _mx,
    "SRV": _srv,
}
