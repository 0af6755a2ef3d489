"""Read any response with dnspython, or find that the question has to be asked in another way."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome
from acrdns.probe.question import HEADER
from acrdns.probe.response.reading import Reading, conclude
from acrdns.record import Rcode

if TYPE_CHECKING:
    import dns.message
    import dns.name
    from dns.wire import Parser

    from acrdns.probe.question import ProbeQuestion

_QR = 0x80
_TC = 0x02
_RCODE = 0x0F
_BARE = (Rcode.FORMERR, Rcode.SERVFAIL, Rcode.NOTIMP, Rcode.REFUSED)
"""Rcodes of responses that may leave the question out: the server may not have understood it."""
_BEFORE_EDNS = (Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS)
"""Rcodes from servers that do not know EDNS (RFC 6891 section 7)."""


class Sign(Enum):
    """The next step after a response that is no answer."""

    STRAY = "stray"
    """Ignore it: late, repeated or forged."""
    TRUNCATED = "truncated"
    """Ask again over TCP (RFC 7766)."""
    WITHOUT_EDNS = "without EDNS"
    """Ask again without EDNS."""


def read_unusual(octets: bytes, question: ProbeQuestion, *, edns: bool = True, tcp: bool = False) -> Reading | Sign:
    """Return the reading of a response with the ID of a query for `question`; `edns` is whether that query had EDNS."""
    import dns.exception
    import dns.name

    if not _concerns(octets, question):
        return Sign.STRAY
    if octets[2] & _TC:
        return Reading(Outcome.OTHER, detail="the answer is truncated over TCP, too") if tcp else Sign.TRUNCATED
    try:
        response = _parsed(octets)
        if edns and int(response.rcode()) in _BEFORE_EDNS:
            return Sign.WITHOUT_EDNS
        return read(response, dns.name.from_wire(question.name, 0)[0], question.type)
    except (dns.exception.DNSException, ValueError) as error:
        return Reading(Outcome.OTHER, detail=f"unreadable answer: {str(error) or type(error).__name__}")


def _parsed(octets: bytes) -> dns.message.Message:
    """Return a message; records that dnspython cannot read may be missing, but none of the answer section.

    Raises DNSException or ValueError.
    """
    import dns.exception
    import dns.message

    _read_any_error_text()
    try:
        return dns.message.from_wire(octets)
    except (dns.exception.DNSException, ValueError):
        apart = dns.message.from_wire(octets, one_rr_per_rrset=True, continue_on_error=True)
        answers, *others = (int.from_bytes(octets[at : at + 2], "big") for at in (6, 8, 10))
        read = len(apart.authority) + len(apart.additional) + (apart.edns >= 0)
        if len(apart.answer) != answers or sum(others) - read != len(apart.errors):
            raise
        return dns.message.from_wire(octets, continue_on_error=True)


@cache
def _read_any_error_text() -> None:
    """Let dnspython read Extended DNS Errors whose text is no UTF-8: a cut text makes no answer unreadable."""
    from dns.edns import EDECode, EDEOption, Option, OptionType, register_type

    class ErrorOfAnyText(EDEOption):
        @classmethod
        def from_wire_parser(cls, otype: OptionType | str, parser: Parser) -> Option:  # noqa: ARG003 -- the base's
            code, text = EDECode.make(parser.get_uint16()), parser.get_remaining().removesuffix(b"\0")
            return cls(code, text.decode(errors="replace") or None)

    register_type(ErrorOfAnyText, OptionType.EDE)


def _concerns(octets: bytes, question: ProbeQuestion) -> bool:
    """Return whether the octets can be a response to this question."""
    if len(octets) < HEADER:
        return len(octets) > 2 and octets[2] & _QR != 0  # noqa: PLR2004 -- the ID
    if not octets[2] & _QR:
        return False
    if octets[4:6] == b"\x00\x00":
        return octets[3] & _RCODE in _BARE
    return octets[4:6] == b"\x00\x01" and octets[HEADER : HEADER + len(question.octets)].lower() == question.octets


def read(response: dns.message.Message, qname: dns.name.Name, rdtype: int) -> Reading:
    """Return the reading of a message: follow the aliases from `qname` to the addresses, in any order of records."""
    import dns.flags
    import dns.rdataclass
    from dns.rdatatype import RdataType

    chain, end = _follow(response, qname)
    rrset = response.get_rrset(response.answer, end, dns.rdataclass.IN, RdataType.make(rdtype))
    return conclude(
        response.rcode(),
        chain,
        tuple(record.to_text() for record in rrset or ()),
        rrset.ttl if rrset else None,
        [error.to_text() for error in response.extended_errors()],
        _denied_by(response),
        recursive=bool(response.flags & dns.flags.RA),
    )


def _follow(response: dns.message.Message, qname: dns.name.Name) -> tuple[tuple[str, ...], dns.name.Name]:
    import dns.rdataclass
    import dns.rdatatype

    name, seen, chain = qname, {qname}, [_text(qname)]
    while rrset := response.get_rrset(response.answer, name, dns.rdataclass.IN, dns.rdatatype.CNAME):
        name = rrset[0].target
        chain.append(_text(name))
        if name in seen:
            break
        seen.add(name)
    return tuple(chain), name


def _denied_by(response: dns.message.Message) -> tuple[str, str] | None:
    import dns.rdatatype

    soa = next((rrset for rrset in response.authority if rrset.rdtype == dns.rdatatype.SOA), None)
    return (_text(soa.name), _text(soa[0].mname)) if soa else None


def _text(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()
