"""A replica's data endpoint has no record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return the records of replicas."""
    for held in site.concerned:
        if site.is_replica(held) and not site.redirected(held.zone):
            yield Candidate(
                held.subject,
                f"{held.zone.key} has no record {held.owner} for the replica in {held.endpoint.member.region}",
                site.without(held),
                (held.mended(),),
                held.path,
            )


FAULT = Fault(
    "replica-without-record",
    summary="a replica's data endpoint has no record, all the others have",
    client="""\
Login and manifests work. A layer that is served from that region is NXDOMAIN: `no such host`, for some clients
and not for others.""",
    lesson="""\
Whoever keeps records by hand has to add one for each new replica. A zone group does it by itself.""",
    references=("facts F05",),
    find=find,
)
