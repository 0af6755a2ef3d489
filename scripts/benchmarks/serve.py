"""How fast questions are answered: NSD, Knot, BIND, dnsmasq and dnslib's server beside ours, and an echo as the limit.

All servers run on one core with the same zone, and are asked turn by turn from another by a generator that keeps 1,024
queries in flight. The second witness is the CPU time that a server took for a query. A round in which others took over
6 % of a core is repeated, three times at most; then it counts and is marked with *. A ratio is the median of the ratios
of each round, as a machine that others use, too, changes from minute to minute. Before and after, answers are held
against dnspython's reading of the zone. Misses are asked with --cache-size 0. Two workers share the server's core, as
the generator needs the other one, and are judged by CPU time: queries for each second of the busiest worker's, to those
of one worker that is asked from as many sockets. Latencies are taken at half of the speed that each server has just
shown, in more and shorter rounds, so that a pause of the whole machine spoils few of them; `beside` are one in twenty
questions of a flood of names that do not exist, and `parents` are such names, each below a
made-up parent of its own. The rows that name a vantage point are one of a topology, beside NSD with zone files of the
same view. PROFILING.md beside this file says how to look deeper.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.benchmarks._machine import busy, cpu_of, machine
from scripts.benchmarks._servers import Field, Oracle, Server, available, check, compiled, one_zone, started
from scripts.benchmarks._traffic import Traffic, names, zone
from scripts.benchmarks._vantage import view
from scripts.benchmarks._verdicts import OURS, PEER, SOCKETS, UNCACHED, Row, judge, table

WINDOW = 1024
SOCKETS_OF_TWO = 512
"""The kernel deals sockets out to workers by chance: of a few, one worker gets far more than the other."""
OTHERS = 0.06
"""The share of a core that other processes may take in a round."""
REPEATS = 3
STARVED = 20
"""Attempts at a round in which the server gets no turn at all, as on a machine that others fill."""
SHORTER = 3
"""Rounds of latencies for one of throughput, each of them shorter by as much."""
SERVERS = ("Knot", "BIND", "dnsmasq", "dnslib", "echo", PEER, OURS, UNCACHED)
"""In the order in which they are asked: those that limits compare are neighbours."""
WITH_VANTAGES = (PEER, OURS)
"""NSD follows aliases from zone to zone, as a resolver does."""
WITH_TWO = (PEER, "Knot", "BIND", OURS)
THROUGHPUT = ("repeated", "case", "misses", "flood", "parents", "mixed")


class Bench:
    """Asks running servers."""

    def __init__(self, generator: str, field: Field, seconds: float, asker: int) -> None:
        self._generator, self.field, self._seconds, self._asker = generator, field, seconds, asker

    def run(self, row: Row, server: Server, mode: str, number: float) -> None:
        """Ask for one round, again where others disturbed it, and add the values to the row."""
        said: dict[str, Any] = {}
        spent: list[int] = []
        quiet = False
        for attempt in range(STARVED):
            before, all_before = cpu_of(server.process.pid), busy()
            said, own = self._ask(server, self.field.traffic.file(row.kind), row.sockets, mode, number)
            spent = [late - early for early, late in zip(before, cpu_of(server.process.pid), strict=True)]
            others = busy() - all_before - own - sum(spent) / 1e9
            quiet = others <= OTHERS * self._seconds
            if said["in_time"] and (quiet or attempt >= REPEATS):
                break
        row.noisy += not quiet
        received = max(said["received"], 1)
        row.queries.append(said["in_time"] / said["seconds"])
        row.cpu.append(sum(spent) / 1000 / received)
        row.busiest.append(max(spent) / 1000 / received)
        row.lost += said["sent"] - said["received"]
        if mode == "rate":
            row.p50.append(said["latency"][0]["p50"])
            row.p99.append(said["latency"][0]["p99"])

    def _ask(self, server: Server, file: Path, sockets: int, mode: str, number: float) -> tuple[dict[str, Any], float]:
        command = [self._generator, "127.0.0.1", str(server.port), str(file), str(self._seconds), str(sockets)]
        process = subprocess.Popen(
            [*command, mode, str(number)], stdout=subprocess.PIPE,
            preexec_fn=lambda: os.sched_setaffinity(0, {self._asker}),  # noqa: PLW1509
        )  # fmt: skip
        assert process.stdout is not None
        text = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"scripts/bench: the generator ended with {process.returncode}")
        said: dict[str, Any] = json.loads(text)
        return said, usage.ru_utime + usage.ru_stime


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench serve", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of every row; fewer than 5 prove nothing")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a round")
    parser.add_argument("--registries", type=int, default=1000, help="of the zone, with four names each")
    parser.add_argument(
        "--estate", type=int, default=10_000, help="registries of the vantage point's topology; 0: none"
    )
    parser.add_argument("--servers", default=",".join(SERVERS[:-1]), help="which of them, with commas")
    parser.add_argument("--kinds", default=",".join(THROUGHPUT), help="which kinds of traffic, with commas")
    parser.add_argument("--json", metavar="FILE", help="write every round there as well")
    options = parser.parse_args(arguments)
    for asked, known in ((options.kinds, THROUGHPUT), (options.servers, SERVERS[:-1])):
        if unknown := ", ".join(set(asked.split(",")).difference(known)):
            parser.error(f"there is no {unknown}; there are {', '.join(known)}")
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:  # noqa: PLR2004 -- one asks, one answers
        raise SystemExit("scripts/bench serve: two cores are needed, one for the server and one to ask from")
    servers = [name for name in options.servers.split(",") if available(name)]
    with TemporaryDirectory(prefix="acrdns-bench-") as folder, ExitStack() as stack:
        rows = measure(options, Path(folder), servers, cores, stack)
    print(table(rows))
    verdicts = judge(rows)
    print("\n" + "\n".join(verdicts))
    if options.json:
        found = {
            "machine": machine(),
            "rounds": options.rounds,
            "rows": [asdict(row) for row in rows],
            "verdicts": verdicts,
        }
        Path(options.json).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return 1 if any("not kept" in line for line in verdicts) else 0


def measure(
    options: argparse.Namespace, folder: Path, servers: list[str], cores: list[int], stack: ExitStack
) -> list[Row]:
    """Start the servers, check their answers, ask them turn by turn, and check their answers again."""
    text = zone(options.registries)
    file = folder / "zone"
    file.write_text(text, encoding="ascii")
    fields = [Field("", one_zone(file), Traffic(folder, names(options.registries)), Oracle(text))]
    if options.estate:
        fields.append(view(folder / "vantage", options.estate))
    kinds = options.kinds.split(",")
    generator = compiled("_generator.c", folder)

    def start(asked: Field, name: str, workers: int, on: set[int]) -> Server:
        extra = ("--cache-size", "0") if name == UNCACHED else ()
        return stack.enter_context(started(name, folder, asked.served, workers, on, *extra))

    rows: list[Row] = []
    for asked in fields:
        bench = Bench(generator, asked, options.seconds, cores[1])
        chosen = [name for name in servers if not asked.where or name in WITH_VANTAGES]
        one = {name: start(asked, name, 1, {cores[0]}) for name in chosen}
        if OURS in servers:
            one[UNCACHED] = start(asked, UNCACHED, 1, {cores[0]})
        in_two = () if asked.where else WITH_TWO
        two = {name: start(asked, name, 2, {cores[0]}) for name in chosen if name in in_two and "repeated" in kinds}
        _check(asked, kinds, [*one.values(), *two.values()])
        plan = [(Row(kind, name, 1, asked.where), one[name]) for kind in kinds for name in one if _is_asked(kind, name)]
        for name, both in two.items():
            alone, beside = (Row("repeated", name, workers, sockets=SOCKETS_OF_TWO) for workers in (1, 2))
            plan += [(alone, one[name]), (beside, both)]
        for _ in range(options.rounds):
            for row, server in plan:
                bench.run(row, server, "window", WINDOW)
        short = Bench(generator, asked, options.seconds / SHORTER, cores[1])
        plan += _latencies(short, options.rounds * SHORTER, plan)
        if "echo" in one and shutil.which("dnsperf"):
            plan += _dnsperf(options, folder, one, cores[1])
        _check(asked, kinds, [*one.values(), *two.values()])
        rows += [row for row, _ in plan]
    return rows


def _is_asked(kind: str, name: str) -> bool:
    if name in {UNCACHED, "echo"}:
        return kind == ("misses" if name == UNCACHED else "repeated")
    return not (kind == "misses" and name == OURS)


def _latencies(bench: Bench, rounds: int, plan: list[tuple[Row, Server]]) -> list[tuple[Row, Server]]:
    """Measure latencies at half of the speed that each server shows at that moment."""
    found = []
    for kind, base in (("repeated", "repeated"), ("beside", "flood")):
        asked = [server for row, server in plan if (row.kind, row.sockets) == (base, SOCKETS)]
        rows = [(Row(kind, each.name, 1, bench.field.where), each) for each in asked if each.name != "dnslib"]
        for _ in range(rounds):
            for row, server in rows:
                now = Row(base, server.name, 1)
                bench.run(now, server, "window", WINDOW)
                bench.run(row, server, "rate", now.queries[0] / 2)
        found += rows
    return found


def _dnsperf(options: argparse.Namespace, folder: Path, one: dict[str, Server], asker: int) -> list[tuple[Row, Server]]:
    """Ask by dnsperf as well: it knows nothing of our generator, and saturates earlier."""
    rows = [(Row("repeated, by dnsperf", name, 1), one[name]) for name in (PEER, OURS) if name in one]
    for _ in range(options.rounds):
        for row, server in rows:
            before = cpu_of(server.process.pid)
            command = ["dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-d", str(folder / "repeated.txt"), "-e"]
            done = subprocess.run(
                [*command, "-l", str(max(1, round(options.seconds))), "-c", "16", "-q", str(WINDOW)],
                check=True, capture_output=True, text=True, preexec_fn=lambda: os.sched_setaffinity(0, {asker}),
            )  # fmt: skip
            numbers = {
                key: float(value) for key, value in re.findall(r"(Queries \w+(?: \w+)?):\s+([0-9.]+)", done.stdout)
            }
            row.queries.append(numbers["Queries per second"])
            spent = sum(cpu_of(server.process.pid)) - sum(before)
            row.cpu.append(spent / 1000 / max(numbers["Queries completed"], 1))
            row.lost += int(numbers["Queries lost"])
    return rows


def _check(asked: Field, kinds: list[str], servers: list[Server]) -> None:
    for server in servers:
        for kind in kinds:
            if server.name != "echo":
                check(asked.oracle, server, asked.traffic.samples[kind][:60])
