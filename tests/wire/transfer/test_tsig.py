from __future__ import annotations

import dns.message
import dns.name
import dns.rcode
import dns.tsig
import pytest

from acrdns.names import name
from acrdns.record import Rcode
from acrdns.wire.message import reply
from acrdns.wire.message.query import Query, read
from acrdns.wire.transfer.keyfile import ALGORITHMS, Key
from acrdns.wire.transfer.tsig import Signer

NOW = 1_700_000_000
SECRET = b"a secret of some length"


def _key(algorithm: str = "hmac-sha256", secret: bytes = SECRET, owner: str = "transfer.example") -> Key:
    return Key(name(owner), algorithm, secret)


def _theirs(key: Key) -> dns.tsig.Key:
    algorithm = dns.tsig.HMAC_MD5 if key.algorithm == "hmac-md5" else dns.name.from_text(key.algorithm)
    return dns.tsig.Key(dns.name.from_wire(key.name, 0)[0], key.secret, algorithm)


def _ask(key: Key, now: int, monkeypatch: pytest.MonkeyPatch) -> tuple[dns.message.QueryMessage, bytes, Query]:
    """Have dnspython sign a query at a time."""
    monkeypatch.setattr("time.time", lambda: now)
    message = dns.message.make_query("example.", "SOA")
    message.use_tsig(_theirs(key))
    packet = message.to_wire()
    query = read(packet)
    assert query is not None
    return message, packet, query


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_what_dnspython_signs_is_accepted_and_the_other_way_round(
    algorithm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query signed there is judged here, the reply signed here is judged there."""
    key = _key(algorithm)
    message, packet, query = _ask(key, NOW, monkeypatch)
    signer = Signer.judge(packet, query, {key.name: key}, NOW)
    assert isinstance(signer, Signer)
    bare = reply.error(query, Rcode.REFUSED)
    answer = signer.sign(bare, NOW)
    assert len(answer) == len(bare) + signer.room
    read_back = dns.message.from_wire(answer, keyring=message.keyring, request_mac=message.mac)
    assert read_back.had_tsig
    assert read_back.rcode() == dns.rcode.REFUSED


def _told(packet: bytes, query: Query, keys: list[Key], now: int = NOW) -> dns.message.Message:
    answer = Signer.judge(packet, query, {key.name: key for key in keys}, now)
    assert isinstance(answer, bytes)
    told = dns.message.from_wire(answer, keyring=False, continue_on_error=True)
    assert told.rcode() == dns.rcode.NOTAUTH
    assert told.id == query.id
    return told


@pytest.mark.parametrize(
    ("known", "error"),
    [
        ([], dns.rcode.BADKEY),
        ([_key(owner="other.example")], dns.rcode.BADKEY),
        ([_key("hmac-sha512")], dns.rcode.BADKEY),
        ([_key(secret=b"another secret")], dns.rcode.BADSIG),
    ],
    ids=["no keys", "unknown key", "another algorithm", "another secret"],
)
def test_a_wrong_signature_is_turned_away_without_one(
    known: list[Key], error: dns.rcode.Rcode, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 8945 section 5.2.1 and 5.2.2: NOTAUTH, the error in the TSIG, and no MAC."""
    _, packet, query = _ask(_key(), NOW, monkeypatch)
    told = _told(packet, query, known).tsig
    assert told is not None
    assert (told[0].error, told[0].mac, told[0].time_signed) == (error, b"", NOW)


@pytest.mark.parametrize("skew", [-301, 301, 10**6])
def test_a_wrong_time_is_told_ours(skew: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8945 section 5.2.3: BADTIME, signed, with our time."""
    key = _key()
    _, packet, query = _ask(key, NOW, monkeypatch)
    told = _told(packet, query, [key], NOW + skew).tsig
    assert told is not None
    assert told[0].error == dns.rcode.BADTIME
    assert int.from_bytes(told[0].other, "big") == NOW + skew
    assert told[0].time_signed == NOW
    assert told[0].mac


@pytest.mark.parametrize("skew", [-300, 0, 300])
def test_clocks_may_differ_by_five_minutes(skew: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8945 section 10: the fudge."""
    key = _key()
    _, packet, query = _ask(key, NOW, monkeypatch)
    assert isinstance(Signer.judge(packet, query, {key.name: key}, NOW + skew), Signer)


def test_a_changed_packet_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever octet of the question changes on the way."""
    key = _key()
    _, packet, _ = _ask(key, NOW, monkeypatch)
    changed = packet[:13] + bytes((packet[13] ^ 1,)) + packet[14:]
    query = read(changed)
    assert query is not None
    assert isinstance(Signer.judge(changed, query, {key.name: key}, NOW), bytes)


def test_an_unreadable_tsig_is_a_format_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """RFC 8945 section 5.2: FORMERR."""
    key = _key()
    _, packet, query = _ask(key, NOW, monkeypatch)
    cut = query.tsig[:-40]
    broken = Query(query.id, query.flags, query.question, None, cut)
    answer = Signer.judge(packet[:-40], broken, {key.name: key}, NOW)
    assert isinstance(answer, bytes)
    assert answer[3] & 0xF == Rcode.FORMERR


def test_a_key_may_be_named_like_the_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clients then compress its name, which section 4.2 does not forbid."""
    key = _key(owner="example")
    _, packet, query = _ask(key, NOW, monkeypatch)
    assert isinstance(Signer.judge(packet, query, {key.name: key}, NOW), Signer)
