"""Ask again and again: `--repeat`, `--until-clean`, `--watch`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Never

import typer

from acrdns.report.cells import observed
from acrdns.report.report import Flap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from acrdns.check.judge import Verdict
    from acrdns.check.policy.policy import Policy
    from acrdns.cli.judging import JudgedPlace
    from acrdns.probe.observation import Observation
    from acrdns.report.formats import FindingsFormat

    Once = Callable[[], list[JudgedPlace]]
    Show = Callable[[list[JudgedPlace]], None]
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
    chosen = until or watching
    if repeat > 1 and chosen:
        message = "choose between a number of rounds, and --until-clean or --watch"
        raise typer.BadParameter(message, param_hint="--repeat")
    chosen = chosen or repeat > 1
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

    def watched(self, show: Show) -> Never:
        """Ask until Ctrl-C, which is a KeyboardInterrupt, and show each round."""
        while True:
            judged = self._once()
            show(judged)
            if _interrupted(judged):
                raise KeyboardInterrupt
            time.sleep(self._interval)

    def until_clean(self, limit: float | None, show: Show | None = None) -> list[JudgedPlace]:
        """Ask until everything is right, or the limit in seconds is over; return the last round.

        `show` gets each round; without it, a line on stderr says how many endpoints are not right yet.
        """
        began = time.monotonic()
        while True:
            judged = self._once()
            if show:
                show(judged)
            spent = time.monotonic() - began
            if self._clean(judged) or _interrupted(judged) or (limit is not None and spent >= limit):
                return judged
            pause = self._interval if limit is None else min(self._interval, max(0.0, limit - spent))
            wrong = sum(verdict.fails for place in judged for verdict in place.judgement.verdicts)
            if not show:
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


@contextmanager
def watch(rendered: Callable[[list[JudgedPlace]], str], format_: FindingsFormat = "text") -> Iterator[Show]:
    """Return what shows each round on stdout: a live table on a terminal, the changes elsewhere.

    A usage error says which formats know no change.
    """
    if format_ not in ("text", "jsonl"):
        message = "--watch shows changes, as text or jsonl; --output keeps the last round in any format"
        raise typer.BadParameter(message, param_hint="--format")
    if format_ == "jsonl" or not sys.stdout.isatty():
        yield partial(_show_changes, {}, json=format_ == "jsonl")
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(), auto_refresh=False, screen=False) as live:
        yield lambda judged: live.update(Text.from_ansi(rendered(judged)), refresh=True)


def _show_changes(before: dict[tuple[str, str], str], places: list[JudgedPlace], *, json: bool) -> None:
    from acrdns.report.escape import log, visible
    from acrdns.report.findings.jsonl import line

    for place in places:
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
