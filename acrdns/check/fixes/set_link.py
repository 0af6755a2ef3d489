"""Change an option of a virtual network link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from acrdns.check.fixes.fix import Edit, Fix, Topology, ZoneName, az, quoted
from acrdns.check.fixes.link_zone import deployed_link, link_resource
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class SetLink(Fix):
    """A policy for names that the zone does not have, or whether virtual machines register themselves."""

    zone: ZoneName
    network: str
    option: Literal["resolution_policy", "registration_enabled"]
    value: str | bool

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", self.zone.group, "-z", self.zone.apex, "-n", f"{self.network}-link")
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
