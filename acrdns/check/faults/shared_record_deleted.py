"""The records went with another private endpoint; the one that stays has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.fix import ZoneName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every zone in which a registry has records, and all of them go."""
    for (key, registry), every in site.by_registry.items():
        zone = every[0].zone
        writers = dict.fromkeys(writer for held in every for writer in held.writers)
        by_hand = [held for held in every if not held.writers]
        yield Candidate(
            f"{key}/{registry}" if key in site.shared else key,
            f"{key} has lost every record of {registry}",
            site.without(*every),
            (*(AddZoneGroup(writer, ZoneName.of(zone)) for writer in writers), *(held.mended() for held in by_hand)),
            ("private_dns_zones", key),
            likelihood=1.0 if len(every) > 1 else 0.3,  # a single record is rather missing
        )


FAULT = Fault(
    "shared-record-deleted",
    summary="the records went with another endpoint that was deleted; the one in the file stays, without them",
    client="""\
Every name of the registry is NXDOMAIN in all linked networks: `no such host` at login.""",
    lesson="""\
Deleting a private endpoint deletes the records that its zone group wrote, also where another endpoint needs them.""",
    references=("facts F08", "facts F23"),
    find=find,
)
