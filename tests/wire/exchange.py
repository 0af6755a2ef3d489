"""A small server without sockets, and dnspython as the client on the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.message
import dns.rdata
import dns.rrset
from dns.edns import GenericOption, OptionType
from dns.rdatatype import RdataType

from acrdns.names import Name, name
from acrdns.record import RRset, rdata, type_number
from acrdns.wire.clients.cookie import CookieJar
from acrdns.wire.responder import Responder, always
from acrdns.zone.view import view
from acrdns.zone.zone import build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.wire.responder import Answerer

CLIENT = bytes((127, 0, 0, 1))
NOW = 1_700_000_000
SECRET = b"sixteen octets!!"

ZONE = """
example                 SOA    ns1.example host.example 1 3600 300 2419200 60
example                 NS     ns1.example
example                 MX     10 www.example
ns1.example             A      192.0.2.1
www.example             A      192.0.2.2
www.example             AAAA   2001:db8::2
www.example             TXT    "hello"
alias.example           CNAME  www.example
*.wild.example          A      192.0.2.3
sub.example             NS     ns.sub.example
ns.sub.example          A      192.0.2.53
"""


def records(text: str, ttl: int = 300) -> list[RRset]:
    """Read `owner type data` lines; lines of one owner and type make one set."""
    sets: dict[tuple[Name, int], list[bytes]] = {}
    for line in text.strip().splitlines():
        owner, kind, data = line.split(None, 2)
        number = type_number(kind)
        sets.setdefault((name(owner), number), []).append(rdata(number, data))
    return [RRset(owner, number, ttl, tuple(datas)) for (owner, number), datas in sets.items()]


def big(owner: str, count: int, size: int = 200) -> RRset:
    """Return a TXT set of `count` records, each of a bit more than `size` octets."""
    datas = tuple(bytes((size,)) + (b"%03d" % number).ljust(size, b"x") for number in range(count))
    return RRset(name(owner), type_number("TXT"), 300, datas)


def zone_answerer(extra: Iterable[RRset] = ()) -> Answerer:
    """Answer from the zone above, and further sets in it."""
    return view([build(name("example"), "file", "example", [*records(ZONE), *extra])]).answer


def responder(answer: Answerer | None = None, *, authoritative: bool = True, cookies: bool = True) -> Responder:
    """Make a server; without an answerer, for the zone above."""
    jar = CookieJar(SECRET) if cookies else None
    return Responder(answer or zone_answerer(), always(authoritative=authoritative), jar)


def respond(server: Responder, packet: bytes, *, tcp: bool = False) -> bytes | None:
    """Send a packet."""
    return server.respond(packet, tcp=tcp, client=CLIENT, now=NOW)


def ask(server: Responder, query: dns.message.Message, *, tcp: bool = False) -> dns.message.Message:
    """Send dnspython's message, and have dnspython read the answer; it must be one to this question."""
    reply = respond(server, query.to_wire(), tcp=tcp)
    assert reply is not None
    answer = dns.message.from_wire(reply, one_rr_per_rrset=False)
    assert query.is_response(answer)
    return answer


def section(rrsets: Iterable[dns.rrset.RRset]) -> list[str]:
    """Write a section as text, a record a line."""
    return [line for rrset in rrsets for line in rrset.to_text().splitlines()]


def option(code: int, data: bytes) -> GenericOption:
    """Make an EDNS option."""
    return GenericOption(OptionType.make(code), data)


def as_dnspython(rrset: RRset) -> dns.rrset.RRset:
    """Return a record set in dnspython's terms, by dnspython's own reading."""
    owner = dns.name.from_wire(rrset.name, 0)[0]
    datas = [dns.rdata.from_wire("IN", RdataType.make(rrset.type), data, 0, len(data)) for data in rrset.rdatas]
    return dns.rrset.from_rdata_list(owner, rrset.ttl, datas)
