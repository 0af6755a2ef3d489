"""An address plan as JSON: an `AddressPlanDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.addresses.document import AddressPlanDocument, EndpointNeedEntry, SubnetNeedEntry
from acrdns.report.document import write

if TYPE_CHECKING:
    from acrdns.check.plan.address_plan import AddressPlan, EndpointNeed, SubnetNeed


def render(plan: AddressPlan) -> str:
    """Return the document; it ends with a newline."""
    endpoints, subnets = tuple(map(_endpoint, plan.endpoints)), tuple(map(_subnet, plan.subnets))
    return write(AddressPlanDocument(1, endpoints, subnets)) + "\n"


def _endpoint(need: EndpointNeed) -> EndpointNeedEntry:
    return EndpointNeedEntry(
        private_endpoint=need.endpoint.name,
        registry=need.endpoint.registry,
        network=need.endpoint.network,
        subnet=need.subnet,
        now=len(need.now),
        after=len(need.after),
        added=tuple(map(str, need.added)),
        absent=tuple(map(str, need.absent)),
    )


def _subnet(need: SubnetNeed) -> SubnetNeedEntry:
    return SubnetNeedEntry(need.network, need.subnet, str(need.prefix), need.usable, need.used, need.after, need.full)
