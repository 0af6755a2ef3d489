"""The next step, which tells diagnoses apart: a question that nobody has asked yet, or a look that changes nothing.

Each question is simulated with every set of faults. The one that tells most pairs apart comes first. A stale cache may
have the old answer or the new one, so it cannot be distinguished from either.
"""

from __future__ import annotations

from collections import Counter
from itertools import combinations, islice
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.check.answers.classify import is_privatelink
from acrdns.check.diagnosis.answer import Asked
from acrdns.check.diagnosis.diagnosed import CACHE, OTHERWISE, NextStep
from acrdns.check.diagnosis.look import Look, look
from acrdns.check.rules.wording import listed
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.equivalence.everywhere import Everywhere

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.diagnosis.search.explanation import Explanation
    from acrdns.check.diagnosis.search.search import Search
    from acrdns.topology.model import Topology

MOST_STEPS = 3
MOST_COMPARED = 30
"""Diagnoses that are compared: the likeliest."""
_MOST_NAMES = 100
"""Names that are tried: those of registries with wrong answers first."""
_MOST_ALIASES = 4
"""Names under privatelink that are tried after them."""

_Pair = tuple[int, int]
_Visible = tuple[Outcome, frozenset[str], *tuple[bool, ...]]
_Shown = frozenset[_Visible]
"""The answers that a diagnosis may give to one question."""


def next_steps(search: Search, found: Sequence[Explanation]) -> Iterator[NextStep]:
    """Return what tells the sets apart that were found, the most telling first."""
    compared = found[:MOST_COMPARED]
    left = set(combinations(range(len(compared)), 2))
    asked = list(_questions(search, compared)) if left else []
    for _ in range(MOST_STEPS):
        # A name that clients ask for comes before an alias.
        telling = [each for each in asked if left & each[2]]
        best = max(telling, key=lambda each: (not is_privatelink(each[0].fqdn), len(left & each[2])), default=None)
        if best is None:
            break
        left -= best[2]
        groups = _groups(best[1])
        yield NextStep(best[0], None, tuple(groups), tuple(" or ".join(answers) for answers in groups.values()))
    yield from islice(_looks(search.base.topology, compared, left), MOST_STEPS)


def _questions(
    search: Search, found: Sequence[Explanation]
) -> Iterator[tuple[Asked, Sequence[_Shown], frozenset[_Pair]]]:
    """Return each question that was not asked, the answers of each set, and the pairs that they tell apart."""
    base = search.base
    known = {answer.asked for answer in search.evidence.answers}
    wrong = {answer.asked.fqdn for answer in base.mismatches}
    endpoints = [endpoint for every in base.layout.endpoints.values() for endpoint in every]
    concerned = {endpoint.registry.name for endpoint in endpoints if endpoint.fqdn in wrong}
    endpoints.sort(key=lambda endpoint: endpoint.registry.name not in concerned)
    vantages = sorted(base.topology.vantages, key=lambda vantage: vantage not in search.evidence.vantages)
    asking = [_Asking(explanation, search, vantages) for explanation in found]
    # The alias by itself shows what a server forwards, where all public names are answered the same.
    aliases = [names.show(endpoint.alias) for endpoint in endpoints if endpoint.fqdn in wrong][:_MOST_ALIASES]
    for fqdn in (*(endpoint.fqdn for endpoint in endpoints[:_MOST_NAMES]), *aliases):
        shown = [each.answers(fqdn) for each in asking]
        for column, vantage in enumerate(vantages):
            asked = Asked(vantage, fqdn, Type.A)
            here = [each[column] for each in shown]
            if asked not in known and len(set(here)) > 1:
                yield asked, here, frozenset(_told_apart(here))


def _told_apart(shown: Sequence[_Shown]) -> Iterator[_Pair]:
    for (number, one), (other, two) in combinations(enumerate(shown), 2):
        if one.isdisjoint(two):
            yield number, other


class _Asking:
    """One set of faults, asked from several vantage points."""

    def __init__(self, explanation: Explanation, search: Search, vantages: Sequence[str]) -> None:
        self._comparison = search.evidence.comparison
        worlds = [explanation.simulated, *filter(None, (explanation.remembered,))]
        self._worlds = [Everywhere(world.world, vantages) for world in worlds]
        self._vantages = vantages

    def answers(self, fqdn: str) -> list[_Shown]:
        """Return the answers that may come at each vantage point."""
        columns = zip(*(self._of(every, fqdn) for every in self._worlds), strict=True)
        return [frozenset().union(*each) for each in columns]

    def _of(self, every: Everywhere, fqdn: str) -> list[_Shown]:
        responses = every.everywhere(Question(names.name(fqdn), Type.A))
        compared: dict[int, _Shown] = {}
        for response in responses:
            if id(response) not in compared:
                options = (response, *response.alternatives)
                signatures = (self._comparison.signature(option, Type.A, fqdn) for option in options)
                compared[id(response)] = frozenset(self._comparison.visible(each) for each in signatures)
        return [compared[id(response)] for response in responses]


def _groups(shown: Sequence[_Shown]) -> dict[tuple[int, ...], list[str]]:
    """Return the diagnoses by the answers that they give; one that may give several is in several groups."""
    found: dict[_Visible, list[int]] = {}
    for number, answers in enumerate(shown, 1):
        for answer in answers:
            found.setdefault(answer, []).append(number)
    texts = Counter(map(_text, found))
    groups: dict[tuple[int, ...], dict[str, None]] = {}
    for answer, numbers in found.items():
        text, (_, _, *over) = _text(answer), answer
        if texts[text] > 1:
            text += f" {'with' if over and over[0] else 'without'} an alias under privatelink"
        groups.setdefault(tuple(numbers), {})[text] = None
    return {numbers: sorted(said) for numbers, said in sorted(groups.items())}


def _text(answer: _Visible) -> str:
    return ", ".join(sorted(answer[1])) or answer[0].value


def _looks(topology: Topology, found: Sequence[Explanation], left: set[_Pair]) -> Iterator[NextStep]:
    """Return the looks that show faults which questions do not tell apart, those by the Azure CLI first."""
    doubtful = sorted({number for pair in left for number in pair})
    looks = {number: list(_of(found[number], topology)) for number in doubtful}
    steps = dict.fromkeys(look.step for each in looks.values() for look in each)
    for step in sorted(steps, key=lambda step: not step.startswith("az ")):
        shown: dict[str, list[int]] = {}
        for number in doubtful:
            shown.setdefault(_shown([look for look in looks[number] if look.step == step]), []).append(number)
        told = {pair for pair in left if not any(set(pair) <= {*numbers} for numbers in shown.values())}
        if told:
            left -= told
            by_az = step.startswith("az ")
            groups = tuple(tuple(number + 1 for number in numbers) for numbers in shown.values())
            yield NextStep(None, step if by_az else None, groups, tuple(shown), look=None if by_az else step)


def _of(explanation: Explanation, topology: Topology) -> Iterator[Look]:
    for suspect in explanation.suspects:
        if suspect.fault != CACHE and (found := look(suspect.fault, suspect.candidate, topology)):
            yield found


def _shown(looks: Sequence[Look]) -> str:
    """Return what one step shows of a set of faults; OTHERWISE where it shows nothing of them."""
    found: dict[str, list[str]] = {}
    for each in looks:
        found.setdefault(each.shows, []).append(each.of)
    return " and ".join(shows.format(listed(dict.fromkeys(of))) for shows, of in found.items()) or OTHERWISE
