"""What a name costs that is asked for the first time and has to be asked of a real resolver, beside other forwarders.

NSD stands for the resolver: any name below wild.example has an address. acrdns with a topology, `--upstream` and one
worker, unbound with one thread and dnsmasq forward to it. Turn by turn each is asked names made up for that round by
dnsperf, 50 at once. Shown are questions a second, and the CPU time for each of all the forwarder's processes.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import dns.exception
import dns.message
import dns.query

from scripts.benchmarks._machine import cpu_of, machine
from tests.conformance.peers import serving
from tests.free_ports import free_address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ZONE = "$TTL 300\n@ IN SOA ns admin 1 3600 600 86400 10\n@ IN NS ns\nns IN A 192.0.2.53\n*.wild IN A 192.0.2.3\n"
WINDOW = 50
MOST_MICROSECONDS = 300
LEAST_QUESTIONS = 3000
_SECONDS = 30.0
_UNBOUND = """server:
  directory: "{folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  num-threads: 1
  interface: {host}@{port}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  module-config: "iterator"
  do-ip6: no
  outgoing-range: 4096
  num-queries-per-thread: 2048
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@{behind}
"""


@dataclass(slots=True)
class Row:
    """One forwarder, with a value for each round."""

    name: str
    rates: list[float] = field(default_factory=list)
    """Questions a second."""
    microseconds: list[float] = field(default_factory=list)
    """CPU time for a question."""


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked; 1 where ours is over a limit."""
    parser = argparse.ArgumentParser(prog="scripts/bench upstream", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every row; fewer than 5 prove nothing")
    parser.add_argument("--names", type=int, default=10_000, help="names of a round")
    parser.add_argument("--json", metavar="FILE", help="write every round there as well")
    options = parser.parse_args(arguments)
    with TemporaryDirectory(prefix="acrdns-bench-") as folder, ExitStack() as stack:
        rows = measure(Path(folder), options.rounds, options.names, stack)
    print("| forwarder | questions/s | CPU µs a question |\n|---|---:|---:|")
    for row in rows:
        print(f"| {row.name} | {median(row.rates):.0f} | {median(row.microseconds):.0f} |")
    if options.json:
        found = {"machine": machine(), "names": options.names, "rows": [asdict(row) for row in rows]}
        Path(options.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    ours = rows[0]
    return int(median(ours.microseconds) > MOST_MICROSECONDS or median(ours.rates) < LEAST_QUESTIONS)


def measure(folder: Path, rounds: int, count: int, stack: ExitStack) -> list[Row]:
    """Start all forwarders, and ask them turn by turn."""
    (peer,) = stack.enter_context(serving({"nsd": _program("nsd")}, {"example.": ZONE}))
    running = []
    for name, command in {"acrdns": _acrdns, "unbound": _unbound, "dnsmasq": _dnsmasq}.items():
        (folder / name).mkdir()
        host, port = free_address("127.0.0.1")
        running.append((Row(name), port, stack.enter_context(_started(command(folder / name, host, port, peer.port)))))
    for _, port, _ in running:
        _wait(port)
    for _ in range(rounds):
        for row, port, process in running:
            before = sum(cpu_of(process.pid))
            row.rates.append(_ask(folder / "questions", port, count))
            row.microseconds.append((sum(cpu_of(process.pid)) - before) / 1000 / count)
    return [row for row, _, _ in running]


def _program(name: str) -> str:
    path = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if path is None:
        raise SystemExit(f"{name} is not installed; scripts/setup --interop says what is needed")
    return path


def _acrdns(_folder: Path, host: str, port: int, behind: int) -> list[str]:
    arguments = [
        "serve",
        "hub-and-spoke",
        f"--listen=hub={host}:{port}",
        "--workers=1",
        f"--upstream=127.0.0.1:{behind}",
    ]
    return [sys.executable, "-m", "acrdns", *arguments]


def _unbound(folder: Path, host: str, port: int, behind: int) -> list[str]:
    (folder / "conf").write_text(_UNBOUND.format(folder=folder, host=host, port=port, behind=behind))
    return [_program("unbound"), "-d", "-c", str(folder / "conf")]


def _dnsmasq(folder: Path, host: str, port: int, behind: int) -> list[str]:
    conf = f"no-resolv\nno-hosts\nbind-interfaces\nlisten-address={host}\nport={port}\nserver=127.0.0.1#{behind}\n"
    (folder / "conf").write_text(f"{conf}dns-forward-max=1000\nuser=root\npid-file=\n")
    return [_program("dnsmasq"), "-k", "-C", str(folder / "conf")]


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    end = time.monotonic() + _SECONDS
    query = dns.message.make_query("ready.wild.example", "A")
    while True:
        try:
            if dns.query.udp(query, "127.0.0.1", timeout=1, port=port).answer:
                return
        except (OSError, dns.exception.DNSException):
            time.sleep(0.1)
        if time.monotonic() > end:
            raise SystemExit(f"nobody answers at port {port}")


def _ask(file: Path, port: int, count: int) -> float:
    """Ask for new names; returns questions a second. Every one has to be answered."""
    file.write_text("".join(f"{random.getrandbits(60):x}.wild.example A\n" for _ in range(count)))
    command = [_program("dnsperf"), "-s", "127.0.0.1", "-p", str(port), "-d", str(file), "-n", "1", "-q", str(WINDOW)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: Callable[[str], re.Match[str] | None] = lambda pattern: re.search(pattern, said)  # noqa: E731
    answered, rate = found(r"NOERROR (\d+)"), found(r"Queries per second: +([\d.]+)")
    if answered is None or rate is None or int(answered[1]) < 0.999 * count:
        raise SystemExit(f"not all questions were answered:\n{said}")
    return float(rate[1])
