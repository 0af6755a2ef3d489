"""An address plan for people: a table of private endpoints, and one of subnets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.terminal import table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.plan.address_plan import AddressPlan

_COUNTS = frozenset({3, 4, 5})
_NO_SUBNETS = "note: the file does not say which subnet has {}; write networks.NETWORK.subnets to see whether it fits"


def render(plan: AddressPlan) -> str:
    """Return the tables; the text ends with a newline."""
    return log("".join(f"{visible(line)}\n" for line in _lines(plan)))


def _lines(plan: AddressPlan) -> Iterator[str]:
    if not plan.endpoints:
        yield "no private endpoint in the file"
        return
    rows = [("PRIVATE ENDPOINT", "REGISTRY", "NETWORK", "NOW", "AFTER", "ADDED")]
    for need in plan.endpoints:
        counts = (str(len(need.now)), str(len(need.after)))
        added = ", ".join(map(str, need.added)) or "-"
        rows.append((need.endpoint.name, need.endpoint.registry, need.endpoint.network, *counts, added))
    yield from table(rows, _COUNTS - {5})
    if plan.subnets:
        yield ""
        heads = [("SUBNET", "NETWORK", "PREFIX", "USABLE", "USED", "AFTER", "")]
        for subnet in plan.subnets:
            figures = (str(subnet.usable), str(subnet.used), str(subnet.after))
            full = f"full: {subnet.after - subnet.usable} too many" if subnet.full else "fits"
            heads.append((subnet.subnet, subnet.network, str(subnet.prefix), *figures, full))
        yield from table(heads, _COUNTS)
    yield from _notes(plan)


def _notes(plan: AddressPlan) -> Iterator[str]:
    for need in plan.endpoints:
        if need.absent:
            members = ", ".join(map(str, need.absent))
            yield from wrapped(f"note: {need.endpoint.name} has no address for {members} in the file", hanging="  ")
    if unknown := [need.endpoint.name for need in plan.endpoints if need.subnet is None]:
        yield from wrapped(_NO_SUBNETS.format(", ".join(unknown)), hanging="  ")
    if not plan.fits:
        words = "a region that does not fit into every subnet is not added at all: Azure takes the whole operation back"
        yield from wrapped(words, hanging="  ")
