"""Findings as JSON, for programs: a `Document`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from acrdns.check.judge import Status
from acrdns.check.rules import TABLE
from acrdns.probe.observation import Outcome
from acrdns.report.diagnosis.json import diagnosis_entry, exclusion_entry, next_entry, unexplained_entry
from acrdns.report.document import write
from acrdns.report.findings.document import (
    AcceptedEntry,
    AnswerShare,
    AskedPlaceEntry,
    Document,
    FindingEntry,
    FlapEntry,
    ProblemEntry,
    Result,
)
from acrdns.report.findings.pulls import entry
from acrdns.report.position import position
from acrdns.report.trace.json import document as trace_document

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.check.judge import Judgement, Verdict
    from acrdns.check.policy.accepting import Acceptance
    from acrdns.report.report import Flap, Report, Style


def render(report: Report, style: Style) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the document, indented, with a newline at its end."""
    return write(document(report)) + "\n"


def document(report: Report) -> Document:
    """Return the document of a report."""
    judgement = report.judgement
    severities = [judgement.profile.severity(finding.code) for finding in judgement.findings]
    return Document(
        version=1,
        target=report.target,
        vantage=report.vantage,
        server=report.server,
        results=tuple(map(result, judgement.verdicts)),
        findings=tuple(_finding(judgement, finding) for finding in judgement.findings),
        diagnoses=tuple(map(diagnosis_entry, report.diagnosed.diagnoses)),
        summary=_summary(judgement),
        notes=report.notes,
        counts={severity: severities.count(severity) for severity in ("error", "warning", "info")},
        problems=tuple(ProblemEntry(problem.text, position(problem.place)) for problem in report.problems),
        excluded=tuple(map(exclusion_entry, report.diagnosed.excluded)),
        next=tuple(map(next_entry, report.diagnosed.next)),
        unexplained=tuple(map(unexplained_entry, report.diagnosed.unexplained)),
        pulls=tuple(entry(vantage, pull) for vantage, pull in report.pulls),
        vantages=tuple(AskedPlaceEntry(vantage, server) for vantage, server in report.vantages),
        accepted=tuple(map(_accepted, judgement.accepted)),
        flaps=tuple(map(_flap, report.flaps)),
    )


def _summary(judgement: Judgement) -> dict[Literal["pass", "fail", "error", "ignored"], int]:
    counts = {status: judgement.count(status) for status in get_args(Status)}
    return {status: number for status, number in counts.items() if number or status != "ignored"}


def result(verdict: Verdict) -> Result:
    """Return the entry of an endpoint."""
    case, seen = verdict.case, verdict.case.observation
    return Result(
        fqdn=case.fqdn,
        registry=case.registry,
        member=str(case.member),
        region=None if case.member.kind == "connected" else case.member.region or None,
        status=verdict.status,
        expected_kind=case.expectation.kind,
        expected=case.expectation.addresses,
        why=case.expectation.why,
        observed=seen.addresses,
        observed_ipv6=seen.ipv6_addresses,
        chain=seen.chain,
        rcode="NOERROR" if seen.outcome is Outcome.NODATA else seen.outcome.value,
        outcome=seen.outcome.value,
        ipv6_outcome=seen.ipv6_outcome.value if seen.ipv6_outcome else None,
        ttl=seen.ttl,
        milliseconds=seen.milliseconds,
        detail=seen.detail,
        vantage=verdict.vantage,
    )


def _flap(flap: Flap) -> FlapEntry:
    total = sum(count for _, count in flap.answers)
    answers = tuple(AnswerShare(text, count, round(count / total, 4)) for text, count in flap.answers)
    return FlapEntry(flap.vantage, flap.fqdn, answers)


def _accepted(acceptance: Acceptance) -> AcceptedEntry:
    finding = acceptance.finding
    return AcceptedEntry(
        code=finding.code,
        name=TABLE[finding.code],
        fqdn=finding.fqdn,
        reason=acceptance.reason,
        until=acceptance.until,
        place=position(finding.place) if finding.place else None,
    )


def _finding(judgement: Judgement, finding: Finding) -> FindingEntry:
    return FindingEntry(
        code=finding.code,
        name=TABLE[finding.code],
        severity=judgement.profile.severity(finding.code),
        fqdn=finding.fqdn,
        message=finding.message,
        fix=finding.fix,
        place=position(finding.place) if finding.place else None,
        trace=trace_document(finding.trace) if finding.trace else None,
        vantage=finding.vantage,
        impact=finding.impact,
    )
