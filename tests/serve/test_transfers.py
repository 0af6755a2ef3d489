from __future__ import annotations

import re
import socket
import subprocess
from typing import TYPE_CHECKING

import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.tsig
import dns.xfr
import dns.zone
import pytest

from tests.serve.running import SECONDS, Running, topology

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = 'key "transfer.example" { algorithm hmac-sha256; secret "YSBzZWNyZXQgb2Ygc29tZSBsZW5ndGg="; };\n'
THEIRS = dns.tsig.Key("transfer.example", b"a secret of some length", dns.tsig.HMAC_SHA256)
LISTEN = ("--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0")
ALLOW = ("--allow-transfer", "127.0.0.0/8")
ZONE = "privatelink.azurecr.io."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a topology file."""
    path = tmp_path / "topology.yaml"
    path.write_text(topology())
    return path


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a key file."""
    path = tmp_path / "transfer.key"
    path.write_text(KEY)
    return path


def take(
    address: tuple[str, int], zone: str = ZONE, old: dns.zone.Zone | None = None, key: dns.tsig.Key | None = None
) -> dns.zone.Zone:
    """Transfer a zone: whole, or from an old version on."""
    taken = old or dns.zone.Zone(zone)
    query, _serial = dns.xfr.make_query(taken, keyring=key)
    dns.query.inbound_xfr(address[0], taken, query, port=address[1], timeout=SECONDS, lifetime=SECONDS)
    return taken


def serial(taken: dns.zone.Zone) -> int:
    """Return a zone's serial."""
    return int(taken.get_soa().serial)


def addresses(taken: dns.zone.Zone, owner: str = "contoso") -> list[str]:
    """Return the A records of a name."""
    return [rdata.address for rdata in taken.get_rdataset(owner, "A") or []]


def udp(address: tuple[str, int], name: str, kind: str, key: dns.tsig.Key | None = None) -> dns.message.Message:
    """Ask over UDP."""
    query = dns.message.make_query(name, kind)
    if key is not None:
        query.use_tsig(key)
    return dns.query.udp(query, address[0], port=address[1], timeout=SECONDS)


def test_nothing_is_transferred_by_default(file: Path) -> None:
    """REFUSED, for every zone."""
    with Running(str(file), *LISTEN) as server, pytest.raises(dns.xfr.TransferError, match="REFUSED"):
        take(server.address("hub"))


def test_each_address_transfers_its_own_view(file: Path) -> None:
    """The private zone where it is linked, the public one elsewhere."""
    with Running(str(file), *LISTEN, *ALLOW) as server:
        assert addresses(take(server.address("hub"))) == ["10.0.0.7"]
        assert addresses(take(server.address("internet"))) == []
        catalog = take(server.address("hub"), "catalog.hub.acrdns.invalid.")
        assert ZONE in [
            rdata.to_text(origin=catalog.origin, relativize=False) for _, _, rdata in catalog.iterate_rdatas("PTR")
        ]
        with pytest.raises(dns.xfr.TransferError, match="NOTAUTH"):
            take(server.address("hub"), "catalog.internet.acrdns.invalid.")


def test_the_soa_is_the_same_over_udp_tcp_and_in_the_transfer(file: Path) -> None:
    """Secondaries ask for it before they transfer; it has AA, also at an address that stands for a resolver."""
    with Running(str(file), *LISTEN, *ALLOW, "--workers", "2") as server:
        address = server.address("hub")
        taken = serial(take(address))
        for _ in range(8):  # each worker, and from its cache
            answer = udp(address, ZONE, "SOA")
            assert answer.answer[0][0].serial == taken
            assert answer.flags & dns.flags.AA
        missing = udp(address, "nobody." + ZONE, "A")
        assert missing.authority[0][0].serial == taken
        catalog = udp(address, "catalog.hub.acrdns.invalid.", "SOA")
        assert catalog.rcode() == dns.rcode.NOERROR


def test_with_a_key_transfers_have_to_be_signed(file: Path, key: Path) -> None:
    """Also signed questions are answered signed; a foreign key is turned away."""
    with Running(str(file), *LISTEN, *ALLOW, "--tsig-key", str(key)) as server:
        address = server.address("hub")
        assert addresses(take(address, key=THEIRS)) == ["10.0.0.7"]
        with pytest.raises(dns.xfr.TransferError, match="REFUSED"):
            take(address)
        with pytest.raises(dns.tsig.PeerBadKey):
            take(address, key=dns.tsig.Key("other.example", b"x"))
        with pytest.raises(dns.tsig.PeerBadSignature):
            take(address, key=dns.tsig.Key("transfer.example", b"x", dns.tsig.HMAC_SHA256))
        answer = udp(address, "contoso.azurecr.io", "A", THEIRS)
        assert answer.had_tsig
        assert len(answer.answer) == 2


def test_a_reload_is_a_new_version_with_differences(file: Path) -> None:
    """IXFR leads from the old version to the new one; a zone that did not change keeps its serial."""
    with Running(str(file), *LISTEN, *ALLOW) as server:
        address = server.address("hub")
        old, other = take(address), take(address, "azurecr.io.")
        before = serial(old)
        file.write_text(topology("10.0.0.70"))
        server.hang_up()
        server.err.until("^reloaded")
        new = take(address, old=old)
        assert addresses(new) == ["10.0.0.70"]
        assert serial(new) > before
        assert serial(take(address, "azurecr.io.")) == serial(other)
        assert udp(address, ZONE, "SOA").answer[0][0].serial == serial(new)


def test_serials_survive_sigkill(file: Path, tmp_path: Path) -> None:
    """With a journal, a restart goes on where it was, with the differences."""
    journal = ("--ixfr-journal", str(tmp_path / "journal"))
    with Running(str(file), *LISTEN, *ALLOW, *journal) as server:
        old = take(server.address("hub"))
        before = serial(old)
        file.write_text(topology("10.0.0.70"))
        server.hang_up()
        server.err.until("^reloaded")
        after = serial(take(server.address("hub")))
        server.process.kill()
        server.process.wait()
    with Running(str(file), *LISTEN, *ALLOW, *journal) as server:
        assert after > before
        assert serial(take(server.address("hub"))) == after
        assert addresses(take(server.address("hub"), old=old)) == ["10.0.0.70"]


def test_two_servers_do_not_share_a_journal(file: Path, tmp_path: Path) -> None:
    """The second one says so, and ends with 2."""
    journal = ("--ixfr-journal", str(tmp_path / "journal"))
    with Running(str(file), *LISTEN, *ALLOW, *journal):
        second = Running(str(file), *LISTEN, *ALLOW, *journal)
        try:
            second.err.until("another server uses this directory")
            assert second.process.wait(SECONDS) == 2
        finally:
            second.__exit__()


def test_other_queries_on_the_connection_are_answered_in_their_order(file: Path, tmp_path: Path) -> None:
    """Before and after a transfer of many messages; the last of them after the client has closed its half."""
    zone = tmp_path / "large.example.zone"
    hosts = "".join(f"host{number} A 192.0.2.{number % 250}\n" for number in range(5000))
    zone.write_text(
        f"$ORIGIN large.example.\n$TTL 60\n@ SOA ns1 host 7 3600 300 2419200 60\n@ NS ns1\nns1 A 192.0.2.1\n{hosts}"
    )
    queries = [dns.message.make_query(name, kind) for name, kind in (
        ("www.azurecr.io", "A"), ("large.example", "AXFR"), ("host1.large.example", "A"), ("large.example", "AXFR"),
    )]  # fmt: skip
    with (
        Running(str(file), "--zone-file", str(zone), *LISTEN, *ALLOW) as server,
        socket.create_connection(server.address("internet"), SECONDS) as connection,
        connection.makefile("rb") as stream,
    ):
        connection.sendall(b"".join(query.to_wire(prepend_length=True) for query in queries))
        connection.shutdown(socket.SHUT_WR)
        replies = []
        while length := stream.read(2):
            replies.append(dns.message.from_wire(stream.read(int.from_bytes(length, "big")), xfr=True))
    order = [reply.id for number, reply in enumerate(replies) if not number or replies[number - 1].id != reply.id]
    assert order == [query.id for query in queries]
    for index in (1, 3):
        records = sum(len(rrset) for reply in replies if reply.id == queries[index].id for rrset in reply.answer)
        assert records == 5000 + 4


def test_a_client_that_does_not_read_holds_nobody_up(file: Path, tmp_path: Path) -> None:
    """Its transfer waits; others get theirs."""
    zone = tmp_path / "large.example.zone"
    hosts = "".join(f"host{number} A 192.0.2.{number % 250}\n" for number in range(8_000))
    zone.write_text(
        f"$ORIGIN large.example.\n$TTL 60\n@ SOA ns1 host 7 3600 300 2419200 60\n@ NS ns1\nns1 A 192.0.2.1\n{hosts}"
    )
    query = dns.message.make_query("large.example", "AXFR").to_wire(prepend_length=True)
    with Running(str(file), "--zone-file", str(zone), *LISTEN, *ALLOW) as server:
        lazy = [socket.socket() for _ in range(5)]
        for connection in lazy:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(server.address("internet"))
            connection.sendall(query)
        assert serial(take(server.address("internet"), "large.example.")) == 7
        for connection in lazy:
            connection.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--allow-transfer", "nonsense"),
            "--allow-transfer nonsense: 'nonsense' does not appear to be an IPv4 or IPv6 network; write ADDR or ADDR/BITS",
        ),
        (("--notify", "nonsense"), "--notify nonsense: 'nonsense' is no IP address"),
        (("--tsig-key", "missing.key"), "missing.key:1: cannot be read: no such file or directory"),
    ],
)
def test_wrong_options_end_with_2(arguments: tuple[str, ...], message: str, file: Path) -> None:
    """With the option and the remedy."""
    server = Running(str(file), *LISTEN, *arguments)
    try:
        assert server.process.wait(SECONDS) == 2
        assert message in server.err.all()[-1]
    finally:
        server.__exit__()


def test_a_key_file_that_is_wrong_ends_with_2(file: Path, key: Path) -> None:
    """With its line, and without the secret."""
    key.write_text(KEY.replace("secret", "secert"))
    server = Running(str(file), *LISTEN, *ALLOW, "--tsig-key", str(key))
    try:
        assert server.process.wait(SECONDS) == 2
        said = "".join(server.err.all())
        assert re.search(rf"{re.escape(str(key))}:\d+: 'secert' is no part of a key", said)
        assert KEY.split('"')[3] not in said
    finally:
        server.__exit__()


def test_ixfr_over_udp_or_from_an_unknown_version(file: Path) -> None:
    """UDP gets the SOA alone, which means TCP (RFC 1995 section 2); over TCP the whole zone comes (section 4)."""
    with Running(str(file), *LISTEN, *ALLOW) as server:
        address = server.address("hub")
        now = serial(take(address))
        query = dns.message.make_query(ZONE, "IXFR")
        query.authority = [dns.rrset.from_text(ZONE, 0, "IN", "SOA", f". . {now - 1000} 0 0 0 0")]
        single = dns.query.udp(query, address[0], SECONDS, address[1])
        assert [(rrset.rdtype, len(rrset)) for rrset in single.answer] == [(dns.rdatatype.SOA, 1)]
        assert single.answer[0][0].serial == now
        whole = dns.query.tcp(query, address[0], SECONDS, address[1], one_rr_per_rrset=True)
        kinds = [rrset.rdtype for rrset in whole.answer]
        assert kinds[0] == kinds[-1] == dns.rdatatype.SOA
        assert kinds[1] != dns.rdatatype.SOA
        assert kinds.count(dns.rdatatype.SOA) == 2


def test_dig_and_kdig_take_a_zone(file: Path, key: Path, program: Callable[[str], str]) -> None:
    """Signed, as people try it out."""
    with Running(str(file), *LISTEN, *ALLOW, "--tsig-key", str(key)) as server:
        host, port = server.address("hub")
        dig = [program("dig"), f"@{host}", "-p", str(port), "-k", str(key), ZONE, "AXFR", "+noall", "+answer"]
        run = subprocess.run(dig, capture_output=True, text=True, check=True)
        assert run.stdout.count("\tSOA\t") == 2
        assert "10.0.0.7" in run.stdout
        secret = KEY.split('"')[3]
        kdig = [program("kdig"), f"@{host}", "-p", str(port), "-y", f"hmac-sha256:transfer.example:{secret}"]
        run = subprocess.run([*kdig, ZONE, "IXFR=1"], capture_output=True, text=True, check=True)
        assert "10.0.0.7" in run.stdout
        assert "error" not in (run.stdout + run.stderr).lower().replace("noerror", "")
