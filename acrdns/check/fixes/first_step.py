"""The first of several steps: fixes that alone make another error of the one that they mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import THEN, Fix, joined

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class FirstStep(Fix):
    """Fixes with commands, and what is left after them. The file stays as it is: by themselves they mend nothing."""

    fixes: tuple[Fix, ...]
    code: str
    """The error that these fixes lead to, by its rule."""
    fqdn: str
    """The subject of that error."""
    vantage: str
    """The vantage point of that error, or empty for one about the file."""
    further: tuple[Fix, ...]
    """The fixes that mend that error; none where that takes the fixes of other findings."""

    @property
    def az(self) -> tuple[str, ...]:
        return tuple(command for fix in self.fixes for command in fix.az)

    @property
    def text(self) -> str:
        """The step in one line, as reports show it."""
        return f"{joined(self.fixes)}{THEN}{self._next}"

    @property
    def _next(self) -> str:
        where = f" from {self.vantage}" if self.vantage else ""
        how = f": {joined(self.further)}" if self.further else ", once the other findings are mended"
        return f"mend what this leads to, {self.code} for {self.fqdn}{where}{how}"

    @property
    def terraform(self) -> str:
        return "\n".join((*(fix.terraform for fix in self.fixes), f"# then {self._next}"))

    @property
    def bicep(self) -> str:
        return "\n".join((*(fix.bicep for fix in self.fixes), f"// then {self._next}"))


def unwrapped(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return fixes with those that are the first of several steps, for who looks for the others."""
    return tuple(one for fix in fixes for one in (fix.fixes if isinstance(fix, FirstStep) else (fix,)))
