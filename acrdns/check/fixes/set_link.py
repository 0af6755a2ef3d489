"""Change an option of a virtual network link."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, link_of, quoted
from acrdns.check.fixes.link_zone import LinkZone, deployed_link, link_resource
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.errors import Path


@dataclass(frozen=True, slots=True)
class SetLink(Fix):
    """A policy for names that the zone does not have, or whether virtual machines register themselves."""

    zone: ZoneName
    network: str
    option: Literal["resolution_policy", "registration_enabled"]
    value: str | bool
    created: str = ""
    """The name of the link where another fix creates it before."""

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", self.created or link_of(self.network))
        option = "--resolution-policy" if self.option == "resolution_policy" else "-e"
        return (
            az(
                "network private-dns link vnet update",
                *where,
                option,
                self.value if isinstance(self.value, str) else str(self.value).lower(),
            ),
        )

    @property
    def terraform(self) -> str:
        value = str(self.value).lower() if isinstance(self.value, bool) else quoted(self.value)
        return link_resource(self.zone, self.network, {self.option: value})

    @property
    def bicep(self) -> str:
        if isinstance(self.value, bool):
            return deployed_link(self.zone, self.network, registration=self.value)
        return deployed_link(self.zone, self.network, f"resolutionPolicy: '{self.value}', ")

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.network not in topology.networks:
            return ()
        return (Put((*self.zone.path, "virtual_network_links", self.network, self.option), self.value),)


def with_names(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """Return fixes in which changes of links that are created before have their names."""
    created: dict[tuple[Path, str], str] = {}
    found: list[Fix] = []
    for fix in fixes:
        if isinstance(fix, LinkZone):
            created[fix.zone.path, fix.network] = fix.name
        named = isinstance(fix, SetLink) and created.get((fix.zone.path, fix.network))
        found.append(replace(fix, created=named) if isinstance(fix, SetLink) and named else fix)
    return tuple(found)
