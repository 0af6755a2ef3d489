"""The codes of pulls by the cause of their failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.rules import TABLE

if TYPE_CHECKING:
    from acrdns.probe.pull.result import PullCause

_NAMES: dict[PullCause, str] = {
    "name": "name-without-address",
    "dns": "name-not-resolved",
    "unreachable": "endpoint-unreachable",
    "refused": "endpoint-refuses-connection",
    "certificate": "wrong-certificate",
    "denied": "client-denied",
    "link": "link-refused",
    "credentials": "credentials-refused",
    "absent": "image-absent",
    "other": "pull-fails-otherwise",
}


def code_of_cause(cause: PullCause) -> str:
    """Return the code of the rule that finds pulls which fail for a cause."""
    return next(code for code, name in TABLE.items() if name == _NAMES[cause])
