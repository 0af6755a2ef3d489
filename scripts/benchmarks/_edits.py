"""An estate that is edited while `acrdns lint --watch` looks at it."""

from __future__ import annotations

import re
import subprocess
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import IO, TYPE_CHECKING

from scripts.benchmarks._machine import cpu_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SUMMARY = re.compile(r": \d+ new, \d+ gone, \d+ in all(?:; (\d+) cells)?")
_NANO = 1e9
RULESET = """dns_forwarding_rulesets:
  ruleset:
    outbound_endpoint: outbound
    virtual_network_links: [spoke-0-3]
    rules: {corp.example: [192.168.0.53]}
"""
WITHOUT_CELLS = "public access"
"""The edit that changes no answer, but who may connect."""


@dataclass(frozen=True, slots=True)
class EditRow:
    """One changed line, from the moment the file is written to the last line that `--watch` says of it."""

    what: str
    seconds: float
    """Up to 0.15 of them pass until the change is noticed and nothing more is written."""
    processor_seconds: float
    cells: int
    """Cells of the matrix that it changes."""


def with_ruleset(text: str) -> str:
    """Return an estate's text with a ruleset for a spoke, so that one of its rules can be edited."""
    resolver = re.compile(r"(resolver-0: \{network: hub-0, [^}]*)\}")
    return resolver.sub(r"\1, outbound_endpoints: [outbound]}", text, count=1) + RULESET


def edits(text: str) -> dict[str, str]:
    """Return what an estate's text becomes by one edit each. Raises SystemExit where one changes nothing."""
    made = {
        "a link": re.sub(r", spoke-0-1: \{resolution_policy: NxDomainRedirect\}", "", text, count=1),
        "a record": re.sub(
            r"(zone-0: \{name: [\w.]+)", r"\1, records: {registry000000: {A: [10.0.4.99]}}", text, count=1
        ),
        "a forwarder": text.replace("forwarders: [168.63.129.16]", "forwarders: [8.8.8.8]", 1),
        "a network's DNS server": re.sub(r"(spoke-0-2: \{[^}]*)\}", r"\1, dns_servers: [8.8.8.8]}", text, count=1),
        "a private endpoint": re.sub(r"(registry: registry000000\n)", r"\1    status: Pending\n", text, count=1),
        "an endpoint's address": re.sub(r"(addresses: \{registry: )[\d.]+", r"\g<1>10.0.200.200", text, count=1),
        "a zone group": re.sub(r"(\n    dns_zone_group: )\[zone-0\]", r"\1[]", text, count=1),
        "a link's policy": text.replace("spoke-0-1: {resolution_policy: NxDomainRedirect}", "spoke-0-1: {}", 1),
        "a peering": text.replace("peerings: [spoke-0-0, ", "peerings: [", 1),
        "public access": re.sub(r"(registry000000: \{)", r"\1public_network_access_enabled: false, ", text, count=1),
        "a ruleset's rule": text.replace("corp.example: [192.168.0.53]", "azurecr.io: [8.8.8.8]", 1),
    }
    if text in made.values():
        raise SystemExit("an edit has changed nothing")
    return made


def watched(acrdns: str, text: str, file: Path, rounds: int) -> Iterator[EditRow]:
    """Edit an estate, and yield a row for each edit, as soon as it is made so often; each is undone before the next."""
    text = with_ruleset(text)
    file.write_text(text, encoding="utf-8")
    with subprocess.Popen([acrdns, "lint", "--watch", str(file)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            _until_summary(process.stdout)
            for what, edited in edits(text).items():
                found = []
                for _ in range(rounds):
                    before, begun = sum(cpu_of(process.pid)), time.perf_counter()
                    file.write_text(edited, encoding="utf-8")
                    cells = _until_summary(process.stdout)
                    seconds, used = time.perf_counter() - begun, sum(cpu_of(process.pid)) - before
                    found.append(EditRow(what, seconds, used / _NANO, cells))
                    file.write_text(text, encoding="utf-8")
                    _until_summary(process.stdout)
                yield middle(found)
        finally:
            process.terminate()
            process.wait(30)


def middle(rows: list[EditRow]) -> EditRow:
    """Return the medians of one edit's rounds."""
    seconds, used = median(row.seconds for row in rows), median(row.processor_seconds for row in rows)
    return replace(rows[0], seconds=round(seconds, 2), processor_seconds=round(used, 2))


def _until_summary(lines: IO[str]) -> int:
    """Read to the end of what is said of a change, and return the number of cells that it changes."""
    for line in lines:
        if found := _SUMMARY.search(line):
            return int(found[1] or 0)
    raise SystemExit("acrdns lint --watch has ended")
