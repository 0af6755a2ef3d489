"""The choice of codes and severities of one run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.check.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.check.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Policy:
    """Which findings count. Without anything said, all do."""

    select: frozenset[str] | None = None
    """Codes; None means all."""
    ignore: frozenset[str] = frozenset()
    """Codes; they win over `select`."""
    severities: Mapping[str, Severity] = field(default_factory=dict)
    """By code."""
    strict: bool = False
    """Whether findings of severity `info` fail, too."""
    exit_zero: bool = False
    """Whether findings leave the exit code at 0."""

    @property
    def profile(self) -> Profile:
        """Return the severity of each code."""
        return Profile(self.severities)

    def counts(self, code: str) -> bool:
        """Return whether the findings of a rule count."""
        return code not in self.ignore and (self.select is None or code in self.select)

    def chosen(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that count."""
        return [finding for finding in findings if self.counts(finding.code)]

    def fails(self, findings: Iterable[Finding]) -> bool:
        """Return whether findings make the exit code 1."""
        if self.exit_zero:
            return False
        return any(self.strict or self.profile.severity(finding.code) != "info" for finding in findings)
