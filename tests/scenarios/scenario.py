"""Scenarios: a text file says what exists, who asks what, the whole answer, and every finding; nothing else may appear.

A file is two YAML documents. The first is a topology file as it stands. The second has

    shows:     one sentence
    facts:     entries of the facts that it is made from, in a list
    refused:   a part of the load error, for a topology that must not load; nothing below then
    questions: a list of {from: VANTAGE or a list of them, ask: NAME TYPE, rcode: RCODE, answer: RECORDS, authority: RECORDS}
    lint:      what `lint` finds, a list of `CODE SUBJECT`
    check:     what `check` finds against the simulation, vantage point to a list of `CODE SUBJECT`

RECORDS are lines of `NAME TTL TYPE DATA`, in the order of the answer. Whatever is left out is empty: no answer records, no
finding, from no vantage point.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from acrdns.check.lint import by_place
from acrdns.check.policy.accepting import excuse
from acrdns.names import show
from acrdns.record import type_text
from tests.check.situations import findings_in, loaded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.finding import Finding
    from acrdns.record import RRset
    from acrdns.topology.model import Topology

DIRECTORY = Path(__file__).parent
FILES = sorted(DIRECTORY.glob("*.yaml"))
TODAY = date(2026, 12, 1)
_KEYS = {"shows", "facts", "refused", "questions", "lint", "check"}
_QUESTION_KEYS = {"from", "ask", "rcode", "answer", "authority"}


@dataclass(frozen=True)
class Asked:
    """One question from one vantage point, with its whole answer."""

    vantage: str
    name: str
    type: str
    rcode: str
    answer: tuple[str, ...]
    authority: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """One file."""

    file: Path
    text: str
    """The topology, as it stands."""
    shows: str
    facts: tuple[str, ...]
    refused: str
    questions: tuple[Asked, ...]
    lint: tuple[str, ...]
    check: dict[str, tuple[str, ...]]

    def topology(self) -> Topology:
        """Return the topology; its places are lines of the scenario's file."""
        return loaded(self.text, str(self.file))

    def findings(self) -> tuple[Finding, ...]:
        """Return what `acrdns lint` shows: what the file excuses is left out, and what is wrong with an excuse is there."""
        shown = excuse(self.topology(), self.all_findings(), TODAY, lambda _: True).findings
        return tuple(sorted(shown, key=by_place))

    def all_findings(self) -> tuple[Finding, ...]:
        """Return what lint finds, also what the file excuses."""
        return findings_in(self.text, str(self.file))

    def lint_codes(self) -> set[str]:
        """Return the codes that `lint` is expected to find."""
        return {entry.split()[0] for entry in self.lint}

    def check_codes(self) -> set[str]:
        """Return the codes that `check` is expected to find from anywhere."""
        return {entry.split()[0] for entries in self.check.values() for entry in entries}


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""That of libyaml takes a tenth of the time, and is not on every machine."""


def read(file: Path) -> Scenario:
    """Read a scenario. An unknown key is an error: a misspelt expectation would expect nothing."""
    topology, separator, expected = file.read_text(encoding="utf-8").partition("\n---\n")
    assert separator, f"{file.name} has no second document"
    found: dict[str, Any] = yaml.load(expected, _LOADER)  # noqa: S506 -- safe, either of them
    assert not found.keys() - _KEYS, f"{file.name}: {found.keys() - _KEYS}"
    return Scenario(
        file,
        topology + "\n",
        found["shows"],
        tuple(found["facts"]),
        found.get("refused", ""),
        tuple(asked for entry in found.get("questions", ()) for asked in _asked(entry)),
        tuple(found.get("lint", ())),
        {vantage: tuple(entries) for vantage, entries in found.get("check", {}).items()},
    )


def _asked(entry: dict[str, Any]) -> Iterable[Asked]:
    assert not entry.keys() - _QUESTION_KEYS, entry
    name, type_ = entry["ask"].split()
    vantages = entry["from"] if isinstance(entry["from"], list) else [entry["from"]]
    for vantage in vantages:
        yield Asked(vantage, name, type_, entry["rcode"], _lines(entry.get("answer")), _lines(entry.get("authority")))


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(" ".join(line.split()) for line in (text or "").splitlines() if line.strip())


def written(rrsets: Iterable[RRset]) -> tuple[str, ...]:
    """Write record sets as scenarios do."""
    return tuple(
        f"{show(rrset.name)} {rrset.ttl} {type_text(rrset.type)} {text}" for rrset in rrsets for text in rrset.texts()
    )


def told(findings: Iterable[Finding]) -> list[str]:
    """Write findings as scenarios do, in a fixed order."""
    return sorted(f"{finding.code} {finding.fqdn}" for finding in findings)


SCENARIOS = [read(file) for file in FILES]
