"""The record sets that people make by hand: as the file has them, and as wire data (RFC 1035 section 3.3).

The data is packed here and not by dnspython, because starting it costs more than everything else that a load does.
"""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from acrdns.errors import NameSyntaxError
from acrdns.names import show, wire
from acrdns.record import RRset, Type
from acrdns.topology.schema.entry import Entry
from acrdns.topology.schema.fields import Address4, Address6, Octet, Short, Ttl, describe, wrong

if TYPE_CHECKING:
    from acrdns.names import Name

MAX_STRING = 255
"""Octets in one character-string (RFC 1035 section 3.3)."""

_MX = r"([0-9]+)\s+(\S+)"
_SRV = r"([0-9]+)\s+([0-9]+)\s+([0-9]+)\s+(\S+)"
_CAA = r'([0-9]+)\s+([0-9A-Za-z]+)\s+(?:"((?:[^"\\]|\\.)*)"|(\S+))'

HAND_MADE_TTL = 3600
"""Seconds (facts.md section 1.4)."""


def target(text: str) -> str:
    """Check a name that a record points at; names are absolute, the trailing dot is optional, letter case is kept."""
    try:
        wire(text)
    except NameSyntaxError as error:
        raise wrong(str(error), "allowed: a domain name, always absolute, such as host.corp.example") from None
    return show(wire(text))


Target = Annotated[str, Field(min_length=1), AfterValidator(target)]


class Mx(Entry):
    """A mail exchange."""

    preference: Short = Field(description="Lower is preferred.")
    exchange: Target = Field(description="Host that takes the mail.")

    def rdata(self) -> bytes:
        """Pack it (RFC 1035 section 3.3.9)."""
        return self.preference.to_bytes(2, "big") + wire(self.exchange)


class Srv(Entry):
    """A service location."""

    priority: Short = Field(description="Lower is tried first.")
    weight: Short = Field(description="Share among equal priorities.")
    port: Short = Field(description="Port of the service.")
    target: Target = Field(description="Host that serves it.")

    def rdata(self) -> bytes:
        """Pack it (RFC 2782)."""
        return b"".join(n.to_bytes(2, "big") for n in (self.priority, self.weight, self.port)) + wire(self.target)


class Caa(Entry):
    """A certification authority authorization."""

    flags: Octet = Field(description="128: critical.")
    tag: str = Field(pattern="^[0-9A-Za-z]{1,15}$", description="issue, issuewild or iodef.")
    value: str = Field(description="For issue: the authority's domain.")

    def rdata(self) -> bytes:
        """Pack it (RFC 8659 section 4.1)."""
        return bytes((self.flags, len(self.tag))) + self.tag.encode() + self.value.encode()


def _mx(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not (found := re.fullmatch(_MX, value)):
        raise wrong(f"{value!r} is no MX record", 'allowed: "PREFERENCE HOST", e.g. "10 mail.example", or a mapping')
    return {"preference": int(found[1]), "exchange": found[2]}


def _srv(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not (found := re.fullmatch(_SRV, value)):
        allowed = 'allowed: "PRIORITY WEIGHT PORT HOST", e.g. "0 5 443 host.example", or a mapping'
        raise wrong(f"{value!r} is no SRV record", allowed)
    return {"priority": int(found[1]), "weight": int(found[2]), "port": int(found[3]), "target": found[4]}


def _caa(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not (found := re.fullmatch(_CAA, value)):
        allowed = 'allowed: FLAGS TAG "VALUE", e.g. \'0 issue "ca.example"\', or a mapping'
        raise wrong(f"{value!r} is no CAA record", allowed)
    text = found[4] if found[3] is None else re.sub(r"\\(.)", r"\1", found[3])
    return {"flags": int(found[1]), "tag": found[2], "value": text}


def _one(value: Any) -> Any:
    """Read a list of one as the one."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _text(value: Any) -> Any:
    """Read a number without quotes as the text it looks like."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _strings(value: Any) -> Any:
    """Split one text into character-strings of 255 octets; a list has them as they are."""
    value = _text(value)
    if isinstance(value, list):
        return value
    if not isinstance(value, str):
        raise wrong(describe(value), "allowed: a text; put it in quotes")
    octets = value.encode()
    return [octets[at : at + MAX_STRING] for at in range(0, len(octets), MAX_STRING)] or [b""]


def _string(value: Any) -> Any:
    text = _text(value)
    octets = text.encode() if isinstance(text, str) else text
    if isinstance(octets, bytes) and len(octets) > MAX_STRING:
        message = f"a character-string of {len(octets)} octets"
        raise wrong(message, f"allowed: {MAX_STRING}; write the text outside a list of its own and it is split")
    return octets


CharacterString = Annotated[bytes, BeforeValidator(_string, json_schema_input_type=str)]
Txt = Annotated[
    list[CharacterString],
    BeforeValidator(_strings, json_schema_input_type=str | list[str]),
    Field(min_length=1),
]


class RecordSet(Entry):
    """The record sets of one name."""

    ttl: Ttl = Field(HAND_MADE_TTL, description="Seconds.")
    ttls: dict[str, Ttl] = Field({}, description="Seconds by type, for types whose TTL is not `ttl`.")
    a: list[Address4] | None = Field(None, alias="A", min_length=1, description="IPv4 addresses.")
    aaaa: list[Address6] | None = Field(None, alias="AAAA", min_length=1, description="IPv6 addresses.")
    cname: Annotated[Target | None, BeforeValidator(_one, json_schema_input_type=str | list[str])] = Field(
        None, alias="CNAME", description="The canonical name; nothing else may stand beside it, and not at @."
    )
    txt: list[Txt] | None = Field(
        None, alias="TXT", min_length=1, description="Texts; one over 255 octets is split into character-strings."
    )
    mx: list[Annotated[Mx, BeforeValidator(_mx, json_schema_input_type=str | Mx)]] | None = Field(
        None, alias="MX", min_length=1, description='Mail exchanges: "10 mail.example" or {preference, exchange}.'
    )
    srv: list[Annotated[Srv, BeforeValidator(_srv, json_schema_input_type=str | Srv)]] | None = Field(
        None, alias="SRV", min_length=1, description='"0 5 443 host.example" or {priority, weight, port, target}.'
    )
    ptr: list[Target] | None = Field(None, alias="PTR", min_length=1, description="Names that this name points at.")
    caa: list[Annotated[Caa, BeforeValidator(_caa, json_schema_input_type=str | Caa)]] | None = Field(
        None, alias="CAA", min_length=1, description="'0 issue \"ca.example\"' or {flags, tag, value}."
    )

    def types(self) -> tuple[str, ...]:
        """Return the types that are there."""
        return tuple(alias for field, alias in _ALIASES.items() if getattr(self, field) is not None)

    def items(self, kind: str) -> list[Any]:
        """Return the records of a type, by its mnemonic."""
        value = getattr(self, kind.lower())
        return value if isinstance(value, list) else [] if value is None else [value]

    def rrsets(self, owner: Name) -> list[RRset]:
        """Return the record sets in wire form."""
        rdatas: dict[Type, list[bytes]] = {
            Type.A: [ipaddress.IPv4Address(item).packed for item in self.a or ()],
            Type.AAAA: [ipaddress.IPv6Address(item).packed for item in self.aaaa or ()],
            Type.CNAME: [wire(self.cname)] if self.cname is not None else [],
            Type.TXT: [b"".join(bytes((len(part),)) + part for part in item) for item in self.txt or ()],
            Type.MX: [item.rdata() for item in self.mx or ()],
            Type.SRV: [item.rdata() for item in self.srv or ()],
            Type.PTR: [wire(item) for item in self.ptr or ()],
            Type.CAA: [item.rdata() for item in self.caa or ()],
        }
        return [
            RRset(owner, number, self.ttls.get(number.name, self.ttl), tuple(datas))
            for number, datas in rdatas.items()
            if datas
        ]


_ALIASES = {name: field.alias for name, field in RecordSet.model_fields.items() if field.alias}
TYPES = tuple(_ALIASES.values())
"""The types that a topology file may have, in the order of topology.md."""
