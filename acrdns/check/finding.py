"""A finding: one defect, its place, and the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.check.fixes.fix import joined

if TYPE_CHECKING:
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Place
    from acrdns.resolve.chain import Resolution

Severity = Literal["error", "warning", "info"]


class Scope(NamedTuple):
    """Answers that a finding is about; empty sets are all."""

    vantages: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def has(self, cell: tuple[str, str]) -> bool:
        """Return whether an answer, by vantage point and name, is among them."""
        vantage, fqdn = cell
        return (not self.vantages or vantage in self.vantages) and (not self.names or fqdn in self.names)


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
    impact: tuple[str, ...] = ()
    """The vantage points that a rule knows to be concerned though the file says that their answers are right; `lint`
    adds those of `networks` from which an answer is wrong."""
    about: Scope | None = None
    """The answers that it explains, where its fix may mend more; None: all that its fix mends."""
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
