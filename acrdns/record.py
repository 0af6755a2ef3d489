"""RRsets, rdata, TTL and rcode.

Rdata is kept as uncompressed wire bytes (RFC 1035 section 3.2.1, RFC 3597): one form that all zone sources can make and
every transport can send. The types that a topology is made of are written here by hand, because starting dnspython for
an address costs more than the whole command; all other types go through dnspython.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import Name, show, wire

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_TTL = 2**31 - 1
"""RFC 2181 section 8."""


class Rcode(IntEnum):
    """Response codes (RFC 1035 section 4.1.1, RFC 2136, RFC 6891)."""

    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    NOTIMP = 4
    REFUSED = 5
    YXDOMAIN = 6
    NOTAUTH = 9
    BADVERS = 16
    BADCOOKIE = 23


class Type(IntEnum):
    """The record types that acrdns itself has something to say about; any other number is just as good."""

    A = 1
    NS = 2
    CNAME = 5
    SOA = 6
    PTR = 12
    HINFO = 13
    MX = 15
    TXT = 16
    AAAA = 28
    SRV = 33
    DNAME = 39
    OPT = 41
    DS = 43
    RRSIG = 46
    NSEC = 47
    TSIG = 250
    IXFR = 251
    AXFR = 252
    ANY = 255
    CAA = 257


class NamesInData(NamedTuple):
    """The domain names in the data of a record type."""

    start: int = 0
    """Octets before the first name."""
    names: int = 1
    """Names, one after the other."""
    compressed: bool = False
    """Whether senders may compress them: types of RFC 1035 (RFC 3597 section 4)."""
    additional: bool = False
    """Whether the addresses of the name belong into the additional section."""


NAMES_IN_DATA: dict[int, NamesInData] = {
    Type.NS: NamesInData(compressed=True, additional=True),
    Type.CNAME: NamesInData(compressed=True),
    Type.SOA: NamesInData(names=2, compressed=True),
    Type.PTR: NamesInData(compressed=True),
    Type.MX: NamesInData(start=2, compressed=True, additional=True),
    Type.SRV: NamesInData(start=6, additional=True),
    Type.DNAME: NamesInData(),
}
"""By type. Data of the types that are not here is opaque (`zone.master.rdata` reads some more)."""
ONE_NAME = frozenset(number for number, names in NAMES_IN_DATA.items() if not names.start and names.names == 1)
"""Types whose data is one name."""
SOA_NUMBERS = 20
"""Octets of the numbers behind the names of an SOA."""


def type_text(number: int) -> str:
    """Write a type as its mnemonic, or as TYPE12345 (RFC 3597 section 5)."""
    try:
        return Type(number).name
    except ValueError:
        from dns import rdatatype

        return rdatatype.to_text(rdatatype.RdataType.make(number))


def rcode_text(number: int) -> str:
    """Write a response code as its mnemonic, or as RCODE12."""
    try:
        return Rcode(number).name
    except ValueError:
        return f"RCODE{number}"


def type_number(text: str) -> int:
    """Read a type's mnemonic or TYPE12345. Raises ValueError for what is neither."""
    upper = text.upper()
    if upper in Type.__members__:
        return Type[upper]
    from dns import exception, rdatatype

    try:
        return int(rdatatype.from_text(upper))
    except (exception.DNSException, ValueError):
        raise ValueError(f"{text!r} is no record type") from None


@dataclass(frozen=True, slots=True)
class RRset:
    """The records of one owner name and type, all with one TTL (RFC 2181 section 5). The class is IN."""

    name: Name
    type: int
    ttl: int
    """Seconds."""
    rdatas: tuple[bytes, ...]
    """Uncompressed wire form, one an entry."""

    def texts(self) -> tuple[str, ...]:
        """Return each record's data in presentation form."""
        return tuple(rdata_text(self.type, rdata) for rdata in self.rdatas)

    def renamed(self, name: Name) -> RRset:
        """Return the same records under another owner name (a wildcard's answer, RFC 4592)."""
        return RRset(name, self.type, self.ttl, self.rdatas)

    @property
    def target(self) -> Name:
        """The name that a CNAME, DNAME, NS or PTR record set points at (its first record's)."""
        return Name(self.rdatas[0].lower())


def addresses(owner: Name, ttl: int, texts: Iterable[str]) -> list[RRset]:
    """Return the A and AAAA record sets, where there are any, of a list of IP addresses."""
    packed = [packed_address(text) for text in texts]
    found = []
    for number, size in ((Type.A, 4), (Type.AAAA, 16)):
        if rdatas := tuple(rdata for rdata in packed if len(rdata) == size):
            found.append(RRset(owner, number, ttl, rdatas))
    return found


def packed_address(text: str) -> bytes:
    """Pack an IP address that was checked when it was read: `ipaddress` checks again, and takes eight times as long."""
    return ipaddress.IPv6Address(text).packed if ":" in text else bytes(map(int, text.split(".")))


def cname(owner: Name, ttl: int, target: str) -> RRset:
    """Make an alias."""
    return RRset(owner, Type.CNAME, ttl, (wire(target),))


@dataclass(frozen=True, slots=True)
class Soa:
    """The fields of a start of authority (RFC 1035 section 3.3.13); times in seconds."""

    mname: str
    rname: str
    serial: int
    refresh: int
    retry: int
    expire: int
    minimum: int

    def rrset(self, apex: Name, ttl: int) -> RRset:
        """Return the zone's SOA record set."""
        numbers = (self.serial, self.refresh, self.retry, self.expire, self.minimum)
        rdata = wire(self.mname) + wire(self.rname) + b"".join(number.to_bytes(4, "big") for number in numbers)
        return RRset(apex, Type.SOA, ttl, (rdata,))


def negative_ttl(soa: RRset) -> int:
    """Return the TTL of a negative answer: the smaller of the SOA's TTL and its minimum field (RFC 2308 section 5)."""
    return min(soa.ttl, int.from_bytes(soa.rdatas[0][-4:], "big"))


PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
        "::1/128",
    )
)
"""Ranges that are reached from inside only: RFC 1918, 6598, 4193, link-local, loopback."""

BENCHMARKS = ipaddress.ip_network("198.18.0.0/15")
"""RFC 2544: no host of the internet has them, and proxies on clients make addresses of them."""

_PRIVATE_4 = tuple((int(space.netmask), int(space.network_address)) for space in PRIVATE if space.version == 4)  # noqa: PLR2004


@lru_cache(maxsize=65536)
def is_private(address: str) -> bool:
    """Return whether an IP address is in one of the `PRIVATE` ranges.

    The documentation ranges, which Python calls private, are not: made-up public addresses come from them.
    """
    if ":" in address:
        parsed = ipaddress.IPv6Address(address)
        return any(parsed in space for space in PRIVATE if space.version == parsed.version)
    return is_private_packed(packed_address(address))


def is_private_packed(address: bytes) -> bool:
    """Return the same for an IPv4 address in wire form."""
    number = int.from_bytes(address, "big")
    return any(number & mask == start for mask, start in _PRIVATE_4)


def rdata(number: int, text: str) -> bytes:
    """Read one record's data in presentation form; names in it are absolute. Raises ValueError."""
    if number == Type.A:
        return ipaddress.IPv4Address(text).packed
    if number == Type.AAAA:
        return ipaddress.IPv6Address(text).packed
    if number in ONE_NAME:
        return wire(text)
    import struct

    import dns.exception
    import dns.name
    import dns.rdata
    from dns.rdatatype import RdataType

    try:
        parsed = dns.rdata.from_text("IN", RdataType.make(number), text, origin=dns.name.root, relativize=False)
        return parsed.to_wire() or b""
    except (dns.exception.DNSException, ValueError, OSError, struct.error) as error:
        raise ValueError(f"{text!r} is no {type_text(number)} data: {error}") from None


def rdata_text(number: int, rdata: bytes) -> str:
    """Write one record's data in presentation form; names without the trailing dot where the data is one name.

    Data that dnspython cannot read is written in the generic form of RFC 3597: parameters of a SVCB alias (RFC 9460).
    """
    if number == Type.A:
        return ".".join(map(str, rdata))
    if number == Type.AAAA:
        return str(ipaddress.IPv6Address(rdata))
    if number in ONE_NAME:
        return show(rdata)
    import dns.exception
    import dns.rdata
    from dns.rdatatype import RdataType

    try:
        return dns.rdata.from_wire("IN", RdataType.make(number), rdata, 0, len(rdata)).to_text()
    except (dns.exception.DNSException, ValueError):
        return f"\\# {len(rdata)} {rdata.hex()}"
