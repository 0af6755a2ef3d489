"""One run over several vantage points: ask at each, judge what comes back, and say which faults explain it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from acrdns.check.diagnosis.diagnosed import NOTHING, renamed
from acrdns.check.judge import Judgement, together
from acrdns.cli.policy import today
from acrdns.report.report import Flap, Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.check.lint import CausesInFile
    from acrdns.check.policy.policy import Policy
    from acrdns.cli.check_endpoints import Plan
    from acrdns.cli.streaming import ResultStream
    from acrdns.probe.answer import ObservedAnswer
    from acrdns.probe.observation import Observation
    from acrdns.probe.pull.reference import ImageName
    from acrdns.probe.pull.result import PullResult
    from acrdns.probe.resolver import Resolver
    from acrdns.probe.saved.write import Saver, Savers


@dataclass(frozen=True, slots=True)
class JudgedPlace:
    """One vantage point, with what was observed there and how it was judged."""

    plan: Plan
    server: str
    """The resolvers that were asked; empty where nobody was."""
    observed: Mapping[str, Observation]
    """By name."""
    judgement: Judgement
    notes: tuple[str, ...]
    pulls: tuple[PullResult, ...] = ()
    interrupted: bool = False
    """Whether Ctrl-C ended the questions."""
    causes: CausesInFile | None = None
    """The causes in the file, found once for all vantage points."""


def known(plan: Plan, answers: Mapping[str, Sequence[ObservedAnswer]]) -> dict[str, Observation]:
    """Return what was saved about the endpoints of the plan, by name."""
    from acrdns.probe.answer import observation

    chosen = [answers.get(plan.vantage, ()), answers.get("", ())] if plan.topology else answers.values()
    by_name: dict[str, list[ObservedAnswer]] = {}
    for answer in chain.from_iterable(chosen):
        by_name.setdefault(answer.fqdn, []).append(answer)
    return {fqdn: seen for fqdn, found in by_name.items() if (seen := observation(fqdn, found))}


def judge_place(  # noqa: PLR0913 -- a run has so many parts
    plan: Plan,
    resolver: Resolver | None,
    saved: dict[str, Observation],
    saver: Saver | Savers | None = None,
    policy: Policy | None = None,
    *,
    stream: ResultStream | None = None,
    ipv6: bool = True,
    image: ImageName | None = None,
    system: bool = False,
    causes: CausesInFile | None = None,
) -> JudgedPlace:
    """Ask for the endpoints that are not known, pull the image where one is named, and judge what is known."""
    from acrdns.check.answers.notes import say_what_is_known, say_what_standbys_give
    from acrdns.check.causes.members import has_lists_in_order
    from acrdns.check.facts import Facts
    from acrdns.check.judge import judge, rules_at_a_vantage
    from acrdns.cli.progress import progress_bar
    from acrdns.probe.ask import StoppedError, observe

    interrupted, causes = False, causes or causes_of(plan)
    wanted = [endpoint.fqdn for endpoint in plan.endpoints if endpoint.fqdn not in saved] if resolver else []
    if resolver:
        record = saver.record(plan.vantage or None, str(resolver)) if saver else None
        live = stream.of(plan, policy, causes) if stream else None
        try:
            with progress_bar(len(wanted), "asking") as bar:
                progress = live.after(bar.update) if live else bar.update
                observed = live.observed if live else None
                observations = observe(wanted, resolver, ipv6=ipv6, progress=progress, record=record, observed=observed)
            saved = {**saved, **dict(zip(wanted, observations, strict=True))}
        except StoppedError as stopped:
            saved, interrupted = {**saved, **stopped.known}, True
    cases = tuple([e.observed(saved[e.fqdn]) for e in plan.endpoints if e.fqdn in saved])
    missing = [endpoint.fqdn for endpoint in plan.endpoints if endpoint.fqdn not in saved]
    facts = Facts(plan.topology, plan.vantage, cases)
    if image and resolver:
        from acrdns.cli.check_pull import pulled

        facts.pulls = pulled(image, plan.endpoints, resolver)
    if system and resolver:
        from acrdns.probe.machine import looked_up

        facts.machine = looked_up([case.fqdn for case in cases], ipv6=ipv6)
        facts.own_servers = _other_than(resolver)
    notes = (*say_what_is_known(facts.classified), *plan.notes, *_not_observed(missing), *_not_verified(resolver))
    judgement = judge(facts, rules_at_a_vantage(), policy, today(), causes=causes)
    if causes and not judgement.clean and has_lists_in_order(facts.topology):
        notes = (*notes, *say_what_standbys_give(plan.vantage, [cause.finding for cause in causes()]))
    return JudgedPlace(plan, str(resolver or ""), saved, judgement, notes, facts.pulls, interrupted, causes)


def causes_of(plan: Plan) -> CausesInFile | None:
    """Return the causes in a plan's file, which are looked for when they are first needed; None without a file."""
    if plan.topology is None:
        return None
    from acrdns.check.lint import CausesInFile

    return CausesInFile(plan.topology)


def judge_all(  # noqa: PLR0913 -- a run has so many parts
    plans: Sequence[Plan],
    resolvers: Sequence[Resolver | None],
    answers: Mapping[str, Sequence[ObservedAnswer]],
    saver: Saver | Savers | None,
    policy: Policy,
    *,
    stream: ResultStream | None = None,
    ipv6: bool,
    image: ImageName | None,
    system: bool = False,
    causes: CausesInFile | None = None,
) -> list[JudgedPlace]:
    """Ask and judge at each vantage point."""
    causes = causes or causes_of(plans[0])
    return [
        judge_place(
            plan,
            resolver,
            known(plan, answers),
            saver,
            policy,
            stream=stream,
            ipv6=ipv6,
            image=image,
            system=system,
            causes=causes,
        )
        for plan, resolver in zip(plans, resolvers, strict=True)
    ]


def judge_again(policy: Policy, place: JudgedPlace, observations: dict[str, Observation]) -> JudgedPlace:
    """Judge other observations of a vantage point."""
    judged = judge_place(place.plan, None, observations, None, policy, causes=place.causes)
    return replace(judged, server=place.server, pulls=place.pulls)


def _not_observed(fqdns: Sequence[str]) -> tuple[str, ...]:
    from acrdns.report.cells import listed

    return (f"not observed, and not judged: {listed(fqdns)}",) if fqdns else ()


def _other_than(resolver: Resolver) -> str:
    """Return this machine's own servers, if none of them was asked; empty where that is not known."""
    from acrdns.errors import ProbeError
    from acrdns.probe.resolver import system_servers

    try:
        own = system_servers()
    except ProbeError:
        return ""
    asked = {server.address for server in resolver.servers}
    return "" if any(server.address in asked for server in own) else ", ".join(map(str, own))


def _not_verified(resolver: Resolver | None) -> tuple[str, ...]:
    named = [str(s) for s in resolver.servers if s.transport in ("tls", "https")] if resolver else []
    if not (resolver and resolver.insecure and named):
        return ()
    return (f"--insecure: the certificate of {', '.join(named)} was not verified; anybody may have answered",)


def report_of(
    target: str, places: Sequence[JudgedPlace], flaps: tuple[Flap, ...] = (), *, explain: bool = False
) -> Report:
    """Return the report of all vantage points, with the faults that explain their answers."""
    judgement = together([place.judgement for place in places])
    first = places[0]
    diagnosed = NOTHING if judgement.clean else _diagnosed(places)
    several = len(places) > 1
    notes = [str(flap) for flap in flaps]
    notes += [f"{place.plan.vantage}: {note}" if several else note for place in places for note in place.notes]
    if diagnosed.diagnoses and first.plan.topology is None:
        from acrdns.check.diagnosis.without_file import UNKNOWN

        notes.append(UNKNOWN)
    return Report(
        judgement,
        target,
        first.plan.vantage,
        first.server,
        tuple(notes),
        diagnosed=diagnosed,
        pulls=tuple((place.plan.vantage, pull) for place in places for pull in place.pulls),
        vantages=tuple((place.plan.vantage, place.server) for place in places if place.plan.vantage),
        explain=explain,
        flaps=flaps,
    )


def _diagnosed(places: Sequence[JudgedPlace]) -> Diagnosed:
    """Return which faults explain the answers, some of which are wrong."""
    from acrdns.check.answers.classify import is_privatelink
    from acrdns.check.diagnosis.answer import answers_of
    from acrdns.check.diagnosis.diagnose import diagnose
    from acrdns.check.diagnosis.in_file import in_words_of_lint
    from acrdns.check.diagnosis.shown.rebinding import filtered_first
    from acrdns.check.diagnosis.witness import asked_by_hand

    topology, causes = places[0].plan.topology, places[0].causes
    if topology is None or causes is None:
        return _diagnosed_without_file(places[0])
    topology, moved = asked_by_hand(topology, {place.plan.vantage: _asked_at(place) for place in places})
    placed = [(moved.get(place.plan.vantage, place.plan.vantage), place) for place in places]
    asked = {(at, v.case.fqdn) for at, p in placed for v in p.judgement.verdicts if v.case.member.kind != "connected"}
    answers = [
        answer
        for at, place in placed
        for seen in place.observed.values()
        # Nobody expects anything of a name under privatelink, and it shows what a server forwards.
        if (at, seen.fqdn) in asked or is_privatelink(seen.fqdn)
        for answer in answers_of(
            seen._replace(server=seen.server or place.server.removesuffix(":53")), at, f"{at} {place.server}"
        )
    ]
    wrong = {(at, fqdn) for at, place in placed for fqdn in place.judgement.wrong} & asked
    observed = {
        (at, verdict.case.fqdn): verdict.case.observation
        for at, place in placed
        for verdict in place.judgement.verdicts
        if (at, verdict.case.fqdn) in wrong
    }
    servers = {at: place.server for at, place in placed}
    found = filtered_first(diagnose(topology, answers, wrong, causes), topology, observed, servers)
    return renamed(in_words_of_lint(found, topology, causes), {at: vantage for vantage, at in moved.items()})


def _asked_at(place: JudgedPlace) -> str:
    """Return the resolver that was asked at a vantage point, or empty where there is none, or there are several."""
    servers = {place.server or seen.server for seen in place.observed.values()}
    return servers.pop() if len(servers) == 1 else ""


def _diagnosed_without_file(place: JudgedPlace) -> Diagnosed:
    """Return which faults explain the answers of a registry of which only the name is known."""
    from acrdns.azure import CLOUDS
    from acrdns.check.answers.shown import is_denied_elsewhere
    from acrdns.check.diagnosis.answer import answers_of
    from acrdns.check.diagnosis.diagnose import diagnose
    from acrdns.check.diagnosis.shown.rebinding import filtered_first
    from acrdns.check.diagnosis.without_file import as_told, supposed, unknown_to_azure
    from acrdns.check.fixes.fix import NETWORK

    cases = [verdict.case for verdict in place.judgement.verdicts]
    # The supposed private endpoint is in reach, and where public answers are expected, none is to be used.
    if any(case.expectation.kind == "public" for case in cases):
        return NOTHING
    cloud = next(cloud for cloud in CLOUDS.values() if cases[0].fqdn.endswith(f".{cloud.registry}"))
    topology = supposed(cases, cloud)
    if topology is None:
        return NOTHING
    # A server of one's own that denies a name is none that the supposed topology has; its finding says all about it.
    nowhere = unknown_to_azure(cases)
    cases = [c for c in cases if c.fqdn not in nowhere and not is_denied_elsewhere(c.observation, cloud)]
    answers = [answer for case in cases for answer in answers_of(case.observation, NETWORK, place.server)]
    wrong = {(NETWORK, case.fqdn): case.observation for case in cases if case.fqdn in place.judgement.wrong}
    if not wrong:
        return NOTHING
    found = diagnose(topology, answers, wrong.keys())
    return as_told(filtered_first(found, topology, wrong, {NETWORK: place.server or "the resolver"}))
