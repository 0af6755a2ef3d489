from __future__ import annotations

import struct

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.tsig
import dns.tsigkeyring
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name, wire
from acrdns.record import Rcode, RRset
from acrdns.resolve.chain import Question, Response
from acrdns.wire.responder import Responder, always
from tests.wire.exchange import ask, big, option, records, respond, responder, section
from tests.wire.strategies import names, responses

SERVER = responder()
RESOLVER = responder(authoritative=False)


def query(text: str, kind: str = "A", **options: object) -> dns.message.Message:
    """Make a query, without EDNS unless it is asked for."""
    options.setdefault("use_edns", False)
    return dns.message.make_query(text, kind, **options)  # type: ignore[arg-type]


def cookie_of(message: dns.message.Message) -> bytes:
    """Return the cookie of a reply."""
    (found,) = (each for each in message.options if each.otype == 10)
    return bytes(found.to_wire())


def errors_of(message: dns.message.Message) -> list[tuple[int, str | None]]:
    """Return the Extended DNS Errors of a reply."""
    return [(int(each.code), each.text) for each in message.options if isinstance(each, dns.edns.EDEOption)]


@pytest.mark.parametrize(
    ("asked", "kind", "rcode", "answer", "authority"),
    [
        ("www.example", "A", "NOERROR", ["www.example. 300 IN A 192.0.2.2"], []),
        ("alias.example", "A", "NOERROR", ["alias.example. 300 IN CNAME www.example.", "www.example. 300 IN A 192.0.2.2"], []),
        ("a.b.wild.example", "A", "NOERROR", ["a.b.wild.example. 300 IN A 192.0.2.3"], []),
        ("www.example", "MX", "NOERROR", [], ["example. 60 IN SOA ns1.example. host.example. 1 3600 300 2419200 60"]),
        ("no.example", "A", "NXDOMAIN", [], ["example. 60 IN SOA ns1.example. host.example. 1 3600 300 2419200 60"]),
        ("x.sub.example", "A", "NOERROR", [], ["sub.example. 300 IN NS ns.sub.example."]),
        ("elsewhere", "A", "REFUSED", [], []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_answers(asked: str, kind: str, rcode: str, answer: list[str], authority: list[str], tcp: bool) -> None:
    """An authoritative server's answers, over UDP and TCP."""
    reply = ask(SERVER, query(asked, kind), tcp=tcp)
    assert (dns.rcode.to_text(reply.rcode()), section(reply.answer), section(reply.authority)) == (
        rcode,
        answer,
        authority,
    )


@pytest.mark.parametrize(
    ("server", "sent", "expected"),
    [
        pytest.param(SERVER, "", "QR AA", id="authoritative"),
        pytest.param(SERVER, "RD", "QR AA RD", id="authoritative, RD is copied"),
        pytest.param(SERVER, "AD CD RA TC AA", "QR AA", id="authoritative, the rest is not"),
        pytest.param(RESOLVER, "RD", "QR AA RD RA", id="vantage point"),
        pytest.param(RESOLVER, "RD AD CD", "QR AA RD RA CD", id="vantage point, CD is copied"),
    ],
)
def test_flags(server: Responder, sent: str, expected: str) -> None:
    """RA says vantage point; RD is copied, CD by a resolver; AD is never set."""
    reply = ask(server, query("www.example", flags=dns.flags.from_text(sent)))
    assert dns.flags.to_text(dns.flags.from_text(expected)) == dns.flags.to_text(reply.flags)


@pytest.mark.parametrize("asked", ["wWw.eXAMPLE", "WWW.EXAMPLE", "aLiAs.example", "nO.eXample", "a.B.WILD.example"])
@pytest.mark.parametrize("edns", [False, True])
def test_letter_case_is_kept(asked: str, edns: bool) -> None:
    """The question comes back as it was spelled, and so do owners equal to it (0x20)."""
    packet = query(asked, use_edns=edns).to_wire()
    reply = respond(SERVER, packet)
    assert reply is not None
    assert reply[12 : 12 + len(wire(asked))] == wire(asked)
    owners = {str(rrset.name) for rrset in dns.message.from_wire(reply).answer}
    assert {owner for owner in owners if owner.lower() == f"{asked.lower()}."} <= {f"{asked}."}


def sized(spare: int, query_: dns.message.Message, limit: int) -> Responder:
    """Answer with one record that makes the reply `spare` octets longer than the limit."""
    opt = 11 if query_.edns >= 0 else 0
    data = bytes(limit + spare - 12 - len(wire("x.example")) - 4 - 12 - opt)
    answer = Response(Rcode.NOERROR, (RRset(name("x.example"), 65280, 1, (data,)),))
    return responder(lambda _: answer, cookies=False)


@pytest.mark.parametrize(
    ("size", "limit"),
    [(None, 512), (0, 512), (511, 512), (512, 512), (600, 600), (1232, 1232), (4096, 1232), (65535, 1232)],
)
def test_sizes_over_udp(size: int | None, limit: int) -> None:
    """The client's size counts from 512 up to our 1232; without EDNS it is 512."""
    asked = query("x.example", "TXT") if size is None else query("x.example", "TXT", use_edns=0, payload=size)
    for spare in (0, 1):
        reply = respond(sized(spare, asked, limit), asked.to_wire())
        assert reply is not None
        assert (len(reply) == limit, bool(reply[2] & 2)) == (spare == 0, spare == 1)
        assert len(reply) <= limit


def test_size_over_tcp() -> None:
    """Over TCP the client's size means nothing; 65535 octets are the most."""
    asked = query("x.example", "TXT", use_edns=0, payload=512)
    reply = respond(sized(0, asked, 65535), asked.to_wire(), tcp=True)
    assert reply is not None
    assert (len(reply), reply[2] & 2) == (65535, 0)
    assert ask(sized(1, asked, 65535), asked, tcp=True).flags & dns.flags.TC


@pytest.mark.parametrize("text", ["version.bind", "id.server", "hostname.bind", "www.example"])
def test_chaos_is_refused(text: str) -> None:
    """Nothing is told about the server itself."""
    reply = ask(SERVER, query(text, "TXT", rdclass="CH"))
    assert (reply.rcode(), reply.answer) == (dns.rcode.REFUSED, [])


@pytest.mark.parametrize("rdclass", [0, 2, 4, 254, 1000, 65535])
def test_other_classes_are_refused(rdclass: int) -> None:
    """Only IN is served; where EDNS allows, the error says so (RFC 8914, 21)."""
    reply = ask(SERVER, query("www.example", rdclass=rdclass, use_edns=0))
    assert (reply.rcode(), errors_of(reply)) == (dns.rcode.REFUSED, [(21, None)])


def test_class_any_is_answered_without_authority() -> None:
    """QCLASS ANY gets the data of IN, never authoritatively (RFC 1034 section 4.3.2)."""
    reply = ask(SERVER, query("www.example", rdclass=dns.rdataclass.ANY))
    assert (section(reply.answer), bool(reply.flags & dns.flags.AA)) == (["www.example. 300 IN A 192.0.2.2"], False)


@pytest.mark.parametrize("kind", [0, 41, 128, 200, 249, 250, 253, 254, 65280, 65535])
def test_types_without_data(kind: int) -> None:
    """Meta types and unknown ones are looked up like any other, as NSD and Knot do."""
    reply = ask(SERVER, query("www.example", kind))  # type: ignore[arg-type]
    assert (reply.rcode(), reply.answer) == (dns.rcode.NOERROR, [])


@pytest.mark.parametrize(
    ("kind", "tcp", "rcode"),
    [("AXFR", False, "NOTIMP"), ("AXFR", True, "REFUSED"), ("IXFR", False, "REFUSED"), ("IXFR", True, "REFUSED")],
)
def test_transfers_are_not_given(kind: str, tcp: bool, rcode: str) -> None:
    """AXFR is not defined for UDP, and nothing is transferred by default."""
    assert dns.rcode.to_text(ask(SERVER, query("example", kind), tcp=tcp).rcode()) == rcode


@pytest.mark.parametrize("tcp", [False, True])
def test_any_is_answered_with_one_set(tcp: bool) -> None:
    """RFC 8482 section 4.1: the first one, and nothing besides that would belong to another."""
    sets = tuple(records("www.example A 192.0.2.2\nwww.example MX 10 mail.example"))
    response = Response(Rcode.NOERROR, sets, (), tuple(records("mail.example A 192.0.2.3")))
    reply = ask(responder(lambda _: response), query("www.example", "ANY"), tcp=tcp)
    assert (section(reply.answer), reply.additional) == (["www.example. 300 IN A 192.0.2.2"], [])


def test_any_below_a_dname_keeps_the_cname_made_of_it() -> None:
    """RFC 6672 section 3.1: without it the client has no name to go on with; NSD, Knot and BIND send both."""
    sets = tuple(records("b.example DNAME other.\na.b.example CNAME a.other."))
    reply = ask(responder(lambda _: Response(Rcode.NOERROR, sets)), query("a.b.example", "ANY"))
    assert section(reply.answer) == ["b.example. 300 IN DNAME other.", "a.b.example. 300 IN CNAME a.other."]


@pytest.mark.parametrize("opcode", [1, 2, 3, 4, 5, 6, 15])
def test_other_opcodes_are_not_implemented(opcode: int) -> None:
    """The opcode and RD are copied, the question and EDNS come back."""
    message = query("www.example", use_edns=0)
    message.set_opcode(dns.opcode.from_text(str(opcode)))
    packet = message.to_wire()
    reply = respond(SERVER, packet)
    assert reply is not None
    assert reply[:2] == packet[:2]
    assert int.from_bytes(reply[2:4], "big") == 0x8104 | opcode << 11
    assert reply[12:].startswith(packet[12:29])


# --- EDNS -------------------------------------------------------------------------------------------------------------


def test_no_edns_where_none_was_sent() -> None:
    """A client without EDNS gets none."""
    assert ask(SERVER, query("www.example")).edns == -1


@pytest.mark.parametrize("text", ["www.example", "no.example", "elsewhere"])
@pytest.mark.parametrize(("flags", "expected"), [(0, 0), (dns.flags.DO, 0x8000), (0xFFFF, 0x8000), (0x7FFF, 0)])
def test_edns_is_answered_by_edns(text: str, flags: int, expected: int) -> None:
    """Version 0, 1232 octets, DO copied, every unknown flag zero."""
    reply = ask(SERVER, query(text, use_edns=0, ednsflags=flags, payload=4096))
    assert (reply.edns, reply.payload, reply.ednsflags & 0xFFFF) == (0, 1232, expected)


@pytest.mark.parametrize("version", [1, 2, 255])
def test_unknown_edns_versions(version: int) -> None:
    """BADVERS with our version and no answer (RFC 6891 section 6.1.3)."""
    message = query("www.example")
    message.use_edns(version)
    reply = ask(SERVER, message)
    assert (dns.rcode.to_text(reply.rcode()), reply.edns, reply.answer) == ("BADVERS", 0, [])


@pytest.mark.parametrize(
    ("code", "data"), [(3, b""), (8, b"\x00\x01\x18"), (11, b""), (12, bytes(40)), (65001, b"abc")]
)
def test_unknown_options_are_ignored(code: int, data: bytes) -> None:
    """Also known ones that say nothing to us: NSID, a malformed ECS, keepalive over UDP, padding."""
    reply = ask(SERVER, query("www.example", use_edns=0, options=[option(code, data)]))
    assert (reply.rcode(), reply.options, len(reply.answer)) == (dns.rcode.NOERROR, (), 1)


def test_cookies() -> None:
    """A client's cookie comes back with the server's half; sent again, it is kept."""
    first = ask(SERVER, query("www.example", use_edns=0, options=[option(10, b"12345678")]))
    cookie = cookie_of(first)
    assert (len(cookie), cookie[:8]) == (24, b"12345678")
    again = ask(SERVER, query("no.example", use_edns=0, options=[option(10, cookie)]))
    assert cookie_of(again) == cookie
    assert respond(SERVER, query("x", use_edns=0, options=[option(10, bytes(24))]).to_wire())


@pytest.mark.parametrize("size", [0, 7, 9, 15, 41])
def test_malformed_cookies(size: int) -> None:
    """A cookie of no proper length is FORMERR (RFC 7873 section 5.2.2)."""
    reply = ask(SERVER, query("www.example", use_edns=0, options=[option(10, bytes(size))]))
    assert (reply.rcode(), reply.answer) == (dns.rcode.FORMERR, [])


def test_cookies_can_be_off() -> None:
    """Without a secret the option is one of the unknown ones."""
    asked = query("www.example", use_edns=0, options=[option(10, b"12345678")])
    assert ask(responder(cookies=False), asked).options == ()


@pytest.mark.parametrize(
    ("response", "authoritative", "expected"),
    [
        pytest.param(Response(Rcode.NOERROR), False, [], id="nothing to say"),
        pytest.param(Response(Rcode.NXDOMAIN, cause="not linked"), False, [(0, "not linked")], id="a cause"),
        pytest.param(Response(Rcode.SERVFAIL, cause="loop"), False, [(0, "loop")], id="a loop"),
        pytest.param(Response(Rcode.SERVFAIL, timed_out=True, cause="not peered"), False, [(22, "not peered")], id="nobody"),
        pytest.param(Response(Rcode.SERVFAIL, unreached=True, cause="silent"), False, [(22, "silent")], id="nobody further on"),
        pytest.param(Response(Rcode.SERVFAIL, timed_out=True), False, [(22, None)], id="nobody, no text"),
        pytest.param(Response(Rcode.REFUSED), True, [(20, None)], id="not our zone"),
        pytest.param(Response(Rcode.REFUSED, cause="gone"), False, [(0, "gone")], id="refused by a resolver"),
    ],
)  # fmt: skip
def test_extended_errors(response: Response, authoritative: bool, expected: list[tuple[int, str | None]]) -> None:
    """The cause of a broken answer is in the answer, for clients with EDNS."""
    server = responder(lambda _: response, authoritative=authoritative)
    assert errors_of(ask(server, query("www.example", use_edns=0))) == expected
    assert int(ask(server, query("www.example")).rcode()) == response.rcode


def test_an_extended_error_never_pushes_records_out() -> None:
    """Where the text does not fit beside the answer, the answer goes alone, and TC is not set (RFC 8914 section 3)."""
    response = Response(Rcode.NOERROR, (big("x.example", 2),), cause="x" * 300)
    reply = ask(responder(lambda _: response), query("x.example", "TXT", use_edns=0, payload=512))
    assert (len(reply.answer), errors_of(reply), bool(reply.flags & dns.flags.TC)) == (1, [], False)


def test_unknown_tsig_keys() -> None:
    """Every key is unknown: NOTAUTH, and a TSIG record that says BADKEY (RFC 8945 section 5.2.1)."""
    keyring = dns.tsigkeyring.from_text({"key.": "c2l4dGVlbiBvY3RldHMhIQ=="})
    message = query("www.example")
    message.use_tsig(keyring)
    reply = respond(SERVER, message.to_wire())
    assert reply is not None
    assert reply[3] & 0xF == Rcode.NOTAUTH
    with pytest.raises(dns.tsig.PeerBadKey):
        dns.message.from_wire(reply, keyring=keyring, request_mac=message.request_mac)


# --- the law ----------------------------------------------------------------------------------------------------------


def test_a_failing_answerer_is_one_bad_answer() -> None:
    """An error inside is SERVFAIL for this question, and is told."""
    told: list[tuple[Question, Exception]] = []
    error = RuntimeError("broken")

    def fail(question: Question) -> Response:
        raise error

    server = Responder(fail, always(authoritative=True), on_error=lambda *what: told.append(what))
    reply = ask(server, query("Www.example", use_edns=0))
    assert (reply.rcode(), reply.answer) == (dns.rcode.SERVFAIL, [])
    assert told == [(Question(name("www.example"), 1), error)]


def test_records_that_cannot_be_packed_are_one_bad_answer() -> None:
    """Data that is no name where one has to be is SERVFAIL."""
    broken = Response(Rcode.NOERROR, (RRset(name("www.example"), 5, 1, (b"\x3fabc",)),))
    assert ask(responder(lambda _: broken), query("www.example")).rcode() == dns.rcode.SERVFAIL


PACKETS = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda head, rest: struct.pack("!6H", *head) + rest,
        st.tuples(st.integers(0, 65535), st.integers(0, 65535), *[st.integers(0, 3)] * 4),
        st.one_of(st.binary(max_size=100), names.map(lambda each: each + b"\x00\x01\x00\x01")),
    ),
)


@given(PACKETS, st.booleans())
def test_any_bytes(packet: bytes, tcp: bool) -> None:
    """Nothing raises; answers and half headers are not answered; the ID, opcode and RD come back, QR is set."""
    for server in (SERVER, RESOLVER):
        reply = respond(server, packet, tcp=tcp)
        if len(packet) < 12 or packet[2] & 0x80:
            assert reply is None
            continue
        assert reply is not None
        assert reply[:2] == packet[:2]
        assert reply[2] & 0xF9 == 0x80 | packet[2] & 0x79
        if not tcp:
            assert len(reply) <= 1232


@given(PACKETS.filter(lambda packet: len(packet) >= 12), st.booleans())
def test_answers_are_never_answered(packet: bytes, tcp: bool) -> None:
    """Two servers that send each other their answers fall silent at once."""
    reply = respond(SERVER, packet, tcp=tcp)
    assert reply is None or respond(SERVER, reply, tcp=tcp) is None


@given(
    names,
    st.integers(0, 65535).filter(lambda number: number not in (251, 252)),
    responses(),
    st.booleans(),
    st.booleans(),
)
def test_whatever_an_answerer_says_can_be_read(
    asked: bytes, number: int, response: Response, authoritative: bool, tcp: bool
) -> None:
    """Any question gets an answer that dnspython reads, from any response: rcode and flags are there."""
    server = responder(lambda _: response, authoritative=authoritative)
    message = dns.message.make_query(
        dns.name.from_wire(asked, 0)[0], dns.rdatatype.RdataType.make(number), use_edns=False
    )
    reply = ask(server, message, tcp=tcp)
    assert int(reply.rcode()) == response.rcode
    assert bool(reply.flags & dns.flags.AA) is response.authoritative
    assert bool(reply.flags & dns.flags.RA) is not authoritative
