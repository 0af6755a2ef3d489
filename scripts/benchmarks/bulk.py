"""How long it takes to ask 31,000 names of one server, and to check an estate that has them.

A local NSD with one process serves the zone. Every row asks the same questions, the A record of each endpoint and then
its AAAA record: dig, dnsperf (a C program that only counts: the lower bound), our own `observe`, what `acrdns check`
does with the answers, and dnspython, which is asked a part of them. The rounds are interleaved, and a row is the median
of its rounds. Beside the time stands the CPU time of the asking process, which tells even where others disturb;
how much of the machine they took is shown too. A row over its limit, in units of `dig -f`, makes the exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from scripts.benchmarks._estate import SUFFIX, Estate
from tests.conformance.peers import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acrdns.check.endpoints import PlannedEndpoint

ESTATE = Estate(10_334, networks=2, replicas=1)
"""31,002 names: three of each registry."""
VANTAGE = "hub-0"
ACRDNS = str(Path(sys.executable).with_name("acrdns"))
UNIT = "dig -f"
HEAD = "$TTL 60\n@ IN SOA ns admin 1 3600 600 86400 10\n@ IN NS ns\nns IN A 192.0.2.53\n"

STAGES = ("asked", "asked and judged", "asked, judged, reported")
LIMITS = {"asked, judged, reported": 0.5}
"""By wall time. The whole command also reads the topology file, and has no limit."""

_STAGES = """
import resource, sys, time
from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.endpoints import of_topology
from acrdns.check.rules import rules
from acrdns.probe.ask import observe
from acrdns.probe.resolver import Resolver, ResolverAddress
from acrdns.report.findings import text
from acrdns.report.report import Report, Style
from acrdns.gc_pause import paused
from acrdns.topology.load import load

file, vantage, port = sys.argv[1:]
resolver = Resolver((ResolverAddress("127.0.0.1", int(port)),))
topology = load(file)
endpoints = of_topology(topology, vantage)
start, cpu = time.perf_counter(), time.process_time()
def stage():
    print(time.perf_counter() - start, time.process_time() - cpu, file=sys.stderr)
with paused():
    observations = observe([endpoint.fqdn for endpoint in endpoints], resolver)
    stage()
    cases = tuple(map(lambda endpoint, observation: endpoint.observed(observation), endpoints, observations))
    judgement = judge(Facts(topology, vantage, cases), rules("ACR3"))
    stage()
    sys.stdout.write(text.render(Report(judgement, file, vantage, str(resolver)), Style()))
    sys.stdout.flush()
    stage()
assert judgement.clean and judgement.count("pass") == len(endpoints)
"""

PART = 10
"""dnspython is asked every so many questions only, and its times are multiplied by this: it takes as long anyway."""

_DNSPYTHON = f"""
import sys, time
import dns.message, dns.query
import socket
file, port = sys.argv[1:]
server = ("127.0.0.1", int(port))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock, open(file, encoding="ascii") as questions:
    sock.setblocking(False)
    lines = list(questions)
    # Pairs of lines: the A question and the AAAA question of one name.
    part = [line for at in range(0, len(lines), {2 * PART}) for line in lines[at : at + 2]]
    start, cpu = time.perf_counter(), time.process_time()
    for line in part:
        name, type_ = line.split()
        query = dns.message.make_query(name, type_, use_edns=0)
        response = dns.query.udp(query, server[0], port=server[1], sock=sock, timeout=5)
        assert response.answer
    times = len(lines) / len(part)
    print((time.perf_counter() - start) * times, (time.process_time() - cpu) * times, file=sys.stderr)
"""
DNSPYTHON = f"dnspython, one name in {PART}, times {PART}"


@dataclass(slots=True)
class Row:
    """One way of asking, with a value for each round."""

    way: str
    seconds: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Seconds of CPU time of the process that asks."""


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench bulk", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each row is measured; at least 5")
    parser.add_argument("--without-dnspython", action="store_true", help="leave out the row that takes longest")
    parser.add_argument("--json", metavar="FILE", help="write the rows there as well")
    options = parser.parse_args(arguments)
    programs = {name: _program(name) for name in ("nsd", "dig", "dnsperf")}
    with tempfile.TemporaryDirectory(prefix="acrdns-bulk-") as folder:
        endpoints = _endpoints(Path(folder))
        with serving({"nsd": programs["nsd"]}, {f"{SUFFIX}.": _zone(endpoints)}) as (peer,):
            ways = _ways(Path(folder), peer.port, programs, dnspython=not options.without_dnspython)
            rows, others = measure(ways, max(options.rounds, 5))
    lines = summary(rows)
    print(f"{len(endpoints)} names, {2 * len(endpoints)} questions; other processes took {others:.0%} of the machine\n")
    print(table(lines))
    if options.json:
        document = {"names": len(endpoints), "others": round(others, 3), "rows": [asdict(row) for row in rows]}
        Path(options.json).write_text(json.dumps({**document, "table": lines}, indent=2) + "\n", encoding="utf-8")
    return 1 if any(line["limit"] is not None and line["to dig"] > line["limit"] for line in lines) else 0


def _program(name: str) -> str:
    path = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if path is None:
        raise SystemExit(f"{name} is not installed; scripts/setup --interop says what is needed")
    return path


def _endpoints(folder: Path) -> Sequence[PlannedEndpoint]:
    from acrdns.check.endpoints import of_topology
    from acrdns.topology.load import load

    file = folder / "estate.yaml"
    file.write_text(ESTATE.text(), encoding="utf-8")
    endpoints = of_topology(load(str(file)), VANTAGE)
    questions = [f"{endpoint.fqdn} {type_}\n" for endpoint in endpoints for type_ in ("A", "AAAA")]
    (folder / "questions").write_text("".join(questions), encoding="utf-8")
    return endpoints


def _zone(endpoints: Sequence[PlannedEndpoint]) -> str:
    lines = []
    for endpoint in endpoints:
        name = endpoint.fqdn.removesuffix(f".{SUFFIX}")
        lines.append(f"{name} IN CNAME {name}.privatelink\n")
        lines.append(f"{name}.privatelink 10 IN A {endpoint.expectation.addresses[0]}\n")
    return HEAD + "".join(lines)


Times = dict[str, tuple[float, float]]
"""By way: seconds, and seconds of CPU time."""


def _ways(folder: Path, port: int, programs: Mapping[str, str], *, dnspython: bool) -> list[Callable[[], Times]]:
    """Return what runs one way, or several that are stages of one process."""
    questions, file = str(folder / "questions"), str(folder / "estate.yaml")
    dig = [programs["dig"], "@127.0.0.1", "-p", str(port), "-f", questions]
    dnsperf = [programs["dnsperf"], "-s", "127.0.0.1", "-p", str(port), "-d", questions, "-n", "1", "-e"]
    check = [ACRDNS, "check", file, "--from", VANTAGE, "--server", f"127.0.0.1:{port}"]
    ways = [
        lambda: {UNIT: _run(dig)[0]},
        lambda: {"dnsperf": _run(dnsperf)[0]},
        lambda: _staged(STAGES, [sys.executable, "-c", _STAGES, file, VANTAGE, str(port)]),
        lambda: {"acrdns check, with start and file": _run(check)[0]},
    ]
    if dnspython:
        ways.append(lambda: _staged((DNSPYTHON,), [sys.executable, "-c", _DNSPYTHON, questions, str(port)]))
    return ways


def _run(command: list[str]) -> tuple[tuple[float, float], str]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    elapsed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {process.stderr[-2000:]}")
    return (elapsed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), process.stderr


def _staged(stages: Sequence[str], command: list[str]) -> Times:
    lines = _run(command)[1].splitlines()
    times = [tuple(map(float, line.split())) for line in lines]
    return {stage: (seconds, cpu) for stage, (seconds, cpu) in zip(stages, times, strict=True)}


def measure(ways: Sequence[Callable[[], Times]], rounds: int) -> tuple[list[Row], float]:
    """Run every way once a round; gives the rows, and the share of the machine that other processes took."""
    rows: dict[str, Row] = {}
    busy, mine, start = _busy(), _mine(), time.perf_counter()
    for _ in range(rounds):
        for way in ways:
            for name, (seconds, cpu) in way().items():
                row = rows.setdefault(name, Row(name))
                row.seconds.append(seconds)
                row.cpu.append(cpu)
    capacity = (time.perf_counter() - start) * (os.cpu_count() or 1)
    return list(rows.values()), max(0.0, (_busy() - busy) - (_mine() - mine)) / capacity


def _busy() -> float:
    """Return the CPU seconds of the whole machine so far: user, nice and system (proc(5))."""
    user, nice, system = Path("/proc/stat").read_text(encoding="ascii").split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def _mine() -> float:
    """Return the CPU seconds of this process and those that it has run; NSD counts as another."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def summary(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Sum the rows up: medians, half the distance between the quartiles, and ratios to dig."""
    unit = next(row for row in rows if row.way == UNIT)
    lines = []
    for row in rows:
        low, _, high = quantiles(row.seconds, n=4)
        lines.append(
            {
                "way": row.way,
                "seconds": round(median(row.seconds), 3),
                "spread": round((high - low) / 2, 3),
                "to dig": round(median(row.seconds) / median(unit.seconds), 3),
                "CPU": round(median(row.cpu), 3),
                "CPU to dig's": round(median(row.cpu) / median(unit.cpu), 3),
                "limit": LIMITS.get(row.way),
            }
        )
    return lines


def table(lines: Sequence[Mapping[str, Any]]) -> str:
    """Write the lines as a Markdown table."""
    out = ["| asked by | s | ± | to dig | CPU s | to dig's | limit |", "|---|---:|---:|---:|---:|---:|---:|"]
    for line in lines:
        *cells, limit = line.values()
        out.append("| " + " | ".join([*map(str, cells), "" if limit is None else f"{limit:.2f}"]) + " |")
    return "\n".join(out)
