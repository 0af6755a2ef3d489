"""Bytes that nobody should send, to a server as people run it: it lives, stays small, and answers the next good query.

Every run sends the same packets, but for the time in signatures: the seed is fixed. `ACRDNS_FUZZ_PACKETS` and
`ACRDNS_FUZZ_SEED` change how many and which; the slow part sends 100,000 over UDP and as many over TCP. What once broke
something is kept in `CASES`.
"""

from __future__ import annotations

import os
import random
import socket
import struct
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import dns.message
import dns.opcode
import dns.rrset
import dns.tsigkeyring
import pytest

from acrdns.names import wire
from tests.serve.running import SECONDS, ZONE, Running, addresses, connected, framed, take, topology
from tests.wire.exchange import option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

COUNT = int(os.environ.get("ACRDNS_FUZZ_PACKETS", "4000"))
MANY = max(COUNT, 100_000)
SEED = int(os.environ.get("ACRDNS_FUZZ_SEED", "20240229"))
WINDOW = 32
"""Packets that are under way at a time."""
GROWTH = 4096
"""KiB that a process may grow by, once it is warm."""

CASES = [
    bytes.fromhex("0001010000010000000000000377777707657861"),
    bytes.fromhex("000101000001000000000001c00c00010001"),
    bytes.fromhex("0001010000010000000000010000010001000029ffff0000ff00ffff"),
    bytes.fromhex("00010100000100000000000100000100010000290000000000000004000a0000"),
    b"\x00\x01\x01\x00\x00\x01" + bytes(6) + (b"\x3f" + b"\xff" * 63) * 3 + b"\x3d" + b"\x00" * 61 + b"\x00\x00\xff\x00\x01",
]  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """Serve a topology and a zone file."""
    tmp_path.joinpath("topology.yaml").write_text(topology())
    tmp_path.joinpath("example.zone").write_text(ZONE + "\n")
    files = (str(tmp_path / "topology.yaml"), "--zone-file", str(tmp_path / "example.zone"))
    with Running(*files, "--listen", "internet=127.0.0.1:0", "--listen", "hub=127.0.0.1:0") as running:
        yield running
        assert running.stop() == 0
        assert running.err.all() == []


KEY = """key "fuzz" { algorithm hmac-sha256; secret "bm9ib2R5IGtub3dzIHRoaXMga2V5"; };"""
KEYS = dns.tsigkeyring.from_text({"fuzz": ("hmac-sha256", "bm9ib2R5IGtub3dzIHRoaXMga2V5")})


@pytest.fixture
def everything(tmp_path: Path) -> Iterator[Running]:
    """Serve the same with all that looks at what strangers send: transfers, signatures, client subnets, metrics."""
    tmp_path.joinpath("topology.yaml").write_text(topology())
    tmp_path.joinpath("example.zone").write_text(ZONE + "\n")
    tmp_path.joinpath("key").write_text(KEY)
    tmp_path.joinpath("key").chmod(0o600)
    files = (str(tmp_path / "topology.yaml"), "--zone-file", str(tmp_path / "example.zone"))
    options = ("--ecs", "--by-client", "--workers", "2", "--metrics", "127.0.0.1:0", "--listen", "internet=127.0.0.1:0")
    feeding = ("--allow-transfer", "127.0.0.0/8", "--ixfr-journal", str(tmp_path / "journal"))
    with Running(
        *files, *options, *feeding, "--tsig-key", str(tmp_path / "key"), "--listen", "hub=127.0.0.1:0"
    ) as running:
        yield running
        assert running.stop() == 0
        assert [line for line in running.err.all() if "metrics and readiness" not in line] == []


def seeds() -> list[bytes]:
    """Return the good queries that bad ones are made of."""
    names = ["www.example", "contoso.azurecr.io", "a.wild.example", "big.example", "x.sub.example", ""]
    made = [dns.message.make_query(name, kind, use_edns=False) for name in names for kind in ("A", "TXT", "ANY")]
    for message in made[::2]:
        message.use_edns(0, 0x8000, 1232, options=[option(10, bytes(8)), option(8, bytes(4))])
    subnet = dns.message.make_query("contoso.azurecr.io", "A", use_edns=0, options=[option(8, b"\0\1\x18\0\x0a\0\0")])
    told = dns.message.make_query(
        "www.example", "A", use_edns=0, options=[option(15, b"\0\x16no"), option(12, bytes(9))]
    )
    transfers = [dns.message.make_query("example", kind, use_edns=False) for kind in ("AXFR", "IXFR", "SOA")]
    transfers[1].authority.append(dns.rrset.from_text("example.", 0, "IN", "SOA", ". . 1 0 0 0 0"))
    notify = dns.message.make_query("example", "SOA", use_edns=False)
    notify.set_opcode(dns.opcode.NOTIFY)
    plain = [message.to_wire() for message in (*made, subnet, told, *transfers, notify)]
    for message in (made[0], subnet, *transfers, notify):
        message.use_tsig(KEYS)
    unknown = wire("key") + struct.pack("!HHIH", 250, 255, 0, 40) + wire("hmac-sha256") + bytes(27)
    signed = [message.to_wire() for message in (made[0], subnet, *transfers, notify)]
    return [*plain, *signed, plain[1][:11] + b"\x01" + plain[1][12:] + unknown]


def mutate(chance: random.Random, packet: bytes) -> bytes:
    """Change a packet in one to four ways."""
    octets = bytearray(packet)
    for _ in range(chance.randint(1, 4)):
        position = chance.randrange(len(octets) + 1)
        match chance.randrange(8):
            case 0:
                octets[position : position + 1] = chance.randbytes(1)
            case 1:
                del octets[position:]
            case 2:
                octets[position:position] = chance.randbytes(chance.randint(1, 20))
            case 3:
                del octets[position : position + chance.randint(1, 8)]
            case 4:
                octets[4:12] = struct.pack("!4H", *(chance.choice((0, 1, 2, 65535)) for _ in range(4)))
            case 5:
                octets[2:4] = chance.randbytes(2)
            case 6:
                octets[position : position + 2] = struct.pack("!H", 0xC000 | chance.randrange(0x4000))
            case _:
                octets += octets[12:]
    return bytes(octets[: chance.choice((20, 60, 512, 4000))])


def packets(count: int, seed: int) -> Iterator[bytes]:
    """Return mutated packets, the kept cases first."""
    chance = random.Random(seed)
    good = seeds()
    yield from CASES
    for _ in range(count - len(CASES)):
        yield mutate(chance, chance.choice(good))


def flood_udp(where: tuple[str, int], count: int, seed: int) -> int:
    """Send bad packets in windows, each ended by a good query; the number of answers besides those."""
    good = dns.message.make_query("www.example", "A", id=0xFEED).to_wire()
    heard = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(SECONDS)
        asker.connect(where)
        for number, packet in enumerate(packets(count, seed), 1):
            asker.send(packet if not packet.startswith(b"\xfe\xed") else b"\x00" + packet[1:])
            if number % WINDOW and number != count:
                continue
            asker.send(good)
            while not (reply := asker.recv(65535)).startswith(b"\xfe\xed"):
                heard += 1
            assert dns.message.from_wire(reply).answer
    return heard


def flood_tcp(where: tuple[str, int], count: int, seed: int) -> None:
    """Send the same as frames of one connection after another: what can be framed can be answered."""
    good = framed(dns.message.make_query("www.example", "A", id=0xFEED).to_wire())
    stream = socket.create_connection(where, SECONDS)
    for number, packet in enumerate(packets(count, seed), 1):
        stream.sendall(framed(b"\x00" + packet[1:]))
        if number % WINDOW == 0:
            stream.sendall(good)
            while (reply := take(stream)) is not None and not reply.startswith(b"\xfe\xed"):
                pass
            assert reply is not None
            assert dns.message.from_wire(reply).answer
            stream.close()
            stream = socket.create_connection(where, SECONDS)
    stream.close()


def test_mutated_packets_over_udp(server: Running) -> None:
    """Most are answered, all are survived, and after every 32 a good query is answered in full."""
    where = server.address("internet")
    flood_udp(where, COUNT // 4, SEED + 1)
    with stays_small(server):
        assert flood_udp(where, COUNT, SEED) > COUNT // 4


def test_mutated_packets_over_tcp(server: Running) -> None:
    """The same holds for frames."""
    where = server.address("internet")
    flood_tcp(where, COUNT // 2, SEED + 1)
    with stays_small(server):
        flood_tcp(where, COUNT // 2, SEED)


@pytest.mark.slow
@pytest.mark.parametrize("served", ["server", "everything"])
@pytest.mark.parametrize("flood", [flood_udp, flood_tcp])
def test_a_hundred_thousand(
    request: pytest.FixtureRequest, served: str, flood: Callable[[tuple[str, int], int, int], object]
) -> None:
    """No number of packets makes any process of the server end, or grow once its bounded caches are full."""
    running: Running = request.getfixturevalue(served)
    flood(running.address("internet"), MANY, SEED + 1)
    with stays_small(running):
        flood(running.address("internet"), MANY, SEED)


@contextmanager
def stays_small(running: Running) -> Iterator[None]:
    """Hold the server to its processes and to their memory, all of them."""
    before, children = running.memory(), running.children()
    assert before.keys() == {running.process.pid, *children}
    yield
    assert running.children() == children
    assert grown(before, running.memory()) == {}


def grown(before: dict[int, int], after: dict[int, int]) -> dict[int, int]:
    """Return the processes that have grown by more than they may, with their memory."""
    assert after.keys() == before.keys()
    return {pid: size for pid, size in after.items() if size >= before[pid] + GROWTH}


def test_raw_bytes_over_tcp(server: Running) -> None:
    """Streams that are no frames at all: lengths that lie, ends in the middle, resets."""
    chance = random.Random(SEED)
    where = server.address("internet")
    for _ in range(COUNT // 20):
        with connected(where) as stream:
            stream.sendall(chance.randbytes(chance.randint(0, 3000)))
            match chance.randrange(3):
                case 0:
                    stream.shutdown(socket.SHUT_WR)
                    stream.settimeout(SECONDS)
                    try:
                        while stream.recv(65536):
                            pass
                    except ConnectionResetError:
                        pass
                case 1:
                    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                case _:
                    pass
    assert addresses(where, "www.example", tcp=True) == ["192.0.2.2"]


def test_idle_connections(server: Running) -> None:
    """Five hundred clients that say nothing, half a query, or nothing more keep nobody out.

    The second five hundred need no more memory than the first: neither while they are there nor afterwards, neither in
    the process that holds them nor in the workers, which meanwhile answer a hundred questions.
    """
    where = server.address("hub")
    with idle(where, 500):
        before = server.memory()
    with stays_small(server):
        with idle(where, 500):
            assert addresses(where, "contoso.azurecr.io", tcp=True) == ["10.0.0.7"]
            for _ in range(100):
                assert addresses(where, "contoso.azurecr.io") == ["10.0.0.7"]
            held = server.memory()
        assert addresses(where, "contoso.azurecr.io", tcp=True) == ["10.0.0.7"]
    assert len(held) > 1
    assert grown(before, held) == {}


@contextmanager
def idle(where: tuple[str, int], count: int) -> Iterator[None]:
    """Connect as often, and say nothing that is whole."""
    query = framed(dns.message.make_query("contoso.azurecr.io", "A").to_wire())
    with ExitStack() as stack:
        for number in range(count):
            stream = stack.enter_context(connected(where))
            stream.sendall((b"", query[: number % 40], b"\xff", b"\xff\xff")[number % 4])
            if number % 4 == 3:
                stream.shutdown(socket.SHUT_WR)
        assert addresses(where, "contoso.azurecr.io", tcp=True) == ["10.0.0.7"]  # they have all been taken
        yield


def test_more_connections_than_there_is_room_for(server: Running) -> None:
    """The quietest make room for new ones."""
    where = server.address("hub")
    with ExitStack() as stack:
        first = stack.enter_context(connected(where))
        for _ in range(1000):
            stack.enter_context(connected(where))
        assert addresses(where, "contoso.azurecr.io", tcp=True) == ["10.0.0.7"]
        assert take(first) is None
