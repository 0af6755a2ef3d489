"""The servers that `serve` compares: started together on free ports, on the server's core, with the same zone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.zone

from scripts.benchmarks._traffic import APEX
from tests.conformance.peers import SERVERS
from tests.free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from scripts.benchmarks._traffic import Question, Traffic

Answer = tuple[int, set[str]]
"""The rcode, and the data of the records in the answer section, in lower case."""
HERE = Path(__file__).parent
_SECONDS = 60.0
_PROGRAMS = {"NSD": "nsd", "Knot": "knotd", "BIND": "named", "dnsmasq": "dnsmasq"}


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    name: str
    port: int
    process: subprocess.Popen[bytes]


@dataclass(frozen=True)
class Served:
    """What servers serve: zone files by apex, and for ours the options that name the same."""

    zones: Mapping[str, Path]
    options: tuple[str, ...]
    known: str
    """A name that has an address."""
    vantage: str = ""
    """What stands before the address that ours listens on."""


@dataclass(frozen=True)
class Field:
    """What is served and asked, and what is right."""

    where: str
    """The vantage point that is asked; empty for a zone file."""
    served: Served
    traffic: Traffic
    oracle: Callable[[Question], Answer]


def one_zone(path: Path) -> Served:
    """Serve a zone that `_traffic.zone` wrote."""
    return Served({APEX: path}, ("--zone-file", str(path)), f"reg00000.{APEX}")


def compiled(source: str, folder: Path) -> str:
    """Compile a C file that lies here. Raises SystemExit without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise SystemExit("scripts/bench: the generator is C, and there is no compiler; install gcc")
    made = folder / Path(source).stem
    subprocess.run([compiler, "-O2", "-o", str(made), str(HERE / source)], check=True)
    return str(made)


def available(name: str) -> bool:
    """Return whether a server can be started here."""
    return name not in _PROGRAMS or _program(name) is not None


def _program(name: str) -> str | None:
    return shutil.which(_PROGRAMS[name], path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")


@contextmanager
def started(name: str, folder: Path, served: Served, workers: int, cores: set[int], *options: str) -> Iterator[Server]:
    """Start a server by name; `options` are for acrdns. It is ended on the way out."""
    place = folder / f"{served.vantage}{name.partition(',')[0].lower()}-{workers}-{len(options)}"
    place.mkdir()
    port = free_port()
    command = _command(name, place, served, port, workers, options)
    with (place / "output").open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, preexec_fn=lambda: os.sched_setaffinity(0, cores)  # noqa: PLW1509
        )  # fmt: skip
    try:
        _wait(name, port, served.known, process, place / "output")
        yield Server(name, port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _command(name: str, place: Path, served: Served, port: int, workers: int, options: Sequence[str]) -> list[str]:
    if name.startswith("acrdns"):
        listen = ("--listen", f"{served.vantage}127.0.0.1:{port}", "--workers", str(workers))
        return [sys.executable, "-m", "acrdns", "serve", *served.options, *listen, *options]
    if name == "echo":
        return [compiled("_echo.c", place), "127.0.0.1", str(port)]
    if name == "dnslib":
        return [sys.executable, "-m", "scripts.benchmarks._dnslib", str(served.zones[APEX]), str(port)]
    program = _program(name)
    assert program is not None
    if name == "dnsmasq":
        return _dnsmasq(program, place, served.zones[APEX], port)
    return SERVERS[_PROGRAMS[name]](program, place, port, served.zones, workers)


def _dnsmasq(program: str, place: Path, zone: Path, port: int) -> list[str]:
    rows = (line.split() for line in zone.read_text(encoding="ascii").splitlines()[3:])
    hosts = "".join(f"{row[2]} {row[0].rstrip('.')}\n" for row in rows if row[1] in ("A", "AAAA") and row[0] != "ns1")
    (place / "hosts").write_text(hosts, encoding="ascii")
    fixed = ["-k", "-C", "/dev/null", "-x", "--bind-interfaces", "--no-resolv", "--no-hosts", "--local-ttl=300"]
    own = (f"--addn-hosts={place / 'hosts'}", f"--local=/{APEX.rstrip('.')}/", f"--port={port}")
    user = ("--user=root",) if os.getuid() == 0 else ()
    return [program, *fixed, "--cache-size=10000", *own, "--listen-address=127.0.0.1", *user]


def _wait(name: str, port: int, known: str, process: subprocess.Popen[bytes], output: Path) -> None:
    query = dns.message.make_query(known, "A")
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            reply = dns.query.udp(query, "127.0.0.1", 0.5, port)
        except (OSError, dns.exception.DNSException):
            time.sleep(0.05)
            continue
        if name == "echo" or reply.answer:
            return
    raise SystemExit(f"scripts/bench: {name} does not answer:\n{output.read_text(errors='replace')[-2000:]}")


class Oracle:
    """What the zone says, by dnspython's reading of it: the full resolution that answers are held against."""

    def __init__(self, text: str) -> None:
        self._zone = dns.zone.from_text(text, APEX, relativize=False)

    def __call__(self, question: Question) -> Answer:
        """Answer a question."""
        name = dns.name.from_text(question[0])
        found = self._zone.get_rrset(name, dns.rdatatype.RdataType.make(question[1]))
        rcode = dns.rcode.NXDOMAIN if self._zone.get_node(name) is None else dns.rcode.NOERROR
        return rcode, {item.to_text() for item in found or ()}


def check(oracle: Callable[[Question], Answer], server: Server, questions: Sequence[Question]) -> None:
    """Ask questions one by one. Raises SystemExit at the first answer that is wrong."""
    for question in questions:
        query = dns.message.make_query(question[0], dns.rdatatype.RdataType.make(question[1]), use_edns=0, payload=1232)
        reply = dns.query.udp(query, "127.0.0.1", 5, server.port)
        got = (reply.rcode(), {item.to_text().lower() for rrset in reply.answer for item in rrset})
        expected = oracle(question)
        if got != expected:
            raise SystemExit(f"scripts/bench: {server.name} answers {question[0]} with {got}, not {expected}")
