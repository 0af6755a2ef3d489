"""`acrdns check`: compare the answers of a live resolver with the expected ones."""

from __future__ import annotations

import os
import sys
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT
from acrdns.cli.check_endpoints import places_of, plan_of_name, plan_of_topology, regions_observed
from acrdns.cli.check_pull import PullOption, image_of
from acrdns.cli.judging import causes_of, judge_again, judge_all, report_of
from acrdns.cli.output import Output, OutputOption
from acrdns.cli.policy import (
    ExitZeroOption,
    IgnoreOption,
    PolicyOptions,
    ProfileOption,
    SelectOption,
    StrictOption,
)
from acrdns.cli.rounds import (
    INTERVAL,
    IntervalOption,
    RepeatOption,
    Rounds,
    UntilCleanOption,
    WatchOption,
    check_choice,
    watch,
)
from acrdns.cli.saved import RedactOption, RestoreOption, SaveOption, restored, saving, streamed, witnessed
from acrdns.cli.target import STDIN, is_topology, read_topology, without_image
from acrdns.errors import ProbeError
from acrdns.gc_pause import paused_for_good
from acrdns.probe.saved.write import Savers
from acrdns.report.formats import FindingsFormat
from acrdns.report.report import Report

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.cli.judging import JudgedPlace
    from acrdns.cli.streaming import ResultStream
    from acrdns.probe.resolver import Resolver
    from acrdns.report.report import Flap


_PATIENCE = 2.0
"""Seconds to wait for an answer, as a rule."""


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
    vantages: Annotated[
        list[str] | None,
        typer.Option(
            "--from",
            metavar="VANTAGE[=SERVER]",
            autocompletion=completion.vantages,
            help="Where the resolver is: a network of the topology, or internet (the default). "
            "May be repeated, each with its server: hub=10.0.0.4.",
        ),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            "--server",
            metavar="SERVER",
            help="The resolver: 10.0.0.4, [::1]:5301, tcp://10.0.0.4, tls://dns.example, https://dns.example. "
            "Default: this machine's own.",
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
        float | None,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=0.01,
            help="How long to wait for each answer, by default 2; with --until-clean, for all to be right.",
        ),
    ] = None,
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
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the answers that each diagnosis predicts, after those observed.")
    ] = False,
    pull: PullOption = None,
    system: Annotated[
        bool,
        typer.Option("--system", help="Look up as programs here do, too (hosts file, nsswitch), and compare with DNS."),
    ] = False,
    rate: Annotated[
        float | None, typer.Option("--rate", metavar="N", min=0.1, help="The most questions to begin in a second.")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Trust any certificate of tls:// and https://; the report says so.")
    ] = False,
    repeat: RepeatOption = 1,
    interval: IntervalOption = None,
    until: UntilCleanOption = False,
    watching: WatchOption = False,
    save: SaveOption = None,
    restore: RestoreOption = None,
    redact: RedactOption = False,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    profile: ProfileOption = None,
    strict: StrictOption = False,
    exit_zero: ExitZeroOption = False,
) -> int:
    """Resolve every endpoint of the registries through a live resolver, and say whether each answer is right.

    With a topology file, each answer for a login server, data endpoint or regional endpoint is compared with the one
    that a client at VANTAGE should get. With a login server alone, the report says whether a private endpoint exists,
    whether the answers are private or public, and which are wrong in any case: missing records, shared addresses.
    With --expect, private or public is judged, too.

    Where answers are wrong, the report says which misconfigurations give exactly these answers, which ones the answers
    rule out, and what to ask next. Several vantage points in one run tell most of them apart.

    Only DNS is asked: hosts files play no part but with --system, and connections to the registry none. With --pull, an
    image is pulled as well: login, token, manifest and each layer, with credentials from the environment
    (ACRDNS_REGISTRY_USER and ACRDNS_REGISTRY_PASSWORD) or from the files of docker, podman and skopeo.
    `acrdns rule CODE` explains a finding.

    Exit codes: 0 all right; 1 findings; 2 could not judge (bad input, or no answer from the resolver).

    \b
    Examples:
      acrdns check estate.yaml --from hub --server 10.0.0.4
      acrdns check estate.yaml --from spoke --registry contoso --format junit
      acrdns check estate.yaml --from hub=10.0.0.4 --from spoke=10.1.0.4:53
      acrdns check contoso.azurecr.io --regions eastus,westus
      acrdns check estate.yaml --from hub --pull team/app:1.0
    """  # noqa: D301 -- \b keeps the lines below it from being joined
    check_choice(repeat, interval, until=until, watching=watching, saved=bool(restore and not server))
    interval = INTERVAL if interval is None else interval
    output = Output("findings", format_, outputs)
    target = STDIN if target == "-" else without_image(target)
    policy = PolicyOptions(select, ignore, profile, strict, exit_zero).policy(target)
    places = places_of(vantages or (), server)
    image = None if pull is None else image_of(pull)
    answers = restored(restore or (), places[0].vantage or "", placed=is_topology(target))
    with paused_for_good():
        if is_topology(target):
            if expect:
                raise typer.BadParameter("the topology says which addresses are right", param_hint="--expect")
            topology = read_topology(target)
            topology, answers, places = witnessed(topology, answers, places)
            plans = [plan_of_topology(topology, place.vantage, registry, regions) for place in places]
        else:
            # What was observed of data endpoints is judged, too, without being told of it.
            regions = regions or regions_observed(target, chain.from_iterable(answers.values()))
            plans = [plan_of_name(target, vantages, registry, regions, regional=regional, expect=expect)]
        patience = _PATIENCE if timeout is None else min(timeout, _PATIENCE) if until else timeout
        ask = partial(_resolver, timeout=patience, retries=retries, tcp=tcp, insecure=insecure, rate=rate)
        resolvers = [ask(place.server) if place.server or not restore else None for place in places]
        with saving(save, redact=redact, restored=restore or ()) as saved:
            live = streamed() if format_ == "jsonl" and any(resolvers) and not watching else None
            saver = Savers(each for each in (saved, live) if each) if saved or live else None
            stream = _stream() if live else None
            once = partial(
                judge_all,
                plans,
                resolvers,
                answers,
                saver,
                policy,
                stream=stream,
                ipv6=ipv6,
                image=image,
                system=system,
                causes=causes_of(plans[0]),
            )
            rounds = Rounds(once, partial(judge_again, policy), policy, interval)
            flaps: tuple[Flap, ...] = ()
            if watching:
                judged = _watched(rounds, output, partial(report_of, target, explain=explain), timeout, until=until)
            elif until:
                judged = rounds.until_clean(timeout)
            else:
                judged, flaps = rounds.repeated(repeat)
        report = report_of(target, judged, flaps, explain=explain)
        outcomes = {verdict.case.observation.outcome for verdict in report.judgement.verdicts}
        silent = not report.pulls and outcomes <= {"TIMEOUT"}
        shown = watching and sys.stdout.isatty()  # the live table stays
        output.write(report, text=not (silent or shown), written=stream.written if stream else None)
    if any(place.interrupted for place in judged):
        raise KeyboardInterrupt
    if silent:
        raise ProbeError(_silence(report))
    return 1 if policy.fails(report.judgement.findings) else 0


def _resolver(
    server: str | None, *, timeout: float, retries: int, tcp: bool, insecure: bool, rate: float | None
) -> Resolver:
    from acrdns.probe.resolver import Resolver, parse_server, system_servers

    # In a lab without namespaces this machine's resolver is not the network's: `acrdns lab env` names that one.
    server = server or os.environ.get("ACRDNS_LAB_DNS")
    servers = (parse_server(server),) if server else system_servers()
    return Resolver(servers, timeout, retries, tcp, insecure, rate)


def _watched(
    rounds: Rounds, output: Output, report: Callable[..., Report], limit: float | None, *, until: bool
) -> list[JudgedPlace]:
    """Show every round, and keep it in the files of `--output`; return the last one, if something ends them."""
    with watch(lambda places: output.text(report(places)), output.format) as show:

        def each(places: list[JudgedPlace]) -> None:
            output.keep(report(places))
            show(places)

        return rounds.until_clean(limit, each) if until else rounds.watched(each)


def _stream() -> ResultStream:
    from acrdns.cli.streaming import ResultStream

    return ResultStream()


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
