"""Public names that several registries share, as those in one stamp of the service do.

A name is an alias of one target and has one set of addresses. So what one registry says of a front end
or of a name at Traffic Manager holds for every other registry that uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.topology.schema.schema import Public, TopologyFile


@dataclass(frozen=True, slots=True)
class Shared:
    """The file's public names; of two that contradict each other the first, which `verify` reports."""

    targets: Mapping[str, str]
    """Front end to the name at Traffic Manager that it is an alias of."""
    addressed: Mapping[str, list[str]]
    """Name at the end of a login server's chain to its addresses."""

    @classmethod
    def of(cls, file: TopologyFile) -> Shared:
        """Collect what all registries say."""
        targets: dict[str, str] = {}
        addressed: dict[str, list[str]] = {}
        said = [registry.public for registry in file.registries.values() if registry.public.model_fields_set]
        for public in said:
            if public.frontend is not None and public.traffic_manager is not None:
                targets.setdefault(public.frontend, public.traffic_manager)
        found = cls(targets, addressed)
        for public in said:
            end, given = found.end(public), public.addresses.get("registry")
            if end is not None and given:
                addressed.setdefault(end, given)
        return found

    def traffic_manager(self, public: Public) -> str | None:
        """Return the name at Traffic Manager, said here or by another registry with the same front end."""
        return public.traffic_manager or self.targets.get(public.frontend or "")

    def end(self, public: Public) -> str | None:
        """Return the last given name of the chain; None where none is given."""
        return self.traffic_manager(public) or public.frontend

    def addresses(self, public: Public) -> Mapping[str, list[str]]:
        """Return the addresses by member, those included that another registry gives for a shared name."""
        end = self.end(public)
        if end is None or end not in self.addressed or "registry" in public.addresses:
            return public.addresses
        return {"registry": self.addressed[end], **public.addresses}
