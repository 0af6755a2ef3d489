"""Traffic for people: a table for each vantage point, or one for vantage points that have the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.terminal import table, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.firewall.flows import Flow

_PUSH = (
    "note: the architecture document sends layer pushes to the data endpoint. The service takes them at the login "
    "server: data endpoints are for downloads alone"
)


def render(flows: Sequence[Flow]) -> str:
    """Return the tables; the text ends with a newline."""
    return log("".join(f"{visible(line)}\n" for line in _lines(flows)))


def _lines(flows: Sequence[Flow]) -> Iterator[str]:
    by_vantage: dict[str, list[tuple[str, ...]]] = {}
    for flow in flows:
        row = (flow.operation, f"{flow.host.name}:{flow.port}", flow.registry or "-", flow.why)
        by_vantage.setdefault(flow.vantage, []).append(row)
    same: dict[tuple[tuple[str, ...], ...], list[str]] = {}
    for vantage, rows in by_vantage.items():
        same.setdefault(tuple(rows), []).append(vantage)
    for number, (shared, vantages) in enumerate(same.items()):
        if number:
            yield ""
        yield f"from {', '.join(vantages)}"
        yield from (f"  {line}" for line in table((("OPERATION", "HOST", "REGISTRY", "WHY"), *shared)))
    if any(flow.operation == "layer-push" for flow in flows):
        yield ""
        yield from wrapped(_PUSH)
    elif not flows:
        yield "nothing: no registry of the file has these operations from there"
