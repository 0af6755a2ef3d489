"""A finding: one defect, its place, and the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from acrdns.check.fixes.fix import joined

if TYPE_CHECKING:
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Place
    from acrdns.resolve.chain import Resolution

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A defect that a rule found. Its severity comes from `profile`."""

    code: str
    """The rule's code, e.g. `ACR301`."""
    fqdn: str
    """The endpoint's public name, or the subject of the finding (a zone, a network)."""
    message: str
    """One lower-case sentence: the defect, where it shows, why it matters."""
    fixes: tuple[Fix, ...]
    """The fixes, in order."""
    place: Place | None = None
    """The line of the topology file that causes it."""
    vantage: str = ""
    """The vantage point whose answer shows it, or empty for a finding about the file."""
    networks: tuple[str, ...] = ()
    """The vantage points whose answers it makes wrong, as far as the rule knows."""
    about: frozenset[tuple[str, str]] = frozenset()
    """The vantage points and names that it explains, where its fix mends more; empty: all that its fix mends."""
    cause: str = ""
    """Why an observed answer is so, as far as it shows; `judge` adds this or a better cause to the message."""
    otherwise: tuple[tuple[Fix, ...], ...] = ()
    """Other fixes, in the order in which to try them where the first do not hold."""
    trace: Resolution | None = None
    """The counterexample: a resolution that shows it, step by step."""

    @property
    def fix(self) -> str:
        """The commands and steps that mend it, in one line."""
        return joined(self.fixes)
