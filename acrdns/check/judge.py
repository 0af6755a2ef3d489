"""Run rules over facts, and return the verdict on each endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.check.answers.classify import NO_ANSWER
from acrdns.check.profile import ORDER, Profile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.rule import Rule

Status = Literal["pass", "fail", "error"]
"""`error`: the resolver gave no usable answer (SERVFAIL, REFUSED, timeout)."""


class Verdict(NamedTuple):
    """The status of one endpoint."""

    case: Case
    status: Status


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts, in the order of the cases, and the findings, the worst first."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    profile: Profile = field(default_factory=Profile)

    def count(self, status: Status) -> int:
        """Return the number of endpoints with a status."""
        return [verdict.status for verdict in self.verdicts].count(status)

    @property
    def clean(self) -> bool:
        """Whether no finding is worse than `info`."""
        return all(self.profile.severity(finding.code) == "info" for finding in self.findings)


def judge(facts: Facts, rules: Iterable[Rule], profile: Profile | None = None) -> Judgement:
    """Run every rule over the facts. An endpoint with a finding of severity `error` has failed."""
    profile = profile or Profile()
    found = [finding for rule in rules for finding in rule.find(facts)]
    if found:
        # Most runs find nothing, and need not know how causes are found.
        from acrdns.check.explained import explained

        found = list(explained(facts, found))
    position = {case.fqdn: index for index, case in enumerate(facts.cases)} if found else {}
    findings = sorted(
        found,
        key=lambda f: (ORDER[profile.severity(f.code)], position.get(f.fqdn, -1), f.code),
    )
    failed = {finding.fqdn for finding in findings if profile.severity(finding.code) == "error"}
    verdicts = tuple([Verdict(case, _status(case, failed)) for case in facts.cases])
    return Judgement(verdicts, tuple(findings), profile)


def _status(case: Case, failed: set[str]) -> Status:
    if case.observation.outcome in NO_ANSWER:
        return "error"
    return "fail" if case.fqdn in failed else "pass"
