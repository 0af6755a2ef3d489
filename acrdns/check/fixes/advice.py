"""A step that no other action is: what to look at, or what to change outside Azure."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import Fix


@dataclass(frozen=True, slots=True)
class Advice(Fix):
    """Words or commands as they are. It changes nothing by itself."""

    says: str
    commands: tuple[str, ...] = ()
    hcl: str = ""
    resources: str = ""

    @property
    def az(self) -> tuple[str, ...]:
        return self.commands

    @property
    def text(self) -> str:
        """The step in one line, as reports show it."""
        return self.says or " && ".join(self.commands)

    @property
    def terraform(self) -> str:
        return self.hcl or f"# {self.text}"

    @property
    def bicep(self) -> str:
        return self.resources or f"// {self.text}"
