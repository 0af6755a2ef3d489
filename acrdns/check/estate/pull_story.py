"""A pull as it goes in the simulation: each request, the chain of its name, and what answers at the address.

The order is that of clients (facts.md section 5): login, token, manifest, layer at the login server, layer at the data
endpoint of the replica that serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns import names
from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.check.simulate import addresses
from acrdns.record import Rcode, Type, is_private
from acrdns.resolve.chain import Question
from acrdns.traffic import PULL
from acrdns.zone.publish import derive
from acrdns.zone.publish.routed import serving

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from acrdns.probe.pull.reference import ImageName
    from acrdns.probe.pull.result import PullCause, StepName
    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.topology.model import Registry, Topology

_STEPS: dict[str, StepName] = {"login": "login", "token": "token", "manifest": "manifest", "layer-pull": "layer"}
_LINK = "/?t=...&h=...&c=...&r=...&d=sha256:...&p=...&s=...&v=1"
_ACCOUNT_LINK = "/...//docker/registry/v2/blobs/sha256/.../data?se=...&sig=..."


@dataclass(frozen=True, slots=True)
class SimulatedRequest:
    """One request of a pull."""

    number: int
    step: StepName
    method: str
    host: str
    path: str
    status: int
    """The status of the answer where all is right."""
    says: str
    """The part of the answer that leads to the next request."""
    resolution: Resolution
    address: str
    """The address that the client connects to; empty where the name has none."""
    cause: PullCause | None = None
    """Why the request fails, or None."""
    why: str = ""


def pull_story(
    world: World, vantage: str, registry: Registry, image: ImageName, down: Container[str] = ()
) -> list[SimulatedRequest]:
    """Return the requests of a pull from a vantage point while regions are down, up to the first that fails."""
    told: list[SimulatedRequest] = []
    for request in _requests(world, vantage, registry, image, down):
        told.append(request)
        if request.cause:
            break
    return told


def _requests(
    world: World, vantage: str, registry: Registry, image: ImageName, down: Container[str]
) -> Iterator[SimulatedRequest]:
    cloud = world.topology.cloud
    up = serving(world.topology, registry, vantage, down)
    region = up or registry.location
    hosts = {
        "login": LOGIN.fqdn(registry.dns_label, cloud),
        "data": derive.layer_host(registry, region, cloud),
    }
    filled = hosts | {
        "image": image.repository,
        "reference": image.reference,
        "scope": f"repository:{image.repository}:pull",
        "link": _LINK if registry.data_endpoint_enabled else _ACCOUNT_LINK,
    }
    for number, request in enumerate(PULL, 1):
        at_login = request.peer == "login server"
        host = hosts["login" if at_login else "data"]
        resolution = world.resolve(vantage, Question(names.name(host), Type.A))
        found = addresses(resolution.response, Type.A)
        address = found[0] if found else ""
        cause, why = _outcome(
            world, vantage, registry, resolution, address, LOGIN if at_login else Member("data", region)
        )
        if cause is None and up is None:
            cause, why = "other", f"no replica of {registry.name} is up: 503 UNAVAILABLE"
        yield SimulatedRequest(
            number,
            _STEPS[request.operation],
            "GET",
            host,
            request.path.format(**filled),
            registry.redirect_status if request.redirects else request.status,
            request.says.format(**filled),
            resolution,
            address,
            cause,
            why,
        )


def _outcome(
    world: World, vantage: str, registry: Registry, resolution: Resolution, address: str, member: Member
) -> tuple[PullCause | None, str]:
    response, host = resolution.response, names.show(resolution.question.name)
    if not address:
        if response.timed_out or response.rcode not in (Rcode.NOERROR, Rcode.NXDOMAIN):
            return "dns", response.cause or f"{host} does not resolve: {response.rcode.name}"
        return "name", response.cause or f"{host} does not exist"
    return answered(world, vantage, registry, address, member)


def answered(
    world: World, vantage: str, registry: Registry, address: str, member: Member
) -> tuple[PullCause | None, str]:
    """Return why a client that connects to an address for an endpoint fails, and in words; None where it does not."""
    if is_private(address):
        return _at_private(world, vantage, registry, address, member)
    return _at_public(world.topology, registry, address, member)


def _at_private(
    world: World, vantage: str, registry: Registry, address: str, member: Member
) -> tuple[PullCause | None, str]:
    topology = world.topology
    home = "" if vantage == INTERNET else topology.vantage(vantage).name
    near = {home} | (topology.reach(home) if home else frozenset())
    owner = next((o for o in topology.owners_of(address) if o.endpoint.approved and o.endpoint.network in near), None)
    if owner is None:
        return "unreachable", f"nothing that {vantage} reaches answers at {address}"
    if owner.endpoint.registry != registry.name:
        if member == LOGIN:
            return "absent", f"{address} is registry {owner.endpoint.registry}'s, which does not know the name: 404"
        return "certificate", f"{address} is registry {owner.endpoint.registry}'s"
    if owner.member == member or (owner.member.kind == "regional" and member == LOGIN):
        return None, ""
    if member == LOGIN:
        return "denied", f"{address} is a data endpoint's, which refuses the login name: 403 DENIED"
    return "certificate", f"the certificate at {address} is for {owner.member.fqdn(registry.dns_label, topology.cloud)}"


def _at_public(topology: Topology, registry: Registry, address: str, member: Member) -> tuple[PullCause | None, str]:
    if member != LOGIN and not registry.data_endpoint_enabled:
        return None, ""
    logins = derive.login_addresses(registry, topology.chains)
    known = {a for each in registry.members() for a in derive.public_addresses(registry, each)}
    if address not in known.union(logins):
        return "unreachable", f"nothing answers for {member.fqdn(registry.dns_label, topology.cloud)} at {address}"
    if not registry.public_network_access_enabled:
        return "denied", f"{address} is public, and public network access is disabled: 403 DENIED"
    if address not in (logins if member == LOGIN else derive.public_addresses(registry, member)):
        return ("denied" if member == LOGIN else "certificate"), f"{address} is another endpoint's of {registry.name}"
    if registry.ip_rules:
        return None, f"only clients from {', '.join(registry.ip_rules)} are let in"
    return None, ""
