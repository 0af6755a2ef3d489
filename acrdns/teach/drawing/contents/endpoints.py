"""The right side of the picture: the answer at each vantage point, and the endpoints that addresses lead to."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.check.estate.rows import rows_of
from acrdns.names import show
from acrdns.record import Type, is_private, type_text
from acrdns.teach.drawing.contents.lanes import BoxContent, LaneAnswer
from acrdns.teach.words.summary import addresses_of, state_of_response

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.drawing.contents.edges import Way
    from acrdns.teach.drawing.contents.lanes import LaneContent
    from acrdns.topology.model import Topology

Cells = dict[str, LaneAnswer]
MOST_ENDPOINTS = 4
"""Private endpoints that stand in a lane where no name is asked for."""


def answers_of(world: World, resolution: Resolution) -> Cells:
    """Return the answer to the question at each vantage point; that the trace has where it was asked."""
    topology, question = world.topology, resolution.question
    expected = _expected(world, resolution)
    found: Cells = {}
    for vantage in topology.vantages:
        response = resolution.response if vantage == resolution.vantage else world.answer(vantage, question)
        state = state_of_response(topology, response)
        found[vantage] = LaneAnswer(state, addresses_of(response), expected.get(vantage, True))
    return found


def _expected(world: World, resolution: Resolution) -> Mapping[str, bool]:
    """Return at which vantage points the answer is as expected; empty where nobody can say."""
    topology, question = world.topology, resolution.question
    subject = world.ownership.subject(question.name)
    if subject is None or question.type not in (Type.A, Type.AAAA):
        return {}
    key = subject[0].name
    name = show(question.name)
    rows = rows_of(world, topology.vantages, (key,), Type.AAAA if question.type == Type.AAAA else Type.A)[key]
    row = next((row for row in rows if row.fqdn == name), None)
    return {} if row is None else dict(zip(topology.vantages, (cell.expected for cell in row.cells), strict=True))


def add_endpoints(
    world: World,
    lanes: dict[str, LaneContent],
    resolutions: Sequence[Resolution],
    ways: Sequence[Way],
    answers: Cells,
) -> None:
    """Add the endpoints of the name that is asked for, and whatever the answers lead to."""
    topology = world.topology
    if not resolutions:
        _add_all_endpoints(topology, lanes)
        return
    question = resolutions[0].question
    subject = world.ownership.subject(question.name)
    if subject is not None:
        registry, member = subject
        for endpoint in topology.private_endpoints.values():
            address = endpoint.addresses.get(member)
            if endpoint.registry == registry.name and address:
                status = "" if endpoint.approved else f" ({endpoint.status})"
                lanes[endpoint.network].endpoints[address] = BoxContent(address, f"{endpoint.name}{status}")
    for address in answers[INTERNET].addresses:
        if not is_private(address):
            lanes[INTERNET].endpoints[address] = BoxContent(address, "public endpoint")
    for resolution, way in zip(resolutions, ways, strict=True):
        for lane, address, box in _destinations(topology, lanes, resolution, way):
            lanes[lane].endpoints.setdefault(address, box)


def _add_all_endpoints(topology: Topology, lanes: Mapping[str, LaneContent]) -> None:
    """Add the private endpoints of each network, the first few whole and the number of the others."""
    hidden: dict[str, int] = {}
    for endpoint in topology.private_endpoints.values():
        boxes = lanes[endpoint.network].endpoints
        if len(boxes) < MOST_ENDPOINTS:
            first = next(iter(endpoint.addresses.values()), "")
            boxes.setdefault(first or endpoint.name, BoxContent(first, endpoint.name))
        else:
            hidden[endpoint.network] = hidden.get(endpoint.network, 0) + 1
    for network, number in hidden.items():
        lanes[network].endpoints["more"] = BoxContent(f"and {number} more", "private endpoints", "rest")


def _destinations(
    topology: Topology, lanes: Mapping[str, LaneContent], resolution: Resolution, way: Way
) -> Iterator[tuple[str, str, BoxContent]]:
    """Return where the answer leads: lane, key and box of each address, or of how the question ended."""
    response = resolution.response
    addresses = addresses_of(response)
    for address in addresses:
        yield _home(topology, lanes, resolution.vantage, address)
    if not addresses and way.last is not None and not response.timed_out:
        state = state_of_response(topology, response)
        if state == "answer":
            yield way.last.lane, "answer", BoxContent(type_text(resolution.question.type), "no address", "end")
        elif state != "SERVFAIL":
            had = any(rrset.type == resolution.question.type for rrset in resolution.steps[-1].records)
            yield way.last.lane, state, BoxContent(f"✕ {state}", "a filter took it out" if had else "no record", "end")


def _home(
    topology: Topology, lanes: Mapping[str, LaneContent], vantage: str, address: str
) -> tuple[str, str, BoxContent]:
    """Return the lane that an answered address stands in, and its box there."""
    known = [lane for lane, content in lanes.items() if address in content.endpoints]
    if known:
        near = vantage if vantage in known else known[0]
        return near, address, lanes[near].endpoints[address]
    owner = topology.owner_of(address)
    if owner is not None:
        return owner.endpoint.network, address, BoxContent(address, f"{owner.endpoint.name}: {owner.endpoint.registry}")
    parsed = ip_address(address)
    inside = (n.name for n in topology.networks.values() if any(parsed in space for space in n.address_space))
    lane = next(inside, "")
    if lane:
        is_host = topology.in_a_network(address) and lane not in topology.networks
        return lane, address, BoxContent(address, "no endpoint has it" if not is_host else "", "nobody")
    if is_private(address):
        return vantage, address, BoxContent(address, "no endpoint has it", "nobody")
    return INTERNET, address, BoxContent(address, "public endpoint")
