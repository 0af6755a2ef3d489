"""Why a question came to the server of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.resolve.chain import CLIENT, MatchKind
from acrdns.resolve.servers.directory import FORWARDING_LOOP
from acrdns.teach.words.owner import OwnerKind, network_at, owner_of

if TYPE_CHECKING:
    from acrdns.resolve.chain import Resolution, Step
    from acrdns.topology.model import Topology

FORWARDS = (MatchKind.RULESET_RULE, MatchKind.CONDITIONAL_FORWARDER, MatchKind.FORWARDER, MatchKind.UPSTREAM)
"""The kinds of matches that send a question on to another server."""


def reached(topology: Topology, resolution: Resolution, number: int) -> str:
    """Return why the question came to the server of a step, in a sentence; steps are numbered from 1."""
    step, before = resolution.steps[number - 1], resolution.steps[: number - 1]
    own = goes_on_from(resolution, number)
    if own is not None:
        return _from_itself(resolution.steps[own - 1], step, own)
    if step.asked_by == CLIENT:
        return _from_client(topology, resolution, step, before)
    sender = sender_of(resolution, number)
    if sender is None:
        return f"{step.asked_by} asks it."
    if before[sender:]:
        return f"Step {sender} sends the question here, since {before[-1].server} gave no answer."
    return f"Step {sender} sends the question here."


def sender_of(resolution: Resolution, number: int) -> int | None:
    """Return the number of the step that sent the question to the server of a step; None if the client did."""
    step = resolution.steps[number - 1]
    for earlier in range(number - 1, 0, -1):
        candidate = resolution.steps[earlier - 1]
        if candidate.server == step.asked_by and candidate.matched.kind in FORWARDS:
            return earlier
    return None


def goes_on_from(resolution: Resolution, number: int) -> int | None:
    """Return the number of the step that the same server took last for the same asker; None where it is its first.

    Other servers may have been asked in between. A server that is sent a further question begins again.
    """
    step = resolution.steps[number - 1]
    if step.why.startswith(FORWARDING_LOOP):
        return None
    sent = 0 if step.asked_by == CLIENT else sender_of(resolution, number) or 0
    for earlier in range(number - 1, sent, -1):
        before = resolution.steps[earlier - 1]
        if (before.server, before.network, before.asked_by) == (step.server, step.network, step.asked_by):
            return earlier
    return None


def _from_itself(before: Step, step: Step, number: int) -> str:
    if before.question == step.question:
        return f"Step {number} brought no answer, so the same server looks further."
    if before.question.type != step.question.type:
        return "The same server asks for another record type, to make an answer of it."
    return f"{show(before.question.name)} is an alias, so the same server looks up the name that it leads to."


def _from_client(topology: Topology, resolution: Resolution, step: Step, before: tuple[Step, ...]) -> str:
    vantage = resolution.vantage
    network = network_at(topology, vantage)
    if network is None:
        return "A client of the internet asks a public resolver."
    if network.dns_servers and owner_of(topology, step).kind is not OwnerKind.HOSTS:
        if before:
            return f"{vantage} names {step.server}, too, and {before[-1].server} gave no answer."
        return f"{vantage} names {step.server} as its DNS server."
    return _WITHOUT_SERVERS[owner_of(topology, step).kind].replace("VANTAGE", vantage)


_WITHOUT_SERVERS = {
    OwnerKind.HOSTS: "A client looks into its hosts file before it asks any DNS server.",
    OwnerKind.LOCAL: "VANTAGE names no DNS server, and this local name is known in its network.",
    OwnerKind.AZURE: "VANTAGE names no DNS server of its own, so its clients ask Azure-provided DNS.",
    OwnerKind.PUBLIC: "VANTAGE names no DNS server and is outside Azure, so its clients ask public DNS.",
}
