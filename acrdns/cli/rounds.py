"""Ask again and again: `--repeat`, `--until-clean`, `--watch`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.report.cells import observed
from acrdns.report.report import Flap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.check.judge import Verdict
    from acrdns.check.policy.policy import Policy
    from acrdns.cli.judging import JudgedPlace
    from acrdns.probe.observation import Observation
    from acrdns.report.formats import FindingsFormat

    Once = Callable[[], list[JudgedPlace]]
    Again = Callable[[JudgedPlace, dict[str, Observation]], JudgedPlace]

_RANK = {"pass": 0, "ignored": 1, "fail": 2, "error": 2}
"""The worse of two rounds counts, and the first of equal ones."""
RepeatOption = Annotated[
    int,
    typer.Option("--repeat", metavar="N", min=1, help="Ask N times, and show each different answer with its share."),
]
IntervalOption = Annotated[
    float | None,
    typer.Option("--interval", metavar="SECONDS", min=0, help="From one round to the next, by default 5."),
]
INTERVAL = 5.0
UntilCleanOption = Annotated[
    bool,
    typer.Option("--until-clean", help="Ask until all is right; --timeout then limits the whole wait."),
]
WatchOption = Annotated[
    bool,
    typer.Option("--watch", help="Ask until Ctrl-C: a live table on a terminal, a line for each change elsewhere."),
]


def check_choice(repeat: int, interval: float | None, *, until: bool, watching: bool, saved: bool) -> None:
    """Refuse options that do not go together: a usage error says so."""
    chosen = (repeat > 1) + until + watching
    if chosen > 1:
        raise typer.BadParameter("choose one of --repeat, --until-clean and --watch", param_hint="--repeat")
    if interval is not None and not chosen:
        message = "there is one round only; say --repeat N, --until-clean or --watch"
        raise typer.BadParameter(message, param_hint="--interval")
    if chosen and saved:
        message = "saved answers stay as they are; leave it out, or name --server"
        raise typer.BadParameter(message, param_hint="--restore")


class Rounds:
    """A run that may ask several times; `again` judges other observations of a vantage point."""

    def __init__(self, once: Once, again: Again, policy: Policy, interval: float) -> None:
        self._once = once
        self._again = again
        self._policy = policy
        self._interval = interval

    def repeated(self, rounds: int) -> tuple[list[JudgedPlace], tuple[Flap, ...]]:
        """Return what all rounds say together, and the endpoints that had several answers.

        An endpoint is as it was when it was first not right.
        """
        found: list[list[JudgedPlace]] = []
        for number in range(rounds):
            if number:
                time.sleep(self._interval)
            found.append(self._once())
            if _interrupted(found[-1]):
                break
        if len(found) == 1:
            return found[0], ()
        by_place = list(zip(*found, strict=True))
        return list(map(self._together, by_place)), tuple(flap for rounds_ in by_place for flap in _flaps(rounds_))

    def _together(self, rounds: Sequence[JudgedPlace]) -> JudgedPlace:
        """Return the judgement of the answers of all rounds, each endpoint's worst."""
        worst: dict[str, Verdict] = {}
        for judged in rounds:
            for verdict in judged.judgement.verdicts:
                kept = worst.get(verdict.case.fqdn)
                if kept is None or _RANK[verdict.status] > _RANK[kept.status]:
                    worst[verdict.case.fqdn] = verdict
        observations = {fqdn: verdict.case.observation for fqdn, verdict in worst.items()}
        return replace(self._again(rounds[0], observations), interrupted=rounds[-1].interrupted)

    def until_clean(self, limit: float | None) -> tuple[list[JudgedPlace], tuple[Flap, ...]]:
        """Ask until everything is right, or the limit in seconds is over; return the last round."""
        began = time.monotonic()
        while True:
            judged = self._once()
            spent = time.monotonic() - began
            if self._clean(judged) or _interrupted(judged) or (limit is not None and spent >= limit):
                return judged, ()
            pause = self._interval if limit is None else min(self._interval, max(0.0, limit - spent))
            wrong = sum(verdict.fails for place in judged for verdict in place.judgement.verdicts)
            print(f"acrdns: {wrong} not right after {spent:.0f} s; asking again in {pause:.3g} s", file=sys.stderr)
            time.sleep(pause)

    def _clean(self, places: Sequence[JudgedPlace]) -> bool:
        judgements = [place.judgement for place in places]
        right = not any(verdict.fails for each in judgements for verdict in each.verdicts)
        return right and not any(self._policy.fails(each.findings) for each in judgements)


def _interrupted(places: Sequence[JudgedPlace]) -> bool:
    return any(place.interrupted for place in places)


def _flaps(rounds: Sequence[JudgedPlace]) -> list[Flap]:
    """Return the endpoints that had several answers, each answer with how often it came, the most frequent first."""
    answers: dict[str, Counter[str]] = {}
    for judged in rounds:
        for verdict in judged.judgement.verdicts:
            answers.setdefault(verdict.case.fqdn, Counter())[_answer(verdict)] += 1
    vantage = rounds[0].plan.vantage
    return [Flap(vantage, fqdn, tuple(seen.most_common())) for fqdn, seen in answers.items() if len(seen) > 1]


def _answer(verdict: Verdict) -> str:
    """Return an answer as text; the order of addresses, which servers turn, does not count."""
    seen = verdict.case.observation
    return observed(verdict.case._replace(observation=seen._replace(addresses=tuple(sorted(seen.addresses)))))


def watch(
    once: Once, rendered: Callable[[list[JudgedPlace]], str], interval: float, *, format_: FindingsFormat = "text"
) -> None:
    """Ask until Ctrl-C, which is a KeyboardInterrupt. A usage error says which formats know no change."""
    if format_ not in ("text", "jsonl"):
        raise typer.BadParameter("--watch shows changes, as text or jsonl", param_hint="--format")
    if format_ == "jsonl" or not sys.stdout.isatty():
        _watch_changes(once, interval, json=format_ == "jsonl")
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(), auto_refresh=False, screen=False) as live:
        while True:
            live.update(Text.from_ansi(rendered(once())), refresh=True)
            time.sleep(interval)


def _watch_changes(once: Once, interval: float, *, json: bool) -> None:
    from acrdns.report.escape import log, visible
    from acrdns.report.findings.jsonl import line

    before: dict[tuple[str, str], str] = {}
    while True:
        judged = once()
        for place in judged:
            for verdict in place.judgement.verdicts:
                key, now = (place.plan.vantage, verdict.case.fqdn), f"{verdict.status} {_answer(verdict)}"
                if before.get(key) != now and json:
                    print(line(verdict), end="", flush=True)
                elif before.get(key) != now:
                    stamp = time.strftime("%Y-%m-%dT%H:%M:%S%z")
                    was = f" (was {before[key]})" if key in before else ""
                    where = f"{key[0]} " if key[0] else ""
                    print(log(visible(f"{stamp} {where}{key[1]}: {now}{was}")), flush=True)
                before[key] = now
        if any(place.interrupted for place in judged):
            raise KeyboardInterrupt
        time.sleep(interval)
