"""The same packets to NSD, to Knot and to us: where the RFCs leave room, we do what one of the two does."""

from __future__ import annotations

import itertools
import socket
import struct
import subprocess
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query
import pytest

from acrdns.names import wire
from tests.free_ports import free_port
from tests.serve.running import SECONDS, ZONE, Running, framed, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.interop

NSD = """
server:
  ip-address: 127.0.0.1@{port}
  database: ""
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  xfrdir: "{folder}"
  zonelistfile: "{folder}/zone.list"
  logfile: "{folder}/nsd.log"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: example
  zonefile: example.zone
"""

KNOT = """
server:
  listen: 127.0.0.1@{port}
  rundir: {folder}/knot
  identity: ""
  nsid: ""
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: {folder}/knot
zone:
  - domain: example
    storage: {folder}
    file: example.zone
    zonefile-sync: -1
    journal-content: none
"""


@contextmanager
def peer(command: list[str], port: int) -> Iterator[tuple[str, int]]:
    """Run another server until it answers, and end it."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _until_it_answers(port)
            yield "127.0.0.1", port
        finally:
            process.terminate()
            process.wait(SECONDS)


def _until_it_answers(port: int) -> None:
    query = dns.message.make_query("www.example", "A")
    for _ in range(int(SECONDS / 0.1)):
        try:
            dns.query.udp(query, "127.0.0.1", 0.1, port)
        except (dns.exception.Timeout, OSError):
            continue
        return
    pytest.fail(f"no answer on port {port}")


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], str]
) -> Iterator[dict[str, tuple[str, int]]]:
    """Serve one zone by NSD, Knot and acrdns."""
    folder: Path = tmp_path_factory.mktemp("peers")
    folder.joinpath("example.zone").write_text(ZONE + "\n")
    folder.joinpath("knot").mkdir()
    ports = {"nsd": free_port(), "knot": free_port()}
    folder.joinpath("nsd.conf").write_text(NSD.format(port=ports["nsd"], folder=folder))
    folder.joinpath("knot.conf").write_text(KNOT.format(port=ports["knot"], folder=folder))
    with ExitStack() as stack:
        nsd = stack.enter_context(peer([program("nsd"), "-d", "-c", str(folder / "nsd.conf")], ports["nsd"]))
        knot = stack.enter_context(peer([program("knotd"), "-c", str(folder / "knot.conf")], ports["knot"]))
        ours = Running("--zone-file", str(folder / "example.zone"), "--listen", "127.0.0.1:0")
        yield {"nsd": nsd, "knot": knot, "ours": stack.enter_context(ours).places[0][1]}


NUMBERS = itertools.count()

# --- packets ----------------------------------------------------------------------------------------------------------


def message(
    name: str = "www.example",
    number: int = 1,
    rclass: int = 1,
    flags: int = 0,
    counts: tuple[int, ...] = (1, 0, 0, 0),
    rest: bytes = b"",
) -> bytes:
    """Write a message with one question and whatever follows."""
    return struct.pack("!6H", 0x1234, flags, *counts) + wire(name) + struct.pack("!HH", number, rclass) + rest


def opt(size: int = 1232, extended: int = 0, version: int = 0, flags: int = 0, options: bytes = b"") -> bytes:
    """Write an OPT record."""
    return struct.pack("!BHHBBHH", 0, 41, size, extended, version, flags, len(options)) + options


def option(code: int, data: bytes) -> bytes:
    """Write an EDNS option."""
    return struct.pack("!HH", code, len(data)) + data


def edns(name: str = "www.example", number: int = 1, **fields: int | bytes) -> bytes:
    """Write a query with EDNS."""
    return message(name, number, counts=(1, 0, 0, 1), rest=opt(**fields))  # type: ignore[arg-type]


A = wire("x.example") + struct.pack("!HHIH", 1, 1, 5, 4) + bytes(4)
SOA_DATA = wire("a") + wire("b") + bytes(20)
SOA = wire("example") + struct.pack("!HHIH", 6, 1, 0, len(SOA_DATA)) + SOA_DATA
TSIG_DATA = wire("hmac-sha256") + bytes(6) + b"\x01\x2c\x00\x20" + bytes(32) + b"\x12\x34" + bytes(4)
TSIG = wire("nokey") + struct.pack("!HHIH", 250, 255, 0, len(TSIG_DATA)) + TSIG_DATA
HEADER = struct.pack("!6H", 0x1234, 0, 1, 0, 0, 0)

PACKETS = {
    "plain": message(),
    "recursion desired": message(flags=0x0100),
    "AD and CD": message(flags=0x0030),
    "reserved flag": message(flags=0x0040),
    "flags of answers": message(flags=0x0680),
    "an rcode": message(flags=0x0005),
    "an answer": message(flags=0x8000),
    "eleven octets": HEADER[:11],
    "no question": message(counts=(0, 0, 0, 0))[:12],
    "two questions": message(counts=(2, 0, 0, 0), rest=message()[12:]),
    "question missing": HEADER,
    "record in the answer section": message(counts=(1, 1, 0, 0), rest=A),
    "record in the authority section": message(counts=(1, 0, 1, 0), rest=SOA),
    "record in the additional section": message(counts=(1, 0, 0, 1), rest=A),
    "record and OPT": message(counts=(1, 0, 0, 2), rest=A + opt()),
    "records missing": message(counts=(1, 65535, 0, 0)),
    "octets left over": message(rest=b"zz"),
    "octets left over after OPT": message(counts=(1, 0, 0, 1), rest=opt() + b"zz"),
    "compressed name": HEADER + b"\xc0\x0c\x00\x01\x00\x01",
    "compressed end of a name": HEADER + b"\x03www\xc0\x0c\x00\x01\x00\x01",
    "label type 01": HEADER + b"\x41\x01\x00\x00\x01\x00\x01",
    "name too long": HEADER + (b"\x3f" + b"a" * 63) * 4 + b"\x00\x00\x01\x00\x01",
    "name cut": HEADER + b"\x03ww",
    "class missing": message()[:-2],
    "EDNS": edns(),
    "EDNS, DO": edns(flags=0x8000),
    "EDNS, all flags": edns(flags=0xFFFF),
    "EDNS, extended rcode": edns(extended=7),
    "EDNS version 1": edns(version=1),
    "EDNS version 255, unknown name": edns("no.example", version=255),
    "EDNS version 1, other zone": edns("elsewhere", version=1),
    "EDNS, unknown option": edns(options=option(65001, b"abc")),
    "EDNS, NSID": edns(options=option(3, b"")),
    "EDNS, client subnet": edns(options=option(8, b"\x00\x01\x18\x00\x0a\x00\x00")),
    "EDNS, malformed client subnet": edns(options=option(8, b"\x00\x01\x18")),
    "EDNS, keepalive": edns(options=option(11, b"")),
    "EDNS, padding": edns(options=option(12, bytes(20))),
    "EDNS, option too long": edns(options=b"\x00\x0a\x00\x20abc"),
    "EDNS, option cut": edns(options=b"\x00\x0a\x00"),
    "two OPT": message(counts=(1, 0, 0, 2), rest=opt() * 2),
    "OPT in the answer section": message(counts=(1, 1, 0, 0), rest=opt()),
    "OPT in the authority section": message(counts=(1, 0, 1, 0), rest=opt()),
    "OPT promised": message(counts=(1, 0, 0, 1)),
    "OPT cut": edns()[:-2],
    "too large without EDNS": message("big.example", 16),
    "too large, size 0": edns("big.example", 16, size=0),
    "too large, size 600": edns("big.example", 16, size=600),
    "too large, size 65535": edns("big.example", 16, size=65535),
    "opcode STATUS": message(flags=0x1000),
    "opcode UPDATE": message("example", 6, flags=0x2800),
    "opcode 15": message(flags=0x7900),
    "opcode 15, EDNS": message(flags=0x7900, counts=(1, 0, 0, 1), rest=opt()),
    "opcode 15, EDNS version 3": message(flags=0x7900, counts=(1, 0, 0, 1), rest=opt(version=3)),
    "opcode 15, garbage": struct.pack("!6H", 0x1234, 0x7900, 1, 0, 0, 0) + b"\xff\xff",
    "class HS": message(rclass=4),
    "class NONE": message(rclass=254),
    "class 1000": message(rclass=1000),
    "class ANY": message(rclass=255),
    "class ANY, unknown name": message("no.example", rclass=255),
    "class ANY, other zone": message("elsewhere", rclass=255),
    "class CH, our name": message(rclass=3),
    "other zone": message("elsewhere", flags=0x0100),
    "other zone, EDNS": edns("elsewhere"),
    "root": message(""),
    "unknown name": message("no.example"),
    "unknown type": message(number=15),
    "alias": message("alias.example"),
    "alias, mixed case": message("aLiAs.eXamPle"),
    "wildcard": message("a.b.wild.example"),
    "wildcard, mixed case": message("A.b.WILD.example"),
    "delegation": message("x.sub.example"),
    "ANY": message(number=255),
    "ANY, alias": message("alias.example", 255),
    "ANY, unknown name": message("no.example", 255),
    **{f"type {number}": message(number=number) for number in (0, 24, 30, 41, 43, 46, 128, 249, 250, 253, 254, 65280, 65535)},
    "AXFR over UDP": message("example", 252),
    "AXFR over UDP, other zone": message("elsewhere", 252),
    "IXFR over UDP": message("example", 251, counts=(1, 0, 1, 0), rest=SOA),
    "TSIG with an unknown key": message(counts=(1, 0, 0, 1), rest=TSIG),
    "OPT and TSIG": message(counts=(1, 0, 0, 2), rest=opt() + TSIG),
    "TSIG and OPT": message(counts=(1, 0, 0, 2), rest=TSIG + opt()),
    "TSIG cut": message(counts=(1, 0, 0, 1), rest=TSIG[:-3]),
    "TSIG in the answer section": message(counts=(1, 1, 0, 0), rest=TSIG),
}  # fmt: skip


def summary(packet: bytes | None) -> object:
    """Say what matters of an answer: flags, rcode, EDNS, and the answer section.

    Authority and additional records are left to the tests of lookups: NSD adds more of them than the others.
    """
    if packet is None:
        return "no answer"
    flags = int.from_bytes(packet[2:4], "big")
    reply = dns.message.from_wire(packet, keyring=False, one_rr_per_rrset=True)
    edns_said = (reply.edns, reply.ednsflags, reply.payload) if reply.edns >= 0 else None
    answer = sorted((rrset.name.to_text(), rrset.to_text()) for rrset in reply.answer)
    return (f"{flags:04x}", edns_said, answer)


def send(where: tuple[str, int], packet: bytes, *, tcp: bool = False) -> bytes | None:
    """Send one packet and receive what comes back; a good query right behind it shows that nothing did.

    That one is for a new name each time: what a server has at hand may overtake what it has to work out.
    """
    probe = b"\xee\xee" + message(f"probe{next(NUMBERS)}.wild.example")[2:]
    if tcp:
        with socket.create_connection(where, SECONDS) as stream:
            stream.sendall(framed(packet))
            stream.shutdown(socket.SHUT_WR)
            return take(stream)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.settimeout(SECONDS)
        asker.connect(where)
        asker.send(packet)
        asker.send(probe)
        received = asker.recv(65535)
        return None if received.startswith(b"\xee\xee") else received


@pytest.mark.parametrize("title", PACKETS)
def test_as_nsd_or_knot(servers: dict[str, tuple[str, int]], title: str) -> None:
    """Flags, rcode, EDNS and answers are those of one of the two, of both where they agree."""
    said = {name: summary(send(where, PACKETS[title])) for name, where in servers.items()}
    assert said["ours"] in (said["nsd"], said["knot"])


@pytest.mark.parametrize("title", [title for title in PACKETS if "over UDP" not in title and "answer" not in title])
def test_tcp_answers_as_udp_does(servers: dict[str, tuple[str, int]], title: str) -> None:
    """What is answered over UDP is answered over TCP in the same way, but for truncation."""
    over_udp, over_tcp = (send(servers["ours"], PACKETS[title], tcp=tcp) for tcp in (False, True))
    if over_udp is not None and over_udp[2] & 0x02:
        assert over_tcp is not None
        assert len(over_tcp) > len(over_udp)
    else:
        assert over_tcp == over_udp


def test_the_question_comes_back(servers: dict[str, tuple[str, int]]) -> None:
    """Where the question could be read, ours has it back in its letter case, whatever the rcode; Knot does the same."""
    for title, packet in PACKETS.items():
        reply = send(servers["ours"], packet)
        if reply is None or reply[4:6] == b"\x00\x00":
            continue
        end = packet.index(b"\x00", 12) + 5
        assert reply[12:].startswith(packet[12:end]), title
