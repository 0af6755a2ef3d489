"""Fixes that the model has proved: each removes its finding, adds no error, and turns no right answer wrong.

A fix is applied to the topology, and everything is judged again. Where the fix alone leads to another error, as when an
endpoint that is approved has no records yet, the fixes of that error are added to it. A fix that the model refutes is
replaced by the commands that show what is wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.facts import Facts, Variant
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.create_zone import CreateZone
from acrdns.check.fixes.delete_endpoint import DeleteEndpoint
from acrdns.check.fixes.enable_transit import together
from acrdns.check.fixes.first_step import FirstStep, unwrapped
from acrdns.check.fixes.fix import edits_of, taken_back
from acrdns.check.fixes.set_link import with_names
from acrdns.check.profile import Profile
from acrdns.check.proof.explains import moved, unexplained
from acrdns.check.proof.further import fallbacks, peerings
from acrdns.check.proof.proved import CAUSES, FixEffect, Proved, key
from acrdns.check.proof.said import also, besides
from acrdns.check.rules.wording import some
from acrdns.errors import TopologyError
from acrdns.topology.text.places import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.estate.wrong import Cells
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.check.proof.leads import LeadsTo
    from acrdns.check.proof.proved import Find

ROUNDS = 6
"""How often the fixes of errors that a fix leads to are added to it."""
MOST_KEPT = 1_000
"""Topologies with fixes made that are kept, to be met once more by another way."""
WRONG_THOUGH_ANSWERED = frozenset(("ACR104", "ACR114", "ACR206"))
"""An endpoint to be approved and a link to be completed: the answers are right for a file that says so. DNS servers of
which the next one answers otherwise: they are right until the first is silent."""
STANDBY = "ACR114"
_REFUSED = (KeyError, ValueError, StopIteration, TopologyError)
"""Raised by fixes that concern something else than the topology has, or make one that Azure would refuse."""


class Prover:
    """Proves the fixes of one topology's findings."""

    def __init__(self, facts: Facts, found: Sequence[Finding], find: Find, leads_to: LeadsTo | None = None) -> None:
        """Prove the fixes of findings; without `leads_to`, they may lead to an error that no rule finds before."""
        self._facts = facts
        self._leads_to = leads_to
        self._before = Counter(map(key, found))
        self._find = find
        self._effects: dict[tuple[Fix, ...], FixEffect | None] = {}

    def leads_to(self, effect: FixEffect) -> list[Finding]:
        """Return the errors that show with the fixes made, and that no rule finds before."""
        return self._leads_to(effect) if self._leads_to else []

    @property
    def wrong(self) -> Cells:
        """The cells that are wrong as the file is."""
        return self._facts.wrong

    def prove(self, finding: Finding) -> Proved:
        """Return a finding with fixes that hold, and with the vantage points that they mend."""
        options = [fixes for fixes in (finding.fixes, *finding.otherwise) if self._edits(fixes)]
        held: Proved | None = None
        # Peering networks is more than a fix of names, so it is tried last.
        for peering in (False, True):
            for fixes in options:
                proved = self._proved(finding, fixes, peering=peering)
                if proved and proved.mended:
                    return proved
                held = held or proved
            if held and finding.code in WRONG_THOUGH_ANSWERED:
                break  # its answers are right as the file is: what else a fix could mend has a cause of its own
        if held or not self._edits(finding.fixes):
            return held or Proved(finding)
        advice = _look(self._facts, finding, self.wrong, self._refuted(finding))
        return Proved(replace(finding, fixes=(advice,)))

    def _firm(self, proved: Proved) -> Proved:
        """Return a finding whose fixes are the first of several steps where they lead to an error by themselves."""
        for each in self.leads_to(proved.effect)[:1] if proved.effect else ():
            where = each.trace.vantage if each.trace else ""
            step = FirstStep(proved.finding.fixes, each.code, each.fqdn, where, each.fixes)
            return replace(proved, finding=replace(proved.finding, fixes=(step,)))
        return proved

    def _refuted(self, finding: Finding) -> str:
        """Return what the fixes of the rule would do, which do not hold."""
        effect, topology = self.effect(finding.fixes), self._facts.topology
        first = (edit for fix in finding.fixes[:1] for edit in fix.edits(topology))
        edits = first if effect is None else (e for _, made in edits_of(topology, finding.fixes) for e in made)
        entries = some(list(dict.fromkeys(dotted(edit.path) for edit in edits)))
        asked = f"what the message asks for (a change of {entries})"
        if effect is None:
            return f"Azure refuses {asked}"
        if effect.broken:
            vantage, fqdn = min(effect.broken)
            return f"{asked} makes {fqdn} wrong in {vantage}"
        led = next(iter(self._added(effect)), None)
        return f"{asked} leads to {led.code} for {led.fqdn}" if led else f"{asked} leaves other causes of it"

    def _edits(self, fixes: Iterable[Fix]) -> bool:
        return any(fix.edits(self._facts.topology) for fix in fixes)

    def prove_all(self, findings: Sequence[Finding]) -> list[Proved]:
        """Return findings with fixes that hold; those that do not hold by themselves are tried after the others."""
        proved = [self.prove(finding) for finding in findings]
        earlier = self.earlier(proved)
        pairs = zip(findings, proved, strict=True)
        return [self._firm(each if each.effect else self._after(earlier, finding) or each) for finding, each in pairs]

    def earlier(self, proved: Iterable[Proved]) -> tuple[Fix, ...]:
        """Return the fixes of errors that make answers right."""
        errors = (each for each in proved if each.mended and Profile().severity(each.finding.code) == "error")
        return tuple(dict.fromkeys(fix for each in errors for fix in unwrapped(each.finding.fixes)))

    def prove_after(self, earlier: tuple[Fix, ...], finding: Finding) -> Proved:
        """Return a finding with fixes that hold by themselves, or else after others."""
        found = self.prove(finding)
        return self._firm(found if found.effect else self._after(earlier, finding) or found)

    def _after(self, earlier: tuple[Fix, ...], finding: Finding) -> Proved | None:
        """Return a finding with fixes that hold after others, or None."""
        if not earlier or not self._edits(finding.fixes):
            return None
        tried = ((*earlier, *fixes) for fixes in (finding.fixes, *finding.otherwise))
        held = (self._proved(finding, tuple(dict.fromkeys(fixes)), peering=False) for fixes in tried)
        found = next(filter(None, held), None)
        return replace(found, after=True) if found else None

    def _proved(self, finding: Finding, fixes: tuple[Fix, ...], *, peering: bool) -> Proved | None:
        """Return a finding with fixes, completed so that they hold, or None."""
        own = fixes
        standbys: list[Finding] = []
        held: Proved | None = None
        for _ in range(ROUNDS):
            effect = self.effect(fixes)
            if effect is None:
                break
            causes = self._added(effect)
            if not causes and not effect.broken:
                if not self.holds(finding, effect):
                    break
                causes = self._next(fixes, effect)
                if not causes:
                    return self._held(finding, fixes, effect, own, standbys)
                if held is None and effect.mended:  # otherwise it only makes another wrong answer of one
                    held = self._held(finding, fixes, effect, own, standbys)
            more = [fix for each in causes for fix in each.fixes if fix.edits(effect.topology)]
            standbys += [each for each in causes if each.code == STANDBY]
            more += fallbacks(effect)
            more += peerings(effect) if peering else ()
            if not more:
                break
            fixes = tuple(dict.fromkeys((*fixes, *more)))
        return held

    def _held(
        self, finding: Finding, fixes: tuple[Fix, ...], effect: FixEffect, own: tuple[Fix, ...], standbys: list[Finding]
    ) -> Proved:
        """Return a finding with fixes that hold, of which `own` are those of its rule."""
        topology = self._facts.topology
        if (added := len(fixes) - len(own)) or taken_back(topology, fixes):
            fixes, effect = self.slim(finding, fixes, effect, own)
        networks = tuple(v for v in topology.vantages if any(v == vantage for vantage, _ in effect.mended))
        held = replace(finding, fixes=with_names(together(fixes)), networks=networks or finding.networks)
        message = f"{finding.message}{also(standbys)}{besides(fix for fix in fixes if fix not in own)}"
        return Proved(replace(held, message=message), effect, added)

    def holds(self, finding: Finding, effect: FixEffect) -> bool:
        """Return whether fixes with that effect remove a finding, add no error and turn no right answer wrong."""
        if before := self._before[key(finding)]:
            gone = len(effect.left(finding)) < before
        else:  # what is left of a violation once the causes of its other answers are mended
            gone = any((vantage, finding.fqdn) in effect.mended for vantage in finding.networks)
        return gone and not effect.broken and not self._added(effect)

    def slim(
        self, finding: Finding, fixes: tuple[Fix, ...], effect: FixEffect, own: tuple[Fix, ...] = ()
    ) -> tuple[tuple[Fix, ...], FixEffect]:
        """Return fixes that hold without those of them that a later one takes back, or makes needless.

        Of fixes that were completed, `own` are those of the rule; a zone may have been made for one that is left out.
        """

        def without(*left_out: Fix) -> bool:
            nonlocal fixes, effect
            fewer = tuple(fix for fix in fixes if fix not in left_out)
            made = self.effect(fewer)
            if made is None or not self.holds(finding, made) or not made.mended >= effect.mended:
                return False
            # One without an effect in the file, such as a zone that its link makes there too, is needed in Azure.
            if len(left_out) == 1 and left_out != pair[:1] and made.facts.topology == effect.topology:
                return False
            fixes, effect = fewer, made
            return True

        while pair := taken_back(self._facts.topology, fixes):
            if not without(*pair) and not without(pair[0]):
                break
        for fix in [fix for fix in fixes if fix in own or isinstance(fix, CreateZone)]:
            if len(fixes) > 1:
                without(fix)
        gone = {fix.endpoint for fix in fixes if isinstance(fix, DeleteEndpoint)}
        in_vain = [fix for fix in fixes if isinstance(fix, AddZoneGroup) and fix.endpoint in gone]
        return tuple(fix for fix in fixes if fix not in in_vain), effect

    def effect(self, fixes: Iterable[Fix]) -> FixEffect | None:
        """Return what fixes do, or None if they make a topology that Azure would refuse."""
        made = tuple(fixes)
        if made not in self._effects:
            self._effects[made] = self._made(made)
        return self._effects[made]

    def _made(self, fixes: Sequence[Fix]) -> FixEffect | None:
        from acrdns.topology.dump import dumps
        from acrdns.topology.load import loads

        topology, known = self._facts.topology, self._facts.variants
        try:
            for fix in fixes:
                topology = fix.apply(topology)
            text = dumps(topology)
            topology = topology if text in known else loads(text, topology.file)
        except _REFUSED:
            return None
        if text not in known:
            facts = Facts(topology)
            if len(known) == MOST_KEPT:
                del known[next(iter(known))]
            known[text] = Variant(topology, self._find(facts, *CAUSES), facts.wrong, facts.owners)
        return FixEffect(self._facts, known[text], self._find, known)

    def _added(self, effect: FixEffect) -> list[Finding]:
        """Return the findings about causes that the fixes add; `broken` has the answers that turn wrong."""
        added = [finding for finding in effect.causes if is_to_be_mended(finding) and key(finding) not in self._before]
        broken = {vantage for vantage, _ in effect.broken}
        # What has waited for these fixes, as a link in progress does for the approval of an endpoint.
        waiting = [f for f in effect.causes if f.code in WRONG_THOUGH_ANSWERED and not broken.isdisjoint(f.networks)]
        return added or waiting

    def _next(self, fixes: tuple[Fix, ...], effect: FixEffect) -> list[Finding]:
        """Return the violations that fixes turn others into, but for those that the fixes of other findings mend."""
        if self.wrong == effect.mended:
            return []
        cells, made = moved(self._facts, effect), effect
        for _ in range(ROUNDS if cells else 0):
            others = [fix for each in made.causes for fix in each.fixes if fix.edits(made.topology)]
            further = self.effect(fixes := tuple(dict.fromkeys((*fixes, *others)))) if others else None
            if further is None:
                break
            cells, made = cells & further.after.wrong, further
        return unexplained(cells, effect) if cells else []


def is_to_be_mended(finding: Finding) -> bool:
    """Return whether a finding is an error, or about answers that are right for a time or for the file only."""
    return Profile().severity(finding.code) == "error" or finding.code in WRONG_THOUGH_ANSWERED


def _look(facts: Facts, finding: Finding, wrong: Cells, refuted: str) -> Advice:
    """Return why no fix holds, and commands that show it; a trace asks for an endpoint, not for a network or zone."""
    ends = [each.fqdn for every in facts.layout.endpoints.values() for each in every]
    near = (fqdn for vantage, fqdn in sorted(wrong) if vantage in finding.networks)
    fqdn = finding.fqdn if finding.fqdn in ends else next(near, ends[0] if ends else finding.fqdn)
    file, where = facts.topology.file, f" --from {finding.networks[0]}" if finding.networks else ""
    return Advice(
        f"no single change mends this without breaking another answer: {refuted}; look at "
        f"acrdns matrix {file} and acrdns trace {file} {fqdn}{where}"
    )
