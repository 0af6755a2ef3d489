"""A large estate in small: three registries of each kind, and what is true of the others because it is true of these.

Registries of one kind differ in names and addresses alone, so a fix does to each of them what it does to one. The
second shows what a fix for one does to the others, and the third what a fix for one of these does then: what is wrong
once the first is mended is explained by what is left. The first two stand for themselves, the third for all others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import fields, is_dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING, Any

from acrdns import names
from acrdns.check.fixes.advice import Advice

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from acrdns.check.estate.matrix import Estate
    from acrdns.check.estate.wrong import Cells
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.first_step import FirstStep
    from acrdns.check.fixes.fix import Fix
    from acrdns.record import RRset
    from acrdns.topology.model import Topology

_WORDS = frozenset(("registry", "default", "resolution_policy", "registration_enabled", "rebind_protection", "dns64"))
"""Words in fixes that a registry may have as its name."""
MOST_TOGETHER = 100_000
"""Registries times findings, up to which a finding about a registry has the fixes of others that belong to it."""


class Sample:
    """Some registries of an estate."""

    def __init__(self, estate: Estate) -> None:
        self._whole, self._kinds = estate.topology, estate.kinds
        topology = estate.topology
        taken = (topology.networks, topology.private_dns_zones, topology.dns_servers, topology.dns_forwarding_rulesets)
        self._labels = {registry.dns_label: key for key, registry in topology.registries.items()}
        self._taken = {self.owner(word) for word in _WORDS.union(*taken)}
        grouped: defaultdict[Hashable, list[str]] = defaultdict(list)
        for key in self._whole.registries:
            grouped[self._kind(key)].append(key)
        self._standing: dict[str, str] = {}
        self._members: dict[str, list[str]] = {}
        self._other: dict[str, str] = {}
        for keys in grouped.values():
            for each in keys[:2]:
                self._members[each], self._standing[each] = [each], each
            for third in keys[2:3]:
                self._members[third], self._other[third] = keys[2:], keys[1]
                self._standing |= dict.fromkeys(keys[2:], third)

    @cached_property
    def topology(self) -> Topology:
        """The topology with these registries, their endpoints and records, and no others; nothing is accepted."""
        whole, registries = self._whole, self._whole.registries
        dropped = {registries[key].dns_label.encode() for key in registries if key not in self._members}

        def kept(records: tuple[RRset, ...]) -> tuple[RRset, ...]:
            return tuple(rrset for rrset in records if next(names.labels(rrset.name), b"") not in dropped)

        return replace(
            whole,
            registries={key: registry for key, registry in registries.items() if key in self._members},
            private_endpoints={
                n: each for n, each in whole.private_endpoints.items() if each.registry in self._members
            },
            private_dns_zones={
                key: replace(zone, records=kept(zone.records)) for key, zone in whole.private_dns_zones.items()
            },
            dns_servers={
                key: replace(server, zones={apex: kept(records) for apex, records in server.zones.items()})
                for key, server in whole.dns_servers.items()
            },
            accepted=(),
        )

    def _kind(self, key: str) -> Hashable:
        """Return what registries have in common that stand for each other: answers, and all settings."""
        registry = self._whole.registries[key]
        if key in self._taken:
            return ("alone", key)
        label = (registry.dns_label == registry.name, registry.dns_label.count("-"))
        access = (registry.public_network_access_enabled, registry.ip_rules, registry.anonymous_pull_enabled)
        return (self._kinds.of[key], label, registry.sku, access, registry.redirect_status)

    def _names(self, key: str) -> tuple[str, ...]:
        """Return the names and addresses of a registry, in an order that is the same for its kind."""
        registry, endpoints = self._whole.registries[key], self._kinds.endpoints(key)
        addresses = (address for each in endpoints for address in each.addresses.values())
        return (registry.name, registry.dns_label, *(each.name for each in endpoints), *addresses)

    def owner(self, text: str) -> str:
        """Return the registry that a subject is about, by its name or endpoint; empty for another subject."""
        if text in self._whole.registries:
            return text
        if text in self._whole.private_endpoints:
            return self._whole.private_endpoints[text].registry
        return self._labels.get(text.partition(".")[0], "")

    def standing_for(self, finding: Finding) -> tuple[str, str]:
        """Return the code and subject of the finding that stands for a finding of the estate."""
        first, dot, others = finding.fqdn.partition(".")
        owner = self.owner(finding.fqdn)
        into = self._into(owner, self._standing[owner]) if owner else {}
        return finding.code, into.get(finding.fqdn) or f"{into.get(first, first)}{dot}{others}"

    def own(self, value: Any, subject: str) -> Any:
        """Return a value with the names of the registry that a subject is about, for those of the one in the sample."""
        owner = self.owner(subject)
        return renamed(value, self._into(self._standing[owner], owner)) if owner else value

    def fixes(self, fixes: Iterable[Fix], subject: str) -> tuple[Fix, ...]:
        """Return fixes for the registry that a subject is about; those for others are made for all that they are."""
        owner = self.owner(subject)
        standing = self._standing.get(owner, "")
        found: list[Fix] = []
        for other, those in groupby(fixes, lambda fix: self._other_than(standing, fix)):
            if not other:
                found += self.own(tuple(those), owner)
                continue
            members, same = self._members[other], self._members.get(standing, [])
            if len(members) * len(same) > MOST_TOGETHER:
                others = f"{len(members)} other registries, such as {other}"
                return (Advice(f"this holds only together with fixes for {others}"),)
            if other == self._other.get(standing):
                both = {*members, *same} - {owner}
                members = [key for key in self._whole.registries if key in both]
            made = tuple(those)
            found += (fix for key in members for fix in renamed(made, self._into(other, key)))
        return tuple(dict.fromkeys(found))

    def first_step(self, step: FirstStep, fixes: tuple[Fix, ...], subject: str) -> FirstStep:
        """Return the first of several steps for the registry that a subject is about, of which `fixes` are the step."""
        led = self.own(step.fqdn, subject)
        return replace(step, fixes=fixes, fqdn=led, further=self.fixes(step.further, led))

    def _other_than(self, standing: str, fix: Fix) -> str:
        """Return the one registry of the sample that a fix is for, or empty where it is for the finding's or none."""
        named = {self.owner(text) for text in _texts(fix)} - {""}
        return next(iter(named)) if len(named) == 1 and standing not in named else ""

    def cells(self, found: Cells) -> Cells:
        """Return cells of the sample, with those of the registries that its registries stand for."""
        by_name: defaultdict[str, list[str]] = defaultdict(list)
        for vantage, fqdn in found:
            by_name[fqdn].append(vantage)
        return frozenset((vantage, name) for fqdn in by_name for name in self._fqdns(fqdn) for vantage in by_name[fqdn])

    def _fqdns(self, fqdn: str) -> Iterator[str]:
        label, _, rest = fqdn.partition(".")
        for key in self._members.get(self.owner(label), ()):
            yield f"{self._whole.registries[key].dns_label}.{rest}"

    def _into(self, one: str, other: str) -> Mapping[str, str]:
        if one == other:
            return {}
        return dict(zip(self._names(one), self._names(other), strict=True))


def renamed(value: Any, into: Mapping[str, str]) -> Any:
    """Return a text, or the texts in a fix, with other names."""
    if not into:
        return value
    if isinstance(value, str):
        longest = sorted(into, key=len, reverse=True)
        pattern = rf"(?<![\w-])(?:{'|'.join(map(re.escape, longest))})(?![\w-])"
        return re.sub(pattern, lambda match: into[match[0]], value)
    if isinstance(value, tuple):
        parts = [renamed(each, into) for each in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: renamed(getattr(value, each.name), into) for each in fields(value)})
    return value


def _texts(value: Any) -> Iterator[str]:
    """Return the texts in a fix."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from _texts(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))


def pairs(found: Sequence[Finding], sampled: Sequence[Finding], sample: Sample) -> list[Finding | None]:
    """Return, for each finding of an estate, the one of its sample that stands for it, or None."""
    ours: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    theirs: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for each in sampled:
        theirs[each.code, each.fqdn].append(each)
    stands: list[Finding | None] = []
    for each in found:
        same = ours[each.code, each.fqdn]
        those = theirs[sample.standing_for(each)]
        stands.append(those[len(same)] if len(same) < len(those) else None)
        same.append(each)
    return stands
