"""Names that never leave: they mean something on this machine or network alone, or nothing at all.

Private reverse names (RFC 6303, RFC 7793), localhost, test and invalid (RFC 6761), local (RFC 6762), onion (RFC 7686),
home.arpa (RFC 8375), resolver.arpa (RFC 9462), and the addresses of single labels.
"""

from __future__ import annotations

from acrdns.names import ROOT, Name, ancestors, name, parent, show
from acrdns.record import Rcode, RRset, Type
from acrdns.zone.answer import Question, Response

_TTL = 10800
_LOCALHOST = name("localhost")
_RESOLVER = name("resolver.arpa")
_SVCB, _HTTPS = 64, 65
_OF_HOSTS = frozenset((Type.A, Type.AAAA, _SVCB, _HTTPS))
"""Types that a search for a host asks for. Other types of a single label are questions about a top-level domain."""


def _reverse(*texts: str) -> dict[Name, str]:
    return {name(f"{text}.in-addr.arpa"): "RFC 6303" for text in texts}


_ZONES: dict[Name, str] = {
    **_reverse("10", *(f"{second}.172" for second in range(16, 32)), "168.192"),
    **_reverse("0", "127", "254.169", "2.0.192", "100.51.198", "113.0.203", "255.255.255.255"),
    **{name(f"{second}.100.in-addr.arpa"): "RFC 7793" for second in range(64, 128)},
    **{name(f"{end}{'.0' * 31}.ip6.arpa"): "RFC 6303" for end in "01"},
    **{name(f"{digits}.ip6.arpa"): "RFC 6303" for digits in ("d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f")},
    name("8.b.d.0.1.0.0.2.ip6.arpa"): "RFC 6303",
    _LOCALHOST: "RFC 6761",
    name("test"): "RFC 6761",
    name("invalid"): "RFC 6761",
    name("local"): "RFC 6762",
    name("onion"): "RFC 7686",
    name("home.arpa"): "RFC 8375",
    _RESOLVER: "RFC 9462",
}
_OF_LOOPBACK = {name("1.0.0.127.in-addr.arpa"), name(f"1{'.0' * 31}.ip6.arpa")}
_ADDRESSES: dict[int, bytes] = {Type.A: bytes((127, 0, 0, 1)), Type.AAAA: bytes(15) + b"\x01"}


def answer(question: Question) -> Response | None:
    """Return the answer to a question about a special name, or None for any other name.

    DS is a question about the zone above, which says that nothing below is signed: None.
    """
    asked, number = question.name, question.type
    zone = next((each for each in ancestors(asked) if each in _ZONES), None)
    if zone is None:
        single = asked != ROOT and parent(asked) == ROOT and number in _OF_HOSTS
        return Response(Rcode.NOERROR, cause=_why(asked, "a single label")) if single else None
    if number == Type.DS and asked == zone:
        return None
    if zone == _LOCALHOST and number in _ADDRESSES:
        return Response(Rcode.NOERROR, (RRset(asked, number, _TTL, (_ADDRESSES[number],)),))
    if asked in _OF_LOOPBACK and number == Type.PTR:
        return Response(Rcode.NOERROR, (RRset(asked, number, _TTL, (_LOCALHOST,)),))
    exists = zone in (_LOCALHOST, _RESOLVER) or asked == zone or asked in _OF_LOOPBACK
    return Response(Rcode.NOERROR if exists else Rcode.NXDOMAIN, (), (_soa(zone),), cause=_why(zone, _ZONES[zone]))


def _soa(zone: Name) -> RRset:
    """Return the SOA of RFC 6303 section 3."""
    numbers = b"".join(number.to_bytes(4, "big") for number in (1, 3600, 1200, 604800, _TTL))
    return RRset(zone, Type.SOA, _TTL, (zone + name("nobody.invalid") + numbers,))


def _why(zone: Name, source: str) -> str:
    return f"{show(zone)} is answered here and never passed on: {source}"
