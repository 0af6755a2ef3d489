"""The values of a pull: its steps, and the cause where one fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StepName = Literal["login", "token", "manifest", "layer"]
PullCause = Literal[
    "name", "dns", "unreachable", "refused", "certificate", "denied", "link", "credentials", "absent", "other"
]

_HEALTH: dict[tuple[str, str], str] = {
    ("login", "name"): "CONNECTIVITY_DNS_ERROR",
    ("login", "dns"): "CONNECTIVITY_DNS_ERROR",
    ("login", "certificate"): "CONNECTIVITY_SSL_ERROR",
    ("login", "denied"): "CONNECTIVITY_FORBIDDEN_ERROR",
    ("login", "absent"): "CONNECTIVITY_CHALLENGE_ERROR",
    ("login", "other"): "CONNECTIVITY_CHALLENGE_ERROR",
    ("token", "denied"): "CONNECTIVITY_REFRESH_TOKEN_ERROR",
    ("token", "credentials"): "CONNECTIVITY_ACCESS_TOKEN_ERROR",
    ("token", "other"): "CONNECTIVITY_ACCESS_TOKEN_ERROR",
}
"""The codes of `az acr check-health` by step and cause (facts.md F21, F28 and the end of section 4)."""


@dataclass(frozen=True, slots=True)
class PullStep:
    """One request of a pull."""

    step: StepName
    host: str
    address: str = ""
    """The IP address that was connected to; empty where the name has none."""
    passed: bool = True
    http: int | None = None
    """The status of the answer, or None where none came."""
    message: str = ""
    cause: PullCause | None = None


@dataclass(frozen=True, slots=True)
class PullResult:
    """A pull from one registry, as far as it went."""

    registry: str
    image: str
    steps: tuple[PullStep, ...]

    @property
    def failed(self) -> PullStep | None:
        """The step that failed, or None."""
        return next((step for step in self.steps if not step.passed), None)

    @property
    def check_health(self) -> str:
        """The code that `az acr check-health` has for the failure; empty where none is known, as for every layer."""
        failed = self.failed
        return _HEALTH.get((failed.step, failed.cause), "") if failed and failed.cause else ""
