"""Severity by code: policy, apart from the rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.check.finding import Severity

_DEFAULTS: Mapping[str, Severity] = {
    # A code that is not here is an error: name resolution is wrong.
    "ACR105": "warning",  # right until one of them changes
    "ACR114": "warning",  # answers are right until a server is silent
    "ACR206": "warning",  # heals by itself
    "ACR210": "info",  # answers are right until an address changes
    "ACR211": "warning",  # the record does nothing; what is missing because of it is an error of its own
    "ACR212": "warning",  # harm needs a machine called like a registry
    "ACR215": "warning",  # right until Azure changes the address
    "ACR213": "info",  # answers are right until a record is missing in it
    "ACR312": "warning",  # some clients put up with it
    "ACR314": "warning",  # answers are right, but Azure and the file disagree
    "ACR901": "warning",  # what it excused is a finding of its own
    "ACR902": "warning",  # it hides what is not there
}

ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
"""The worst comes first."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Which severity each code has; `overrides` are the user's."""

    overrides: Mapping[str, Severity] = field(default_factory=dict)

    def severity(self, code: str) -> Severity:
        """Return the severity of a rule's findings."""
        return self.overrides.get(code) or _DEFAULTS.get(code, "error")
