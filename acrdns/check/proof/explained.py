"""One defect is reported once, with fixes that hold.

An answer is explained by the cause whose fix makes it right, and by all causes whose fixes together do. The finding
about the cause gets the violation's counterexample as its trace. Answers that stay wrong once everything is fixed are
reported as they are. A finding that the fix of another removes, with all its wrong answers, is a consequence of that
one, and left out.

In large estates the model tries the fixes in a sample, which has three registries of each kind. Where that is large,
too, because its registries have little in common, no fix is tried. There a cause explains the wrong answers of a
vantage point where it lies on their route: at the vantage point itself, or in a network whose server takes part.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.estate.properties import violation
from acrdns.check.facts import Facts
from acrdns.check.fixes.first_step import FirstStep, unwrapped
from acrdns.check.profile import ORDER, Profile
from acrdns.check.proof.explains import explains
from acrdns.check.proof.leads import LeadsTo
from acrdns.check.proof.proved import PROVEN, Proved
from acrdns.check.proof.prover import Prover
from acrdns.check.proof.sample import Sample, pairs
from acrdns.check.rules import rules
from acrdns.names import name, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.estate.wrong import Cells
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.resolve.chain import Resolution
    from acrdns.topology.model import Topology

PREFIXES = ("ACR1", "ACR2")
"""Topology, and private zones."""

_TIES = {"ACR109": 0, "ACR103": 2}
"""ACR109 says more than ACR107 where a server forwards some privatelink names, and nothing for the others; ACR103 says
less than ACR101 and ACR108 where there is no zone that a network could be linked to."""
MOST_TRIED = 200_000
"""Cells of the matrix, times findings, up to which the model tries each fix: some seconds. Above, it takes a sample."""

MOST_LED = 10_000
"""The same, up to which a fix must lead to no error: what is left is explained after each.

Above, the sample tells which fixes lead to an error, also where the model tries the fixes of all registries. The
first of several steps in an estate is the same in one with more registries of each kind.
"""


def find(facts: Facts, *prefixes: str) -> list[Finding]:
    """Return what the rules find in the file, explained or not."""
    found: list[Finding] = []
    for each in rules(*prefixes):
        finds = each.find if each.code.startswith(PREFIXES) else each.find_in_file
        if finds:
            found += finds(facts)
    return found


def explained(facts: Facts, found: Sequence[Finding]) -> list[Proved]:
    """Return the findings about causes, with traces and fixes that hold, and the violations without a known cause."""
    if not found:
        return []
    size = cells(facts.topology) * len(found)
    if size <= MOST_LED:
        return _tried(facts, found, strictly(facts, found))[0]
    sample = Sample(facts.estate)
    if size <= MOST_TRIED:
        return _with_first_steps(_tried(facts, found)[0], sample)
    sampled = Facts(sample.topology)
    shown = find(sampled)
    if cells(sample.topology) * len(shown) <= MOST_TRIED:
        return _in_large(facts, found, sample, sampled, shown)
    known, proven = _parted(found)
    traced = (replace(each, trace=_on_route(each, proven)) for each in known)
    return [*map(Proved, traced), *map(Proved, _unexplained(known, proven))]


def strictly(facts: Facts, found: Sequence[Finding]) -> LeadsTo | None:
    """Return what tells the errors that fixes lead to, or None for a topology too large to explain it once a fix."""
    if cells(facts.topology) * len(found) > MOST_LED:
        return None
    return LeadsTo(facts, found, lambda after, left: _tried(after, left)[0] if left else [])


def _parted(found: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """Return the findings about causes, and the violations."""
    proven = [finding for finding in found if finding.code.startswith(PROVEN)]
    return [finding for finding in found if not finding.code.startswith(PROVEN)], proven


def _in_large(
    facts: Facts, found: Sequence[Finding], sample: Sample, sampled: Facts, shown: Sequence[Finding]
) -> list[Proved]:
    """Return the findings of an estate as those of its sample are explained; `Proved.effect` stays None."""
    tried, left, right = _tried(sampled, shown, strictly(sampled, shown))
    known, proven = _parted(found)
    every = [*known, *(_residual(facts, sample.cells(right)) if proven else ())]
    explained_: list[Proved] = []
    for finding, like in zip(every, pairs(every, [*_parted(shown)[0], *left], sample), strict=True):
        if like is None:
            explained_.append(Proved(replace(finding, trace=finding.trace or _on_route(finding, proven))))
        elif proved := next((each.finding for each in tried if _is_said_in(like, each.finding)), None):
            explained_.append(Proved(_standing(facts, finding, like, proved, sample)))
    return explained_


def _with_first_steps(proved: Sequence[Proved], sample: Sample) -> list[Proved]:
    """Return findings whose fixes are the first of several steps where those of their sample are."""
    sampled = Facts(sample.topology)
    shown = find(sampled)
    if not (leads_to := strictly(sampled, shown)):
        return list(proved)
    tried = [each.finding for each in _tried(sampled, shown, leads_to)[0]]
    steps = {(f.code, f.fqdn, f.networks): fix for f in tried for fix in f.fixes if isinstance(fix, FirstStep)}

    def led(finding: Finding) -> Finding:
        step = steps.get((*sample.standing_for(finding), finding.networks))
        return replace(finding, fixes=(sample.first_step(step, finding.fixes, finding.fqdn),)) if step else finding

    return [replace(each, finding=led(each.finding)) for each in proved]


def _is_said_in(finding: Finding, proved: Finding) -> bool:
    """Return whether a finding of a sample is that one, with fixes that hold."""
    same = (finding.code, finding.fqdn, finding.place) == (proved.code, proved.fqdn, proved.place)
    return same and proved.message.startswith(finding.message)


def _standing(facts: Facts, finding: Finding, like: Finding, proved: Finding, sample: Sample) -> Finding:
    """Return a finding of an estate with the fixes of the one in its sample, made for its own registry."""
    options = [like.fixes, *like.otherwise]
    own = [finding.fixes, *finding.otherwise]
    made = unwrapped(proved.fixes)
    at = options.index(made) if made in options else -1
    fixes = own[at] if 0 <= at < len(own) else sample.fixes(made, finding.fqdn)
    for step in proved.fixes[:1]:
        if isinstance(step, FirstStep):
            fixes = (sample.first_step(step, fixes, finding.fqdn),)
    message = finding.message + sample.own(proved.message.removeprefix(like.message), finding.fqdn)
    trace = proved.trace
    if trace and sample.standing_for(finding)[1] != finding.fqdn:
        name_ = name(sample.own(show(trace.question.name), finding.fqdn))
        trace = facts.world.resolve(trace.vantage, replace(trace.question, name=name_))
    return replace(finding, message=message, fixes=fixes, networks=proved.networks, trace=trace)


def _tried(
    facts: Facts, found: Sequence[Finding], leads_to: LeadsTo | None = None
) -> tuple[list[Proved], list[Finding], Cells]:
    """Return the findings with fixes that were tried, the violations that these leave, and the cells that they mend."""
    known, proven = _parted(found)
    prover = Prover(facts, found, find, leads_to)
    proved = _causes(prover.prove_all(known))
    right = prover.wrong - _left(prover, proved)
    kept = list(_residual(facts, right)) if proven else []
    earlier = prover.earlier(proved)
    untried = [each.finding for each in proved if each.effect is None]
    unsaid = [broken for broken in kept if not any(explains(cause, broken, passed=False) for cause in untried)]
    left = _each_cause_once(prover, facts.topology, unsaid, earlier)
    named = (each for each in left if not any(_says_the_same(cause.finding, each.finding) for cause in proved))
    return [*_with_traces(facts, proved, proven), *named], kept, right


def _says_the_same(cause: Finding, broken: Finding) -> bool:
    """Return whether a cause has the fixes of a violation, names its endpoint and is about its vantage points.

    The answer may stay wrong with these fixes, for another cause.
    """
    about = set(cause.networks).issuperset(broken.networks) and cause.fqdn == broken.fqdn
    return about and cause.fixes == broken.fixes


def _causes(proved: Sequence[Proved]) -> list[Proved]:
    """Return the findings without the consequences of others, which the model decides.

    A consequence is gone once the other is fixed, with all the answers that its own fixes make right. Where each of two
    is gone with the other, the worse one stays, then the one whose fix makes more answers right, then the one whose fix
    leads to fewer others, then the one about names forwarded in vain; an endpoint without a zone group comes last.
    """
    severity = Profile().severity
    ranks = {
        id(each): (
            ORDER[severity(each.finding.code)],
            -len(each.mended),
            each.added,
            _TIES.get(each.finding.code, 1),
            at,
        )
        for at, each in enumerate(proved)
    }
    left = {id(each): each for each in proved}

    def follows(cause: Proved, each: Proved) -> bool:
        # A warning about an answer that is right stands for no error, which nobody would hear of otherwise.
        bad = ranks[id(cause)][0] <= ranks[id(each)][0] or any(f == cause.finding.fqdn for _, f in cause.mended)
        if cause.after and not each.after:
            return False
        return cause is not each and bad and cause.removes(each.finding) and each.mended <= cause.mended

    for each in sorted(proved, key=lambda each: ranks[id(each)], reverse=True):
        causes = [cause for cause in left.values() if severity(cause.finding.code) != "info" and follows(cause, each)]
        if any(not follows(each, cause) or ranks[id(cause)] < ranks[id(each)] for cause in causes):
            del left[id(each)]
    return list(left.values())


def _each_cause_once(
    prover: Prover, topology: Topology, violations: Iterable[Finding], fixes: tuple[Fix, ...]
) -> list[Proved]:
    """Return the violations with their fixes, without those that the fix of an earlier one removes.

    `fixes` are those of causes, after which fixes are tried that do not hold by themselves.
    """
    found: list[Proved] = []
    for broken in violations:
        earlier = next((number for number, each in enumerate(found) if each.removes(broken)), None)
        if earlier is None:
            found.append(prover.prove_after(fixes, broken))
        else:
            found[earlier] = found[earlier].also(broken, topology)
    return [each.worded() for each in found]


def cells(topology: Topology) -> int:
    """Return the number of endpoints of all registries, times the vantage points."""
    return len(topology.vantages) * sum(1 + len(registry.regions) for registry in topology.registries.values())


def _left(prover: Prover, proved: Sequence[Proved]) -> Cells:
    """Return the cells that no fix makes right, nor all of them together, but for those that one mends by the way.

    A cell that all of them mend together counts where one of them is about its vantage point.
    """
    left = prover.wrong.difference(*(each.mended for each in proved))
    tried = [each for each in proved if each.effect]
    if left and len(tried) > 1:
        together = prover.effect(dict.fromkeys(fix for each in tried for fix in unwrapped(each.finding.fixes)))
        mended = together.mended.difference(*(each.besides for each in tried)) if together else frozenset()
        said = {vantage for each in tried for vantage in each.finding.networks}
        left -= {cell for cell in mended if cell[0] in said}
    return left


def _residual(facts: Facts, mended: Cells) -> Iterator[Finding]:
    """Return the violations as far as they are about other cells than those that a cause's fix makes right."""
    rest = Facts(facts.topology)
    rest.world = facts.world
    shown = ((each, [end for end in each.endpoints if (each.vantage, end[1]) not in mended]) for each in facts.proof)
    rest.proof = tuple(violation(facts.world, each.vantage, each.broken, ends) for each, ends in shown if ends)
    return (finding for each in rules(PROVEN) for finding in each.find(rest))


def _with_traces(facts: Facts, proved: Iterable[Proved], proven: Sequence[Finding]) -> Iterator[Proved]:
    """Return the causes, each with the counterexample of a violation that it explains."""
    for each in proved:
        yield replace(each, finding=replace(each.finding, trace=_counterexample(facts, each, proven)))


def _counterexample(facts: Facts, cause: Proved, proven: Sequence[Finding]) -> Resolution | None:
    """Return the resolution of an answer that the cause makes wrong, of the finding's own endpoint if possible.

    Fixes that the model tried say which answers these are. Without them, it is an answer of the endpoint or registry
    that the finding is about, else any that has the cause on its route.
    """
    about, ends = cause.finding.fqdn, [(each, end) for each in facts.proof for end in each.endpoints]
    subject = next((e for every in facts.layout.endpoints.values() for e in every if e.fqdn == about), None)
    if cause.finding.trace:
        return cause.finding.trace
    if cause.effect:
        ends = [(each, end) for each, end in ends if (each.vantage, end[1]) in cause.mended]
    elif subject:
        ends = [(each, end) for each, end in ends if end[0] == subject.registry.name]
    else:
        return _on_route(cause.finding, proven)
    if not ends:
        return None
    broken, end = min(ends, key=lambda found: found[1][1] != about)
    return violation(facts.world, broken.vantage, broken.broken, (end,)).counterexample


def _on_route(cause: Finding, proven: Sequence[Finding]) -> Resolution | None:
    return next((broken.trace for broken in proven if explains(cause, broken)), None)


def _unexplained(known: Sequence[Finding], proven: Iterable[Finding]) -> list[Finding]:
    """Return the violations with no cause on their route."""
    return [broken for broken in proven if not any(explains(cause, broken) for cause in known)]


def by_place(finding: Finding) -> tuple[int, int, str, str]:
    """Return the key that sorts findings in the order of the file."""
    place = finding.place
    return (place.line if place else 0, place.column if place else 0, finding.code, finding.fqdn)
