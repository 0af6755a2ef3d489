"""The document of `--format json`, version 1. Its JSON Schema, `check.schema.json`, lies one folder up.

Fields are added, with a default, and never renamed or removed, as long as the version is 1.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from acrdns.probe.pull.result import PullCause, StepName
from acrdns.report.diagnosis.document import DiagnosisEntry, ExclusionEntry, NextEntry, UnexplainedEntry
from acrdns.report.document import json_object
from acrdns.report.position import Position
from acrdns.report.trace.document import Trace


@json_object
class Result:
    """One endpoint."""

    fqdn: str
    """The name of the endpoint, without the last dot."""
    registry: str
    """The registry's key in the topology, or its host label."""
    member: str
    """Member of the private link group: `registry`, `registry_data_<region>` or `registry_<region>`."""
    region: str | None
    """Null for the login server."""
    status: Literal["pass", "fail", "error", "ignored"]
    """`error`: the resolver gave no usable answer. `ignored`: it is wrong, and all that is found of it is excused."""
    expected_kind: Literal["private", "public", "unknown"]
    """The kind of address that is right from here; `unknown`: nothing says which."""
    expected: tuple[str, ...]
    """Any one of these addresses is right. Empty and `public`: any public address is. Empty and `private`: none is."""
    why: str
    """Why this is expected."""
    observed: tuple[str, ...]
    """IPv4 addresses."""
    observed_ipv6: tuple[str, ...]
    """IPv6 addresses; empty where AAAA was not asked."""
    chain: tuple[str, ...]
    """The name asked, then each alias target."""
    rcode: str
    """The response code's mnemonic; `TIMEOUT` where nothing came back."""
    outcome: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"]
    """How the A question ended; NODATA has rcode NOERROR."""
    ipv6_outcome: Literal["NOERROR", "NODATA", "NXDOMAIN", "SERVFAIL", "REFUSED", "TIMEOUT", "OTHER"] | None
    """How the AAAA question ended; null where it was not asked."""
    ttl: int | None
    """Seconds, of the A records; null where there are none."""
    milliseconds: float | None
    """From the first question to the answer, retries included; null for a simulated answer."""
    detail: str
    """An Extended DNS Error (RFC 8914) or the like."""
    vantage: str = ""
    """Where it was observed; empty without a topology."""


@json_object
class FindingEntry:
    """One defect."""

    code: str
    """The code of the rule, which `acrdns rule CODE` explains."""
    name: str
    """The name of the rule."""
    severity: Literal["error", "warning", "info"]
    """The severity after the settings and options of the run."""
    fqdn: str
    """The endpoint, or another subject: a network, a zone, a server."""
    message: str
    """The defect in a sentence."""
    fix: str
    """The change that mends it: a sentence, or commands."""
    place: Position | None
    """The line of the file that causes it; null where no line does."""
    trace: Trace | None
    """Of `lint`: the counterexample, as `acrdns trace` writes it; null where the finding shows without asking."""
    vantage: str = ""
    """Of `check`: where the answer was observed; empty for a finding about the file."""
    impact: tuple[str, ...] = ()
    """Of `lint`: every vantage point with wrong answers that it is about; of a private endpoint that is not approved,
    also those that would use it. Empty while all answers are right."""


@json_object
class AnswerShare:
    """One of several answers for an endpoint."""

    observed: str
    """Addresses, or the outcome."""
    times: int
    """The number of rounds that had this answer."""
    share: float
    """Of all rounds, from 0 to 1."""


@json_object
class FlapEntry:
    """An endpoint that had several answers in the rounds of `--repeat`."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    fqdn: str
    """The name of the endpoint, without the last dot."""
    answers: tuple[AnswerShare, ...]
    """The most frequent first."""


@json_object
class AcceptedEntry:
    """A finding that the topology excuses."""

    code: str
    """The code of the rule, such as `ACR101`."""
    name: str
    """The name of the rule."""
    fqdn: str
    """The endpoint, or another subject: a network, a zone, a server."""
    reason: str
    """The reason that the topology gives."""
    until: str | None
    """The last day, YYYY-MM-DD; null where there is no end."""
    place: Position | None
    """The line of the file that causes the finding; null where no line does."""


@json_object
class ProblemEntry:
    """One thing that keeps a file from being read."""

    message: str
    """The problem and its remedy."""
    place: Position
    """Where in the file it is."""


@json_object
class AskedPlaceEntry:
    """A vantage point of a run."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    server: str
    """The resolvers that were asked, separated by commas; empty where saved answers were judged."""


@json_object
class PullStepEntry:
    """One request of a pull."""

    step: StepName
    """The request that clients make at this point."""
    host: str
    """The host that is asked."""
    address: str | None
    """The address that was connected to; null where the name has none."""
    status: Literal["pass", "fail"]
    """Whether the request did what a pull needs."""
    http: int | None
    """Status of the answer; null where none came."""
    message: str | None
    """The reason for a failure, or a remark; null without one."""


@json_object
class PullEntry:
    """A pull from one registry, step by step until one fails."""

    registry: str
    """The registry's key in the topology, or its host label."""
    image: str
    """The image that is pulled, as a client names it."""
    vantage: str
    """The vantage point; empty without a topology."""
    status: Literal["pass", "fail"]
    """Whether every step passed."""
    failed: StepName | None
    """The step that failed; null where none did."""
    host: str | None
    """The host that the failing step asked; null where the pull passed."""
    cause: PullCause | None
    """The kind of failure; null where the pull passed."""
    code: str | None
    """The code of the failure, which `acrdns rule CODE` explains; null where the pull passed."""
    check_health: str | None
    """The code that `az acr check-health` has for it; null where it does not look: it never asks for a layer."""
    message: str | None
    """The failure in a sentence; null where the pull passed."""
    steps: tuple[PullStepEntry, ...]
    """The requests in order, the last of which is the one that fails, if one does."""


@json_object
class Document:
    """The document of `acrdns check --format json`, and of `acrdns lint`."""

    version: Literal[1]
    """The version of the format of this document."""
    target: str
    """The topology file or the registry's name."""
    vantage: str
    """The first vantage point; empty without a topology."""
    server: str
    """The resolvers that were asked there, separated by commas; empty for `lint`."""
    results: tuple[Result, ...]
    """Each endpoint at each vantage point; empty for `lint`."""
    findings: tuple[FindingEntry, ...]
    """The defects."""
    diagnoses: tuple[DiagnosisEntry, ...]
    """The smallest sets of faults that explain the answers; empty where none was asked for or nothing is wrong."""
    summary: dict[Literal["pass", "fail", "error", "ignored"], int]
    """Endpoints by status; each status is there, `ignored` where it is not 0."""
    notes: tuple[str, ...]
    """Remarks on the run, which are no findings."""
    counts: dict[Literal["error", "warning", "info"], int] = field(default_factory=dict)
    """Findings by severity; each severity is there."""
    problems: tuple[ProblemEntry, ...] = ()
    """The problems of files that do not load; the findings are those of the other files."""
    excluded: tuple[ExclusionEntry, ...] = ()
    """Likely faults that the answers rule out."""
    next: tuple[NextEntry, ...] = ()
    """The questions and commands that decide between the diagnoses that are left; the most useful first."""
    unexplained: tuple[UnexplainedEntry, ...] = ()
    """The answers that no diagnosis explains."""
    vantages: tuple[AskedPlaceEntry, ...] = ()
    """Every vantage point of the run."""
    accepted: tuple[AcceptedEntry, ...] = ()
    """Findings that the topology excuses; they do not count."""
    pulls: tuple[PullEntry, ...] = ()
    """Of `--pull`: one for each registry."""
    flaps: tuple[FlapEntry, ...] = ()
    """Endpoints with several answers, of a run with `--repeat`."""
