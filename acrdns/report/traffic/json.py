"""Traffic as JSON: a `TrafficDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.traffic.document import FlowEntry, TrafficDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.firewall.flows import Flow


def render(flows: Sequence[Flow]) -> str:
    """Return the document; it ends with a newline."""
    return write(TrafficDocument(1, tuple(map(_entry, flows)))) + "\n"


def _entry(flow: Flow) -> FlowEntry:
    return FlowEntry(flow.operation, flow.vantage, flow.host.name, flow.port, flow.registry, flow.why)
