"""Run rules over facts, and return the verdict on each endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.check.answers.classify import NO_ANSWER
from acrdns.check.policy.policy import Policy
from acrdns.check.profile import ORDER, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.check.policy.accepting import Acceptance
    from acrdns.check.proof.proved import Proved
    from acrdns.check.rule import Find, Rule

Status = Literal["pass", "fail", "error", "ignored"]
"""`error`: the resolver gave no usable answer (SERVFAIL, REFUSED, timeout). `ignored`: the answer is wrong, and what is
found of it is excused by the policy or accepted by the topology."""


PULLS = "ACR4"
"""Beginning of the codes about pulls: a pull may fail where the answer is right."""


class Verdict(NamedTuple):
    """The status of one endpoint."""

    case: Case
    status: Status
    vantage: str = ""
    """Where it was observed; empty where nobody said."""

    @property
    def fails(self) -> bool:
        """Whether the answer is wrong or missing, and nobody has excused it."""
        return self.status in ("fail", "error")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdicts, in the order of the cases, and the findings, the worst first."""

    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    profile: Profile = field(default_factory=Profile)
    accepted: tuple[Acceptance, ...] = ()
    """The findings that the topology excuses."""

    def count(self, status: Status) -> int:
        """Return the number of endpoints with a status."""
        return [verdict.status for verdict in self.verdicts].count(status)

    @property
    def wrong(self) -> frozenset[str]:
        """The names of endpoints with a finding worse than `info`, or without an answer."""
        found = {finding.fqdn for finding in self.findings if self.profile.severity(finding.code) != "info"}
        return frozenset(v.case.fqdn for v in self.verdicts if v.fails or v.case.fqdn in found)

    @property
    def clean(self) -> bool:
        """Whether no finding is worse than `info`."""
        return all(self.profile.severity(finding.code) == "info" for finding in self.findings)


def judge(
    facts: Facts,
    rules: Iterable[Rule],
    policy: Policy | None = None,
    today: date | None = None,
    *,
    causes: Callable[[], Sequence[Proved]] | None = None,
) -> Judgement:
    """Run every rule over the facts. An endpoint with a finding of severity `error` has failed.

    Findings that the topology accepts are set apart if `today` is given. An endpoint whose errors are all excused has
    not passed: its status is `ignored`. `causes` gives those in the file; without it, they are looked for if needed.
    """
    policy = policy or Policy()
    profile = policy.profile
    accepted: tuple[Acceptance, ...] = ()
    found = [finding for rule in rules for finding in rule.find(facts)]
    if found:
        # Most runs find nothing, and need not know how causes are found.
        from acrdns.check.cause_in_file import explained

        found = [replace(finding, vantage=facts.vantage) for finding in explained(facts, found, causes)]
    wrong = _subjects(found, profile)
    if today and facts.topology.accepted:
        from acrdns.check.policy.accepting import excuse

        excused = excuse(facts.topology, found, today)
        found = list(excused.findings)
        accepted = tuple(each for each in excused.accepted if policy.counts(each.finding.code))
    found = policy.chosen(found)
    position = {case.fqdn: index for index, case in enumerate(facts.cases)} if found else {}
    findings = sorted(
        found,
        key=lambda f: (ORDER[profile.severity(f.code)], position.get(f.fqdn, -1), f.code),
    )
    failed = _subjects(findings, profile)
    verdicts = tuple([Verdict(case, _status(case, failed, wrong), facts.vantage) for case in facts.cases])
    return Judgement(verdicts, tuple(findings), profile, accepted)


def together(parts: Sequence[Judgement]) -> Judgement:
    """Return the judgements of several vantage points as one, the worst findings first."""
    if len(parts) == 1:
        return parts[0]
    profile = parts[0].profile
    # An acceptance that has expired is the same finding at each vantage point.
    findings = dict.fromkeys(finding for part in parts for finding in part.findings)
    ordered = sorted(findings, key=lambda f: ORDER[profile.severity(f.code)])
    verdicts = tuple(verdict for part in parts for verdict in part.verdicts)
    return Judgement(verdicts, tuple(ordered), profile, tuple(each for part in parts for each in part.accepted))


def _subjects(findings: Iterable[Finding], profile: Profile) -> set[str]:
    """Return the endpoints whose answer is wrong by a finding of severity `error`."""
    errors = (finding for finding in findings if profile.severity(finding.code) == "error")
    return {finding.fqdn for finding in errors if not finding.code.startswith(PULLS)}


def _status(case: Case, failed: set[str], wrong: set[str]) -> Status:
    if case.observation.outcome in NO_ANSWER:
        return "error"
    if case.fqdn in failed:
        return "fail"
    return "ignored" if case.fqdn in wrong else "pass"


def rules_at_a_vantage() -> Iterator[Rule]:
    """Return the rules about answers and pulls, and those of what fails although each answer is right.

    Syncs do so, and pulls of a registry without public access whose private endpoint waits for its approval.
    """
    from acrdns.check.rules import rules

    yield from rules("ACR3", "ACR4")
    for rule in rules("ACR115", "ACR116"):
        yield replace(rule, find=partial(_of_syncs_here, rule.find))
    for rule in rules("ACR104"):
        yield replace(rule, find=partial(_of_closed_registries_here, rule.find))


def _of_syncs_here(find: Find, facts: Facts) -> Iterator[Finding]:
    """Return the findings about connected registries in this network whose parent's name has an answer."""
    silent = {case.fqdn for case in facts.cases if case.observation.outcome in NO_ANSWER}
    return (each for each in find(facts) if facts.vantage in each.networks and each.fqdn not in silent)


def _of_closed_registries_here(find: Find, facts: Facts) -> Iterator[Finding]:
    """Return the findings about registries without public access that have a public answer for want of an approval."""
    topology = facts.topology
    if facts.vantage not in topology.vantages[1:]:
        return
    home = topology.vantage(facts.vantage).name
    near = {home, *topology.reach(home)}
    waiting = {p.registry for p in topology.private_endpoints.values() if not p.approved and p.network in near}
    closed = {key for key in waiting if not topology.registries[key].public_network_access_enabled}
    here = {
        c.fqdn
        for c in facts.cases
        if c.registry in closed and c.expectation.kind == "public" and c.observation.addresses
    }
    yield from (replace(each, networks=(facts.vantage,)) for each in find(facts) if each.fqdn in here) if here else ()
