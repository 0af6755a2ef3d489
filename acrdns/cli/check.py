"""`acrdns check`: compare the answers of a live resolver with the expected ones."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.check.diagnosis.diagnosed import NOTHING
from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT
from acrdns.cli.output import Output, OutputOption
from acrdns.cli.planned import Plan, plan_of_name, plan_of_topology
from acrdns.cli.saved import RedactOption, RestoreOption, SaveOption, restored, saving
from acrdns.cli.target import is_topology, without_image
from acrdns.errors import InputError, ProbeError
from acrdns.gc_pause import paused_for_good
from acrdns.report.formats import FindingsFormat
from acrdns.report.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.probe.answer import ObservedAnswer
    from acrdns.probe.observation import Observation
    from acrdns.probe.resolver import Resolver
    from acrdns.probe.saved.write import Saver


def command(  # noqa: PLR0913 -- one argument an option, as DESIGN.md lists them
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET",
            autocompletion=completion.topologies,
            help="A topology file, a sample's name, or a login server such as contoso.azurecr.io; also an image.",
        ),
    ],
    *,
    vantage: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="VANTAGE",
            autocompletion=completion.vantages,
            help="Where the resolver stands: a network of the topology, or internet (the default).",
        ),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            metavar="ADDR[:PORT]",
            help="The resolver to ask, e.g. 10.0.0.4, 127.0.0.1:5301 or [::1]:53. Default: this machine's own.",
        ),
    ] = None,
    registry: Annotated[
        list[str] | None,
        typer.Option(
            "--registry",
            metavar="NAME",
            help="Only this registry of the topology; may be repeated.",
            autocompletion=completion.registries,
        ),
    ] = None,
    regions: Annotated[
        str,
        typer.Option(
            "--regions",
            metavar="REGION,...",
            help="With a login server: the regions whose data endpoints to check, home region and replicas.",
        ),
    ] = "",
    regional: Annotated[
        bool,
        typer.Option("--regional-endpoints", help="With --regions: check the regional login servers (geo) as well."),
    ] = False,
    expect: Annotated[
        Literal["private", "public"] | None,
        typer.Option("--expect", help="With a login server: the kind of address that every endpoint should have here."),
    ] = None,
    format_: Annotated[FindingsFormat, FORMAT] = "text",
    outputs: OutputOption = None,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=0.01, help="How long to wait for each answer.")
    ] = 2.0,
    retries: Annotated[
        int, typer.Option("--retries", metavar="N", min=0, help="How often to ask again where no answer comes.")
    ] = 2,
    tcp: Annotated[
        bool, typer.Option("--tcp", help="Ask over TCP only; else over UDP, and TCP where an answer is truncated.")
    ] = False,
    ipv6: Annotated[
        bool,
        typer.Option("--ipv6/--no-ipv6", help="Whether to ask for AAAA records too, which go past private endpoints."),
    ] = True,
    save: SaveOption = None,
    restore: RestoreOption = None,
    redact: RedactOption = False,
) -> int:
    """Resolve every endpoint of the registries through a live resolver, and say whether each answer is right.

    With a topology file, each answer for a login server, data endpoint or regional endpoint is compared with the one
    that a client at VANTAGE should get. With a login server alone, the report says whether a private endpoint exists,
    whether the answers are private or public, and which are wrong in any case: missing records, shared addresses.
    With --expect, private or public is judged, too.

    Only DNS is asked: hosts files and connections to the registry play no part. `acrdns rule CODE` explains a finding.

    Exit codes: 0 all right; 1 findings; 2 could not judge (bad input, or no answer from the resolver).

    \b
    Examples:
      acrdns check estate.yaml --from hub --server 10.0.0.4
      acrdns check estate.yaml --from spoke --registry contoso --format junit
      acrdns check contoso.azurecr.io --regions eastus,westus
    """  # noqa: D301 -- \b keeps the lines below it from being joined
    output = Output("findings", format_, outputs)
    target = without_image(target)
    answers = restored(restore or (), vantage or "")
    with paused_for_good():
        if is_topology(target):
            if expect:
                raise typer.BadParameter("the topology says which addresses are right", param_hint="--expect")
            vantage = _observed_from(answers, vantage)
            try:
                plan = plan_of_topology(target, vantage, registry, regions)
            except InputError as error:
                output.write(_unreadable(target, error), text=False)
                raise
        else:
            plan = plan_of_name(target, vantage, registry, regions, regional=regional, expect=expect)
        known = _known(plan, answers)
        resolver = _resolver(server, timeout=timeout, retries=retries, tcp=tcp) if server or not restore else None
        with saving(save, redact=redact, restored=restore or ()) as saver:
            report = _judged(plan, target, resolver, known, saver, ipv6=ipv6)
        silent = not any(verdict.case.observation.outcome != "TIMEOUT" for verdict in report.judgement.verdicts)
        output.write(report, text=not silent)
    if silent:
        raise ProbeError(_silence(report))
    return 0 if report.judgement.clean else 1


def _resolver(server: str | None, *, timeout: float, retries: int, tcp: bool) -> Resolver:
    from acrdns.probe.resolver import Resolver, parse_server, system_servers

    servers = (parse_server(server),) if server else system_servers()
    return Resolver(servers, timeout, retries, tcp)


def _observed_from(answers: Mapping[str, Sequence[ObservedAnswer]], given: str | None) -> str | None:
    """Return the vantage point to judge from: the one of `--from`, else the one of the saved answers."""
    if given is None and len(answers) > 1:
        raise typer.BadParameter(
            f"the answers are from {', '.join(answers)}; say which: --from VANTAGE", param_hint="--restore"
        )
    return given or next(iter(answers), None) or None


def _known(plan: Plan, answers: Mapping[str, Sequence[ObservedAnswer]]) -> dict[str, Observation]:
    """Return what was saved about the endpoints of the plan, by name."""
    from acrdns.probe.answer import observation

    chosen = [answers.get(plan.vantage, ()), answers.get("", ())] if plan.topology else answers.values()
    by_name: dict[str, list[ObservedAnswer]] = {}
    for answer in chain.from_iterable(chosen):
        by_name.setdefault(answer.fqdn, []).append(answer)
    return {fqdn: seen for fqdn, found in by_name.items() if (seen := observation(fqdn, found))}


def _judged(
    plan: Plan,
    target: str,
    resolver: Resolver | None,
    known: dict[str, Observation],
    saver: Saver | None,
    *,
    ipv6: bool,
) -> Report:
    """Ask for the endpoints that are not known, and judge those that are."""
    from acrdns.check.answers.untold import say_what_is_known
    from acrdns.check.facts import Facts
    from acrdns.check.judge import judge
    from acrdns.check.rules import rules
    from acrdns.cli.progress import progress_bar
    from acrdns.probe.ask import observe

    wanted = [endpoint.fqdn for endpoint in plan.endpoints if endpoint.fqdn not in known] if resolver else []
    if resolver:
        record = saver.record(plan.vantage or None, str(resolver)) if saver else None
        with progress_bar(len(wanted), "asking") as bar:
            observations = observe(wanted, resolver, ipv6=ipv6, progress=bar.update, record=record)
        known = {**known, **dict(zip(wanted, observations, strict=True))}
    cases = tuple([e.observed(known[e.fqdn]) for e in plan.endpoints if e.fqdn in known])
    missing = [endpoint.fqdn for endpoint in plan.endpoints if endpoint.fqdn not in known]
    facts = Facts(plan.topology, plan.vantage, cases)
    notes = (*say_what_is_known(facts.classified), *plan.notes, *_not_observed(missing))
    judgement = judge(facts, rules("ACR3"))
    diagnosed = NOTHING if judgement.clean else _diagnosed(plan, known, str(resolver or ""))
    return Report(judgement, target, plan.vantage, str(resolver or ""), notes, diagnosed=diagnosed)


def _not_observed(fqdns: Sequence[str]) -> tuple[str, ...]:
    from acrdns.report.cells import listed

    return (f"not observed, and not judged: {listed(fqdns)}",) if fqdns else ()


def _diagnosed(plan: Plan, known: Mapping[str, Observation], server: str) -> Diagnosed:
    """Return which faults explain the answers, some of which are wrong."""
    from acrdns.check.diagnosis.answer import answers_of
    from acrdns.check.diagnosis.diagnose import diagnose

    if plan.topology is None:
        return NOTHING
    named = [endpoint.fqdn for endpoint in plan.endpoints if endpoint.fqdn in known]
    return diagnose(plan.topology, [a for fqdn in named for a in answers_of(known[fqdn], plan.vantage, server)])


def _unreadable(target: str, error: InputError) -> Report:
    """Return the report of a topology that does not load: programs get their document in any case."""
    from acrdns.check.judge import Judgement

    return Report(Judgement((), ()), target, problems=error.problems)


def _silence(report: Report) -> str:
    if not report.judgement.verdicts:
        return f"could not judge: the saved answers are about none of the endpoints of {report.target}"
    details = {verdict.case.observation.detail for verdict in report.judgement.verdicts} - {""}
    reason = f" ({min(details, key=len)})" if details else ""
    questions = len(report.judgement.verdicts)
    return (
        f"could not judge: {report.server} answered none of {questions} questions{reason}; check the address and port, "
        "and whether UDP and TCP are let through; --timeout waits longer, --tcp avoids UDP"
    )
