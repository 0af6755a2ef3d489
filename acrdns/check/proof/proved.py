"""A finding with fixes that the model has made, and what they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from acrdns.check.estate.wrong import login_server
from acrdns.check.facts import Facts
from acrdns.check.fixes.enable_transit import together
from acrdns.check.fixes.first_step import unwrapped
from acrdns.check.rules.wording import some

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from acrdns.check.estate.wrong import Cells
    from acrdns.check.facts import Variant
    from acrdns.check.finding import Finding
    from acrdns.topology.model import Topology

    Find = Callable[..., Sequence[Finding]]
    """Returns what the rules find in a topology's facts; codes of the rules begin with one of the other arguments."""

CAUSES = ("ACR10", "ACR11", "ACR2", "ACR3")
"""Rules that look for causes in the file."""
PROVEN = "ACR15"
"""The rules that prove properties."""
NOTHING: Cells = frozenset()


@dataclass(frozen=True)
class FixEffect:
    """The effect of fixes on a topology."""

    before: Facts
    """The facts of the topology without the fixes."""
    after: Variant
    """The topology with the fixes made, and what is wrong in it."""
    find: Find
    variants: dict[str, Variant]

    @property
    def topology(self) -> Topology:
        """The topology with the fixes made."""
        return self.after.topology

    @property
    def causes(self) -> Sequence[Finding]:
        """Its findings about causes."""
        return self.after.causes

    @cached_property
    def mended(self) -> Cells:
        """Wrong before, and right or gone now.

        An endpoint that is gone, as storage is with a registry's first private endpoint, takes its answer along. That
        mends nothing where the login server stays wrong.
        """
        return self._counting(self.before.wrong - self.after.wrong, self.before.topology, self.after.owners)

    @cached_property
    def broken(self) -> Cells:
        """Right before, and wrong now.

        An endpoint that is new, as a data endpoint is with a registry's first private endpoint, had no answer before.
        It must be right, but where the login server stays wrong: that has a cause of its own.
        """
        return self._counting(self.after.wrong - self.before.wrong, self.topology, self.before.owners)

    def _counting(self, cells: Cells, topology: Topology, others: Mapping[str, str]) -> Cells:
        """Return cells of a topology without those whose endpoint is not among others and whose login server stays."""
        if all(fqdn in others for _, fqdn in cells):
            return cells
        own = self.after.owners if topology is self.topology else self.before.owners
        stays = self.before.wrong & self.after.wrong
        return frozenset(
            (vantage, fqdn)
            for vantage, fqdn in cells
            if fqdn in others or (vantage, login_server(topology, own[fqdn])) not in stays
        )

    @cached_property
    def facts(self) -> Facts:
        """The facts of the topology with the fixes made."""
        facts = Facts(self.topology)
        facts.variants = self.variants
        return facts

    @cached_property
    def found(self) -> Sequence[Finding]:
        """The findings of the topology with the fixes made; those about violations take most of the time."""
        return sorted((*self.causes, *self.find(self.facts, PROVEN)), key=lambda each: each.code)

    def left(self, other: Finding) -> list[Finding]:
        """Return the findings with the code and subject of another that are left."""
        found = self.found if other.code.startswith(PROVEN) else self.causes
        return [each for each in found if key(each) == key(other)]


@dataclass(frozen=True, slots=True)
class Proved:
    """A finding whose fixes hold, as far as they edit the file, and what they do; None where they edit nothing.

    Of fixes that are the first of several steps, it is what that step does.
    """

    finding: Finding
    effect: FixEffect | None = None
    added: int = 0
    """The number of fixes that the fixes of the rule led to."""
    after: bool = False
    """Whether the fixes hold after those of other findings alone, which they begin with."""
    others: tuple[str, ...] = ()
    """Further vantage points at which the same cause shows."""

    @property
    def mended(self) -> Cells:
        """The cells that the fixes make right, of those that the finding is about."""
        found, about = self.effect.mended if self.effect else NOTHING, self.finding.about
        return frozenset(filter(about.has, found)) if about else found

    @property
    def besides(self) -> Cells:
        """The cells that the fixes make right, and that the finding is not about."""
        return self.effect.mended - self.mended if self.effect else NOTHING

    def removes(self, other: Finding) -> bool:
        """Return whether another finding is gone once this one is fixed."""
        if self.effect is None:
            return False
        left = self.effect.left(other)
        # Findings of one zone, each about other networks, are different ones.
        return all(each.networks and other.networks and set(each.networks).isdisjoint(other.networks) for each in left)

    def also(self, other: Finding, topology: Topology) -> Proved:
        """Return this finding with the vantage points of another that has the same cause.

        Fixes that are the same edit may take other commands there, as for a hub that joins spokes and sites.
        """
        edits = [fix.edits(topology) for fix in self.finding.fixes]
        if unwrapped(self.finding.fixes) != self.finding.fixes:
            edits = []
        further = [fix for fix in other.fixes if fix not in self.finding.fixes and fix.edits(topology) in edits]
        finding = replace(self.finding, fixes=together((*self.finding.fixes, *further)))
        return replace(self, finding=finding, others=tuple(dict.fromkeys((*self.others, *other.networks))))

    def worded(self) -> Proved:
        """Return this finding with the other vantage points in its message."""
        others = [vantage for vantage in self.others if vantage != self.finding.networks[0]]
        if not others:
            return self
        networks = tuple(dict.fromkeys((*self.finding.networks, *others)))
        message = f"{self.finding.message}; the same holds from {some(others)}"
        return replace(self, finding=replace(self.finding, message=message, networks=networks))


def key(finding: Finding) -> tuple[str, str]:
    """Return the code and subject of a finding."""
    return finding.code, finding.fqdn
