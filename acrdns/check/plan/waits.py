"""The waits of a cutover: only before a step in which answers that caches hold no longer serve."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.check.estate.propagation import seconds_until_settled
from acrdns.check.firewall.flows import names_of
from acrdns.check.plan.availability import fails_at
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.topology.inbound import inbound_endpoints

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from acrdns.check.plan.availability import ServedEndpoint, Spot
    from acrdns.resolve.world import World


@dataclass(frozen=True, slots=True)
class Stage:
    """A topology on the way, brought to life, and how every endpoint serves in it."""

    world: World
    services: Mapping[Spot, ServedEndpoint]


class _Cached(NamedTuple):
    """An answer that caches may hold, which served when it was given."""

    spot: Spot
    addresses: tuple[str, ...]
    seconds: int
    """How much longer."""


def seconds_held(before: Stage, after: Stage, spot: Spot) -> int:
    """Return for how many seconds caches hold the answer that a change replaces; 0 where it replaces none."""
    old = before.services.get(spot)
    if old is None or old.said == after.services[spot].said:
        return 0
    question = Question(names.name(spot.fqdn), Type.A)
    return seconds_until_settled(before.world, after.world, spot.vantage, question)


def waits(stages: Sequence[Stage], breaking: Sequence[bool], counts: Collection[Spot]) -> list[int]:
    """Return the seconds to wait after each step, which leads from a stage to the next one.

    After a step that breaks something one goes on at once, so that the wait for what follows comes before it. `counts`
    are the endpoints that are to serve.
    """
    result = [0] * len(breaking)
    cached: list[_Cached] = []
    for step, (before, after) in enumerate(pairwise(stages)):
        if step and not breaking[step - 1]:
            last = next((at for at in range(step, len(breaking)) if not breaking[at]), len(breaking) - 1)
            block = stages[step + 1 : last + 2]
            needed = max((each.seconds for each in cached if any(_useless(each, stage) for stage in block)), default=0)
            result[step - 1] = needed
            cached = [each._replace(seconds=each.seconds - needed) for each in cached if each.seconds > needed]
        for spot in counts & after.services.keys():
            old, seconds = before.services.get(spot), seconds_held(before, after, spot)
            if old is not None and not old.fails and seconds:
                cached.append(_Cached(spot, old.addresses, seconds))
    return result


def _useless(cached: _Cached, stage: Stage) -> bool:
    """Return whether clients fail that use an answer from a cache."""
    service = stage.services.get(cached.spot)
    if service is None or service.fails or set(cached.addresses) <= set(service.addresses):
        return False
    registry = stage.world.topology.registries[service.registry]
    return bool(fails_at(stage.world, cached.spot.vantage, registry, service.member, cached.addresses))


def layer_hosts_note(before: Stage, after: Stage) -> tuple[str, ...]:
    """Return a note for each registry whose layers come from further hosts after a step: firewalls come first."""
    notes = []
    for key, registry in after.world.topology.registries.items():
        if (was := before.world.topology.registries.get(key)) is None:
            continue
        old, new = (
            [host.name for host in names_of(each, stage.world.topology).hosts("layer store")]
            for each, stage in ((was, before), (registry, after))
        )
        if added := [host for host in new if host not in old]:
            dropped = "" if set(old) & set(new) else f", and no longer from {', '.join(old)}"
            notes.append(f"layers of {key} come from {', '.join(added)} now{dropped}: let firewalls pass that before")
    return tuple(notes)


def lease_note(first: Stage, before: Stage, after: Stage) -> tuple[str, ...]:
    """Return a note for each DNS server that goes in a step, and that clients of a network had at the start."""
    gone = [address for address in _servers(before) if address not in _servers(after)]
    asked = {
        address: [key for key, network in first.world.topology.networks.items() if address in network.dns_servers]
        for address in gone
    }
    return tuple(
        f"clients of {', '.join(networks)} ask {address} until they renew their lease or restart: wait for that before"
        for address, networks in asked.items()
        if networks
    )


def _servers(stage: Stage) -> tuple[str, ...]:
    """Return the addresses at which a DNS server answers clients."""
    topology = stage.world.topology
    return (*topology.dns_servers, *inbound_endpoints(topology))
