"""An estate that is edited while `acrdns lint --watch` looks at it."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass
from statistics import median
from typing import IO, TYPE_CHECKING

from scripts.benchmarks._estate import Estate
from scripts.benchmarks._machine import busy, cpu_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

_SHOWN = re.compile(r": \d+ new, \d+ gone, \d+ in all(?:; (\d+) cells)?|does not load")
"""The last line about a change."""
_NANO = 1e9
RULESET = """dns_forwarding_rulesets:
  ruleset:
    outbound_endpoint: outbound
    virtual_network_links: [spoke-0-3]
    rules: {corp.example: [192.168.0.53]}
"""
RECOVERS = "a file that loads again"
BROKEN = "a file that does not load"
SMALLEST = 20
"""Registries of an estate in which every edit can be made."""
WITHOUT_CELLS = ("another DNS server", "public access", "a comment", "a region", BROKEN, RECOVERS)
"""The edits that change no answer."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """One change, from the moment the file is written to the last line that `--watch` says of it."""

    what: str
    does: str
    """The change, in words."""
    seconds: float
    """By the clock; up to 0.05 of them pass until the change is noticed and nothing more is written."""
    processor_seconds: float
    others: float
    """Processor seconds that other programs took, a second."""
    cells: int
    """Cells of the matrix that it changes."""


def with_ruleset(text: str) -> str:
    """Return an estate's text with a ruleset for a spoke, so that one of its rules can be edited."""
    resolver = re.compile(r"(resolver-0: \{network: hub-0, [^}]*)\}")
    return resolver.sub(r"\1, outbound_endpoints: [outbound]}", text, count=1) + RULESET


def edits(text: str) -> dict[str, tuple[str, str]]:
    """Return the edits by their names: each in words, and the text that it leads to.

    Raises SystemExit where one changes nothing.
    """

    def replaced(pattern: str, new: str, within: str = text) -> str:
        return re.sub(pattern, new, within, count=1)

    gone = replaced(r"  registry000007-pe:\n(    .*\n)+", "", replaced(r"  registry000007: .*\n", ""))
    without = text.replace(", spoke-0-4: {resolution_policy: NxDomainRedirect}", "").replace("spoke-0-4, ", "")
    made = {
        "a link": (
            "a zone's link to a spoke goes",
            replaced(r", spoke-0-1: \{resolution_policy: NxDomainRedirect\}", ""),
        ),
        "a record": (
            "a zone gets a record at a wrong address",
            replaced(r"(zone-0: \{name: [\w.]+)", r"\1, records: {registry000000: {A: [10.0.4.99]}}"),
        ),
        "a forwarder": (
            "a hub's DNS server forwards to public DNS",
            text.replace("forwarders: [168.63.129.16]", "forwarders: [8.8.8.8]", 1),
        ),
        "a network's DNS server": (
            "a spoke asks public DNS",
            replaced(r"(spoke-0-2: \{[^}]*)\}", r"\1, dns_servers: [8.8.8.8]}"),
        ),
        "another DNS server": (
            "a spoke has public DNS as its second server",
            replaced(r"(spoke-0-0: \{.*dns_servers: \[[\d.]+)", r"\1, 8.8.8.8"),
        ),
        "a private endpoint": (
            "one is not approved any more",
            replaced(r"(registry: registry000000\n)", r"\1    status: Pending\n"),
        ),
        "an endpoint's address": (
            "a login server has another one",
            replaced(r"(addresses: \{registry: )[\d.]+", r"\g<1>10.0.200.200"),
        ),
        "a zone group": (
            "a private endpoint writes into no zone",
            replaced(r"(\n    dns_zone_group: )\[zone-0\]", r"\1[]"),
        ),
        "a link's policy": (
            "names that a zone lacks do not exist in a spoke",
            text.replace("spoke-0-1: {resolution_policy: NxDomainRedirect}", "spoke-0-1: {}", 1),
        ),
        "a zone's own link": (
            "the hub of the private endpoints is not linked",
            text.replace("hub-0: {resolution_policy: NxDomainRedirect}, ", "", 1),
        ),
        "a peering": ("a hub and a spoke are not peered", text.replace("peerings: [spoke-0-0, ", "peerings: [", 1)),
        "public access": (
            "one registry is closed to the internet",
            replaced(r"(registry000000: \{)", r"\1public_network_access_enabled: false, "),
        ),
        "a ruleset's rule": (
            "it sends azurecr.io to public DNS",
            text.replace("corp.example: [192.168.0.53]", "azurecr.io: [8.8.8.8]", 1),
        ),
        "a client": (
            "the pods of a spoke ask public DNS",
            text.replace("spoke-0-3: {", "spoke-0-3: {clients: {pods: {dns_servers: [8.8.8.8]}}, ", 1),
        ),
        "a server's zone": (
            "a DNS server has azurecr.io itself",
            replaced(
                r"(10\.0\.0\.53: \{network: hub-0,)", r"\1 zones: {azurecr.io: {registry000003: {A: [10.9.9.9]}}},"
            ),
        ),
        "a registry added": (
            "without an endpoint",
            text.replace("networks:\n", "  added: {location: eastus}\nnetworks:\n", 1),
        ),
        "a registry removed": ("with its private endpoint", gone),
        "a registry renamed": ("in both its entries", text.replace("registry000007", "renamed")),
        "a network added": (
            "a spoke of nobody",
            text.replace("private_endpoints:\n", "  added: {address_space: [172.31.0.0/24]}\nprivate_endpoints:\n", 1),
        ),
        "a network removed": ("with its link and its peering", re.sub(r"  spoke-0-4: .*\n", "", without)),
        "a region": ("a spoke says where it is", replaced(r"(spoke-0-5: \{)", r"\1location: westus, ")),
        "a comment": ("a line above the networks", text.replace("networks:\n", "# these are peered\nnetworks:\n", 1)),
        BROKEN: ("a bracket is missing", replaced(r"(spoke-0-5: \{address_space: \[[\d./]+)\]", r"\1")),
    }
    if text in (after for _, after in made.values()):
        raise SystemExit("an edit has changed nothing")
    return made


def names() -> tuple[str, ...]:
    """Return the names of all edits."""
    return (*edits(with_ruleset(Estate(SMALLEST, 10).text())), RECOVERS)


def watched(acrdns: str, text: str, file: Path, rounds: int, chosen: Container[str]) -> Iterator[EditRow]:
    """Make the edits that are chosen, each so often, and yield its medians; each is undone before the next."""
    text = with_ruleset(text)
    file.write_text(text, encoding="utf-8")
    command = [acrdns, "lint", "--watch", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            _until_shown(process.stdout)
            for what, (does, edited) in edits(text).items():
                rows: dict[str, list[EditRow]] = {what: [], RECOVERS: []}
                for _ in range(rounds) if what in chosen or (what == BROKEN and RECOVERS in chosen) else ():
                    for name, words, after in ((what, does, edited), (RECOVERS, "the bracket is back", text)):
                        rows[name].append(_measured(process, file, after, name, words))
                shown = (what, RECOVERS) if what == BROKEN else (what,)
                yield from (_middle(rows[each]) for each in shown if rows[each] and each in chosen)
        finally:
            process.terminate()
            process.wait(30)


def _measured(process: subprocess.Popen[str], file: Path, text: str, what: str, does: str) -> EditRow:
    assert process.stdout is not None
    before, others, begun = sum(cpu_of(process.pid)), busy(), time.perf_counter()
    file.write_text(text, encoding="utf-8")
    cells = _until_shown(process.stdout)
    seconds, used = time.perf_counter() - begun, (sum(cpu_of(process.pid)) - before) / _NANO
    return EditRow(what, does, seconds, used, max(0.0, (busy() - others - used) / seconds), cells)


def _middle(rows: list[EditRow]) -> EditRow:
    """Return the medians of one edit's rounds."""
    seconds, used, others = (
        round(median(getattr(row, name) for row in rows), 2) for name in ("seconds", "processor_seconds", "others")
    )
    return EditRow(rows[0].what, rows[0].does, seconds, used, others, rows[0].cells)


def _until_shown(lines: IO[str]) -> int:
    """Read to the end of what is said of a change, and return the number of cells that it changes."""
    for line in lines:
        if found := _SHOWN.search(line):
            return int(found[1] or 0)
    raise SystemExit("acrdns lint --watch has ended")
