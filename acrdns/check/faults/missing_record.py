"""The record of one endpoint is gone from a zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every record, but those of replicas, and those that a link's fallback would hide."""
    for held in site.concerned:
        if not site.redirected(held.zone) and not site.is_replica(held):
            yield Candidate(
                held.subject,
                f"{held.zone.key} has no record {held.owner}",
                site.without(held),
                (held.mended(),),
                held.path,
            )


FAULT = Fault(
    "missing-record",
    summary="the record of one endpoint is gone from a zone (kept by hand, or deleted)",
    client="""\
The endpoint is NXDOMAIN: `no such host` at login if it is the login server, at the first layer if it is a data
endpoint.""",
    lesson="""\
A linked private zone is authoritative: a record that it does not have does not exist, and nobody asks public DNS.""",
    references=("facts F04",),
    find=find,
)
