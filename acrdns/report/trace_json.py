"""A trace as JSON, in the documented, versioned schema (`trace.schema.json`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from acrdns.names import show
from acrdns.record import type_text

if TYPE_CHECKING:
    from acrdns.record import RRset
    from acrdns.resolve.chain import Resolution, Step

VERSION = 1


def render(resolution: Resolution) -> str:
    """Write one resolution; ends with a newline."""
    return json.dumps(document(resolution), indent=2) + "\n"


def document(resolution: Resolution) -> dict[str, Any]:
    """Give the JSON document of one resolution."""
    response = resolution.response
    return {
        "version": VERSION,
        "vantage": resolution.vantage,
        "question": {"name": show(resolution.question.name), "type": type_text(resolution.question.type)},
        "rcode": response.rcode.name,
        "answer": _records(response.answer),
        "authority": _records(response.authority),
        "timed_out": response.timed_out,
        "cause": response.cause,
        "steps": [_step(step) for step in resolution.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    matched = {"kind": step.matched.kind.value, "name": step.matched.name}
    matched |= {key: value for key in ("key", "link") if (value := getattr(step.matched, key))}
    return {
        "server": step.server,
        "network": step.network,
        "question": str(step.question),
        "matched": matched,
        "rcode": step.rcode.name,
        "records": _records(step.records),
        "why": step.why,
    }


def _records(rrsets: tuple[RRset, ...]) -> list[dict[str, Any]]:
    return [
        {"name": show(rrset.name), "type": type_text(rrset.type), "ttl": rrset.ttl, "data": text}
        for rrset in rrsets
        for text in rrset.texts()
    ]
