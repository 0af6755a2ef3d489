"""The story of a pull for people: numbered requests; the chain of a name stands where it is asked for first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules.causes import code_of_cause
from acrdns.names import show
from acrdns.record import Type
from acrdns.report.escape import log, visible
from acrdns.report.terminal import wrapped
from acrdns.report.trace.text import outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.check.estate.pull_story import SimulatedRequest

_INDENT = " " * 5


def render(registry: str, image: str, vantage: str, requests: Sequence[SimulatedRequest]) -> str:  # noqa: ARG001 -- every format has the same arguments
    """Return the story; it ends with a newline."""
    lines = [f"pull of {image} from {vantage}", ""]
    known: set[str] = set()
    for request in requests:
        lines += [f"{request.number:3}. {request.step}: {request.method} https://{request.host}{request.path}"]
        if request.host not in known:
            known.add(request.host)
            lines.append(f"{_INDENT}{_chain(request)}")
        lines += wrapped(_ending(request), indent=_INDENT, hanging=_INDENT + "   ")
        lines.append("")
    failed = requests[-1].cause
    lines.append(f"the pull fails: acrdns rule {code_of_cause(failed)}" if failed else "the pull works")
    return log("\n".join(map(visible, lines)) + "\n")


def _chain(request: SimulatedRequest) -> str:
    """Return the aliases of a name up to its address, or the outcome."""
    answer = request.resolution.response.answer
    aliases = [text for rrset in answer if rrset.type == Type.CNAME for text in rrset.texts()]
    end = request.address or outcome(request.resolution)
    return " -> ".join([show(request.resolution.question.name), *aliases, end])


def _ending(request: SimulatedRequest) -> str:
    if request.cause:
        return f"=> fails ({request.cause}): {request.why}"
    remark = f"; {request.why}" if request.why else ""
    return f"=> {request.status} {request.says}{remark}"
