"""A finding: one defect, where it shows, and the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from acrdns.errors import Place
    from acrdns.resolve.chain import Resolution

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. Severity is not its own: `profile` gives it one."""

    code: str
    """The rule's code, e.g. `ACR301`."""
    fqdn: str
    """The endpoint's public name, or, where no endpoint is meant, what the finding is about (a zone, a network)."""
    message: str
    """One lower-case sentence: what is wrong, where it shows, why it matters."""
    fix: str
    """The command or the step that mends it."""
    place: Place | None = None
    """The line of the topology file that causes it."""
    vantage: str = ""
    """The vantage point that it shows from; empty where it shows without asking."""
    networks: tuple[str, ...] = ()
    """The vantage points whose answers it makes wrong, as far as a rule of `lint` works that out."""
    trace: Resolution | None = None
    """The counterexample: a resolution that shows it, step by step."""
