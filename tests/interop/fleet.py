"""A primary and its secondaries, as people run them: `acrdns serve`, and NSD, Knot or BIND by exported configurations."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from acrdns.zone.serial import newer
from tests.free_ports import free_address
from tests.serve.running import Lines

if TYPE_CHECKING:
    from collections.abc import Callable


SECONDS = 60.0
"""How long anything may take before the test fails."""
_PAUSE = 0.05
"""Between two looks at something that another program does."""

Address = tuple[str, int]


def until(what: str, look: Callable[[], bool]) -> None:
    """Look again and again until it is so, or the time is over."""
    end = time.monotonic() + SECONDS
    while not look():
        assert time.monotonic() < end, f"not within {SECONDS:.0f} s: {what}"
        time.sleep(_PAUSE)


def ask(
    address: Address, name: str, kind: str, *, recurse: bool = False, patience: float = 2.0
) -> dns.message.Message | None:
    """Ask a server; None where it does not answer."""
    query = dns.message.make_query(name, kind, flags=dns.flags.RD if recurse else 0)
    try:
        return dns.query.udp_with_fallback(query, address[0], timeout=patience, port=address[1])[0]
    except (dns.exception.DNSException, OSError):
        return None


def serial(address: Address, zone: str) -> int | None:
    """Return a zone's serial at a server that is authoritative for it."""
    answer = ask(address, zone, "SOA")
    if answer is None or answer.rcode() or not answer.answer or not answer.flags & dns.flags.AA:
        return None
    return int(answer.answer[0][0].serial)


def chase(address: Address, name: str, kind: str) -> tuple[str, list[str]]:
    """Follow an alias chain through a server that answers zone by zone; give rcode and records in their order."""
    said: list[str] = []
    for _ in range(20):
        answer = ask(address, name, kind, patience=SECONDS)
        assert answer is not None, (address, name, kind)
        said += (line for line in lines(answer.answer) if line not in said)
        last = answer.answer[-1] if answer.answer else None
        if last is None or last.rdtype != dns.rdatatype.CNAME or kind == "CNAME":
            return dns.rcode.to_text(answer.rcode()), said
        name = last[0].target.to_text()
    raise AssertionError(said)


def lines(rrsets: list[dns.rrset.RRset]) -> list[str]:
    """Write a section as text, the records of a set in a fixed order."""
    return [line for rrset in rrsets for line in sorted(rrset.to_text().splitlines())]


class Program:
    """A server process that can be killed and started again."""

    def __init__(self, command: list[str], directory: Path) -> None:
        self._command = command
        self._directory = directory
        self.process: subprocess.Popen[str] | None = None
        self.said: list[str] = []

    def start(self) -> None:
        """Start it."""
        with (self._directory / "log").open("a") as log:
            self.process = subprocess.Popen(
                self._command, stdout=log, stderr=log, text=True, cwd=self._directory, start_new_session=True
            )

    def kill(self) -> None:
        """Kill it with all its children, without a warning."""
        assert self.process is not None
        _kill_group(self.process)
        self.process = None

    def stop(self) -> None:
        """End it, whatever its state is."""
        if self.process is not None:
            self.kill()

    @property
    def log(self) -> str:
        """What it has said."""
        return (self._directory / "log").read_text()


def _kill_group(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    finally:
        process.wait()
        # What the process had started is this one's now, and takes a moment to end.
        with suppress(ChildProcessError):
            while True:
                os.waitpid(-process.pid, 0)


class Primary:
    """`acrdns serve` with transfers, at fixed addresses, so that it can be killed and started again."""

    def __init__(self, directory: Path, vantages: list[str], *arguments: str) -> None:
        self.places = {vantage: free_address() for vantage in vantages}
        listens = [f"--listen={vantage}={host}:{port}" for vantage, (host, port) in self.places.items()]
        self._command = [sys.executable, "-m", "acrdns", "serve", *listens, *arguments]
        self._directory = directory
        self._process: subprocess.Popen[str] | None = None
        self.err: Lines

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            start_new_session=True,
        )
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self.err = Lines(self._process.stderr)
        try:
            Lines(self._process.stdout).until(r"\bready\b")
        except AssertionError as error:
            raise AssertionError(self.err.all()) from error

    def reload(self) -> None:
        """Have it read its files again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """Kill it with its workers, without a warning."""
        process, self._process = self._process, None
        assert process is not None
        _kill_group(process)
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()

    def stop(self) -> None:
        """End it, whatever its state is."""
        if self._process is not None:
            self.kill()


@dataclass
class Watch:
    """Watches serials: none may ever go back, whoever was killed meanwhile."""

    seen: dict[tuple[Address, str], int] = field(default_factory=dict)

    def look(self, address: Address, zone: str) -> int | None:
        """Return a zone's serial at a server, or None where it has none now."""
        now = serial(address, zone)
        before = self.seen.get((address, zone))
        if now is not None:
            assert before is None or before == now or newer(now, before), (address, zone, before, now)
            self.seen[address, zone] = now
        return now


class Fleet:
    """A primary, and a secondary for each of its views."""

    def __init__(self, primary: Primary, secondaries: dict[str, Address], programs: list[Program]) -> None:
        self.primary = primary
        self.secondaries = secondaries
        self.programs = programs
        self.watch = Watch()
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        servers: list[Primary | Program] = [self.primary, *self.programs]
        for each in servers:
            self._undo.callback(each.stop)
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def agree(self, zones: dict[str, list[str]]) -> None:
        """Wait until every secondary has every zone of its view with the primary's serial."""
        for vantage, names in zones.items():
            for zone in names:
                until(f"{vantage} agrees on {zone}", lambda vantage=vantage, zone=zone: self._agrees(vantage, zone))  # type: ignore[misc]

    def _agrees(self, vantage: str, zone: str) -> bool:
        ours = self.watch.look(self.primary.places[vantage], zone)
        return ours is not None and self.watch.look(self.secondaries[vantage], zone) == ours

    def compare(self, vantage: str, questions: list[tuple[str, str]]) -> None:
        """Hold a secondary's answers, followed name by name, against the vantage point's."""
        for name, kind in questions:
            ours = ask(self.primary.places[vantage], name, kind, recurse=True, patience=SECONDS)
            assert ours is not None
            expected = (dns.rcode.to_text(ours.rcode()), lines(ours.answer))
            assert chase(self.secondaries[vantage], name, kind) == expected, (vantage, name, kind)

    def heard(self, pattern: str) -> str:
        """Wait until the primary has said something."""
        return self.primary.err.until(pattern)


def export(program: str, topology: Path, primary: Primary, listens: dict[str, Address], state: Path, *more: str) -> str:
    """Run `acrdns export` for the secondaries of a primary."""
    arguments = [f"--primary={vantage}={host}:{port}" for vantage, (host, port) in primary.places.items()]
    arguments += (f"--listen={vantage}={host}:{port}" for vantage, (host, port) in listens.items())
    command = [sys.executable, "-m", "acrdns", "export", program, str(topology), f"--state={state}", *arguments, *more]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert run.returncode == 0, run.stderr
    return run.stdout


def written(pattern: str, text: str) -> list[str]:
    """Return all that a pattern finds in a text."""
    return re.findall(pattern, text)
