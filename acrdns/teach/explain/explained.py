"""The value that all formats write: one chain, two that are compared, or those of a pull."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.teach.words.difference import first_difference
from acrdns.teach.words.explanation import ended, explain
from acrdns.teach.words.finding import finding_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.estate.pull_story import SimulatedRequest
    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.words.explanation import ExplainedChain
    from acrdns.teach.words.finding import ExplainingFinding


@dataclass(frozen=True, slots=True)
class Explained:
    """Chains in words, with what belongs to them."""

    title: str
    chains: tuple[ExplainedChain, ...]
    findings: tuple[ExplainingFinding | None, ...]
    """For each chain, the finding that explains its answer."""
    compared: bool = False
    """Whether the second chain is held against the first."""
    difference: int | None = None
    """The number of the first step that differs."""
    requests: tuple[SimulatedRequest, ...] = ()
    """The requests of a pull, up to the first that fails."""

    def chain_of(self, request: SimulatedRequest) -> int:
        """Return the index of the chain of a request's host."""
        names = [chain.resolution.question.name for chain in self.chains]
        return names.index(request.resolution.question.name)


def explained(world: World, resolution: Resolution, against: Resolution | None = None) -> Explained:
    """Return one resolution in words, or two side by side."""
    resolutions = [resolution, *([against] if against else [])]
    chains = tuple(explain(world, each) for each in resolutions)
    findings = tuple(finding_of(world.topology, each) for each in resolutions)
    if against is None:
        return Explained(chains[0].title, chains, findings)
    title = f"{chains[0].title} and from {against.vantage}"
    return Explained(title, chains, findings, compared=True, difference=first_difference(resolution, against))


def explained_pull(world: World, image: str, vantage: str, requests: Sequence[SimulatedRequest]) -> Explained:
    """Return the requests of a pull with the chain of each name, once a name."""
    by_name = {show(each.resolution.question.name): each.resolution for each in reversed(requests)}
    names = dict.fromkeys(show(each.resolution.question.name) for each in requests)
    resolutions = [by_name[name] for name in names]
    return Explained(
        f"pull of {image} from {vantage}",
        tuple(explain(world, each) for each in resolutions),
        tuple(finding_of(world.topology, each) for each in resolutions),
        requests=tuple(requests),
    )


def difference_line(found: Explained) -> str:
    """Return the line that says where two chains part."""
    return "no difference" if found.difference is None else f"first difference: step {found.difference}"


def cause_lines(chain: ExplainedChain, found: ExplainingFinding | None) -> list[str]:
    """Return the cause of an answer that is not as meant, and the finding behind it."""
    lines = [f"cause: {chain.cause}"] if chain.cause else []
    if found is None:
        return lines
    # With the same answer, the fix opens a way to the address.
    verb = "reach" if found.fixed == found.before else "get"
    fixed = f"with that fixed: a client in {chain.resolution.vantage} would {verb} {found.fixed}"
    return [*lines, f"finding: {found.finding.code} {found.finding.message}", fixed]


def brief(chain: ExplainedChain, number: int) -> list[str]:
    """Return a step in a few short lines, for a comparison."""
    if number > len(chain.steps):
        return ["(no such step)"]
    step = chain.steps[number - 1].step
    matched = step.matched
    kind = matched.kind.value.replace("-", " ")
    zone = f" ({matched.key})" if matched.key else ""
    where = [f"{kind} {matched.name}{zone}".rstrip()] if matched.name else []
    rows = [f"=> {row.type} {row.value}" for row in chain.table if row.step == number]
    handed = [f"=> {text}" for rrset in step.records[-1:] for text in rrset.texts()] or [f"=> {ended(step)}"]
    return [f"{chain.steps[number - 1].owner}", show(step.question.name), *where, *(rows or handed)]
