"""Everything that people read about one resolution, as sentences; formats only arrange them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.names import show
from acrdns.record import Rcode, type_text
from acrdns.resolve.chain import CLIENT, MatchKind
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.teach.words.owner import RUN_BY, Owner, owner_at, owner_of
from acrdns.teach.words.reached import FORWARDS, goes_on_from, reached, sender_of
from acrdns.teach.words.summary import summary_of
from acrdns.teach.words.would import would

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution, Step
    from acrdns.resolve.world import World
    from acrdns.topology.model import Topology


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table of a chain."""

    step: int
    name: str
    type: str
    ttl: int | None
    """Seconds; None where the value is no record."""
    value: str
    """A record's data, or how the lookup ended."""


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step in words."""

    number: int
    step: Step
    owner: Owner
    whose: str
    """Who runs that server, and what it sees: a sentence; empty where the step before it has the same server."""
    asked: str
    """Who asks whom for what: a sentence."""
    reached: str
    """Why the question came here: a sentence."""
    did: str
    """The action of the server, and how it ended: a sentence."""
    would: tuple[str, ...]
    """The conditions that would have changed it: sentences."""

    @property
    def sentence(self) -> str:
        """The step in two sentences, for the picture's description and the bar below it."""
        return f"{self.asked} {self.did}"


@dataclass(frozen=True, slots=True)
class ExplainedChain:
    """One resolution in words."""

    resolution: Resolution
    steps: tuple[ExplainedStep, ...]
    table: tuple[TableRow, ...]
    ending: str
    """The answer in a sentence."""
    cause: str
    """Why this is not what a working Private Link gives; else empty."""

    @property
    def title(self) -> str:
        """The question and where it is asked."""
        return f"{self.resolution.question}, asked from {self.resolution.vantage}"


def explain(world: World, resolution: Resolution, *, changes: bool = True) -> ExplainedChain:
    """Return a resolution in words. Without `changes` it is quick, and no step says what would have changed it."""
    topology = world.topology
    conditions = would(world, resolution) if changes else {}
    steps = tuple(
        ExplainedStep(
            number,
            step,
            owner_of(topology, step),
            whose(topology, resolution, number),
            asked(topology, resolution, number),
            reached(topology, resolution, number),
            did(step),
            conditions.get(number, ()),
        )
        for number, step in enumerate(resolution.steps, 1)
    )
    cause = resolution.response.cause
    return ExplainedChain(resolution, steps, tuple(table(resolution)), ending(topology, resolution), cause)


def asked(topology: Topology, resolution: Resolution, number: int) -> str:
    """Return who asks whom for what, in a sentence; steps are numbered from 1."""
    step = resolution.steps[number - 1]
    owner = str(owner_of(topology, step))
    if goes_on_from(resolution, number) is not None:
        return f"{owner[:1].upper()}{owner[1:]} goes on with {step.question}."
    verb = "looks into" if step.matched.kind is MatchKind.HOSTS else "asks"
    return f"{_asker(topology, resolution, number)} {verb} {owner} for {step.question}."


def whose(topology: Topology, resolution: Resolution, number: int) -> str:
    """Return who runs the server of a step and what it sees; empty for a further step of the same server."""
    if goes_on_from(resolution, number) is not None:
        return ""
    return RUN_BY[owner_of(topology, resolution.steps[number - 1]).kind]


def did(step: Step) -> str:
    """Return what the server of a step did, and how it ended."""
    why = capitalized(step)
    if step.matched.kind in FORWARDS and not step.records:
        return f"{why}; what comes back is {step.rcode.name}."
    return f"{why}."


def capitalized(step: Step, why: str = "") -> str:
    """Return the reason of a step, or another one, as a sentence starts; the name that is looked up stays as it is."""
    why = why or step.why
    return why if why.startswith(f"{show(step.question.name)} ") else why[:1].upper() + why[1:]


def ending(topology: Topology, resolution: Resolution) -> str:
    """Return what the client gets."""
    response = resolution.response
    name = show(resolution.question.name)
    client = "a client on the internet" if resolution.vantage == INTERNET else f"a client in {resolution.vantage}"
    if response.timed_out:
        return f"No DNS server answers, which {client} sees as SERVFAIL."
    said = f"{client[:1].upper()}{client[1:]} gets {summary_of(topology, response)} for {name}."
    others = ", ".join(summary_of(topology, other) for other in response.alternatives)
    return f"{said} Where another of its DNS servers answers first, it gets {others}." if others else said


def table(resolution: Resolution) -> Iterator[TableRow]:
    """Return the lookups in order. A record that a forwarder handed on stands only where it was looked up."""
    for number, step in enumerate(resolution.steps, 1):
        if step.matched.kind in FORWARDS:
            continue
        rows = list(_rows(number, step.records))
        name, type_ = show(step.question.name), type_text(step.question.type)
        yield from rows or (TableRow(number, name, type_, None, ended(step)),)


def ended(step: Step) -> str:
    """Return how a step without records ended."""
    if step.why.startswith(FORWARDING_LOOP):
        return "SERVFAIL (loop)"
    if is_silent(step):
        return "no answer"
    return "NODATA" if step.rcode.name == "NOERROR" else step.rcode.name


def is_silent(step: Step) -> bool:
    """Return whether nobody answered at the address of a step."""
    failed = step.matched.kind is MatchKind.NONE and step.rcode == Rcode.SERVFAIL
    return failed and not step.network and not step.why.startswith(FORWARDING_LOOP)


def _rows(number: int, rrsets: Iterable[RRset]) -> Iterator[TableRow]:
    for rrset in rrsets:
        for text in rrset.texts():
            yield TableRow(number, show(rrset.name), type_text(rrset.type), rrset.ttl, text)


def _asker(topology: Topology, resolution: Resolution, number: int) -> str:
    """Return who asks, and from where if that is another network than the asker's own: an outbound endpoint's."""
    step = resolution.steps[number - 1]
    if step.asked_by == CLIENT:
        return "A client" if resolution.vantage == INTERNET else f"A client in {resolution.vantage}"
    sender = sender_of(resolution, number)
    if sender is None:
        asker = owner_at(topology, step.asked_by, step.sent_from)
    else:
        asker = owner_of(topology, resolution.steps[sender - 1])
    text = str(asker)
    sent = f", from {step.sent_from}," if step.sent_from and step.sent_from != asker.network else ""
    return f"{text[:1].upper()}{text[1:]}{sent}"
