"""NSD, Knot and BIND on free ports of 127.0.0.1, each serving the same zone files."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

from tests.free_ports import free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

START = 60.0
"""Seconds that a server has to start in."""
PATIENCE = 20.0
"""Seconds to wait for one response."""
AT_ONCE = 64
"""Questions that are under way: few enough for any socket's buffer, so none is lost."""


@dataclass(frozen=True)
class Peer:
    """A running server."""

    name: str
    port: int

    def ask(self, queries: Sequence[bytes]) -> list[bytes]:
        """Ask over UDP, some dozens of questions at once; gives the responses in the order of the queries."""
        responses: list[bytes] = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(PATIENCE)
            sock.connect(("127.0.0.1", self.port))
            for start in range(0, len(queries), AT_ONCE):
                responses += self._exchange(sock, queries[start : start + AT_ONCE])
        return responses

    def _exchange(self, sock: socket.socket, queries: Sequence[bytes]) -> list[bytes]:
        for number, query in enumerate(queries):
            sock.send(number.to_bytes(2, "big") + query[2:])
        responses: dict[int, bytes] = {}
        while len(responses) < len(queries):
            response = sock.recv(65535)
            responses[int.from_bytes(response[:2], "big")] = response
        return [responses[number] for number in range(len(queries))]


def _nsd(program: str, folder: Path, port: int, zones: Mapping[str, Path], workers: int = 1) -> list[str]:
    lines = [
        "server:",
        f"  ip-address: 127.0.0.1@{port}",
        f"  server-count: {workers}",
        '  username: ""',
        '  chroot: ""',
        f'  zonesdir: "{folder}"',
        '  pidfile: ""',
        '  database: ""',
        f'  xfrdfile: "{folder}/xfrd.state"',
        f'  zonelistfile: "{folder}/zone.list"',
        f'  logfile: "{folder}/nsd.log"',
        "  rrl-ratelimit: 0",
        "  ipv4-edns-size: 4096",
        "remote-control:",
        "  control-enable: no",
    ]
    for apex, path in zones.items():
        lines += ["zone:", f'  name: "{apex}"', f'  zonefile: "{path}"']
    (folder / "nsd.conf").write_text("\n".join(lines) + "\n")
    return [program, "-d", "-c", str(folder / "nsd.conf")]


def _knot(program: str, folder: Path, port: int, zones: Mapping[str, Path], workers: int = 1) -> list[str]:
    lines = [
        "server:",
        f"  rundir: {folder}",
        f"  listen: 127.0.0.1@{port}",
        f"  udp-workers: {workers}",
        "  tcp-workers: 1",
        "  background-workers: 1",
        "  udp-max-payload: 4096",
        "database:",
        f"  storage: {folder}",
        "template:",
        "- id: default",
        f"  storage: {folder}",
        "  zonefile-load: whole",
        "  zonefile-sync: -1",
        "  journal-content: none",
        "log:",
        f"- target: {folder}/knot.log",
        "  any: info",
        "zone:",
    ]
    for apex, path in zones.items():
        lines += [f"- domain: {apex}", f"  file: {path}"]
    (folder / "knot.conf").write_text("\n".join(lines) + "\n")
    return [program, "-c", str(folder / "knot.conf")]


def _bind(program: str, folder: Path, port: int, zones: Mapping[str, Path], workers: int = 1) -> list[str]:
    lines = [
        "options {",
        f'  directory "{folder}";',
        f"  listen-on port {port} {{ 127.0.0.1; }};",
        "  listen-on-v6 { none; };",
        "  pid-file none; session-keyfile none; lock-file none;",
        "  recursion no; dnssec-validation no; notify no; empty-zones-enable no; max-udp-size 4096;",
        "};",
        "controls { };",
        f'logging {{ channel f {{ file "{folder}/named.log"; severity info; }}; category default {{ f; }}; }};',
    ]
    for apex, path in zones.items():
        lines.append(f'zone "{apex}" {{ type primary; file "{path}"; check-names ignore; check-integrity no; }};')
    (folder / "named.conf").write_text("\n".join(lines) + "\n")
    return [program, "-g", "-n", str(workers), "-c", str(folder / "named.conf")]


SERVERS: dict[str, Callable[..., list[str]]] = {
    "nsd": _nsd,
    "knotd": _knot,
    "named": _bind,
}
"""By program: writes the configuration and gives the command."""


@contextmanager
def serving(programs: Mapping[str, str], zones: Mapping[str, str]) -> Iterator[list[Peer]]:
    """Start the servers with zones, from apex (with its dot) to text. They are ended on the way out.

    `programs` are the paths of the programs in `SERVERS`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="acrdns-")))
        paths = {}
        for index, (apex, text) in enumerate(zones.items()):
            paths[apex] = folder / f"{index}.zone"
            paths[apex].write_text(text)
        yield [stack.enter_context(_started(name, program, folder / name, paths)) for name, program in programs.items()]


@contextmanager
def _started(name: str, program: str, folder: Path, zones: Mapping[str, Path]) -> Iterator[Peer]:
    folder.mkdir()
    peer = Peer(name, free_port())
    command = SERVERS[name](program, folder, peer.port, zones)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder)
    try:
        _wait(peer, process, folder, list(zones)[-1])
        yield peer
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(peer: Peer, process: subprocess.Popen[bytes], folder: Path, apex: str) -> None:
    """Wait until the server answers for its last zone."""
    query = dns.message.make_query(apex, "SOA")
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            response = dns.query.udp(query, "127.0.0.1", 0.2, peer.port)
        except (dns.exception.Timeout, OSError):
            continue
        if response.rcode() == dns.rcode.NOERROR and response.flags & dns.flags.AA:
            return
        time.sleep(0.02)
    logs = "".join(path.read_text(errors="replace")[-2000:] for path in sorted(folder.iterdir()) if path.is_file())
    raise RuntimeError(f"{peer.name} did not start:\n{logs}")
