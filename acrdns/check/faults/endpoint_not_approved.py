"""The connection of a private endpoint is not approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every approved private endpoint."""
    for private in site.topology.private_endpoints.values():
        if private.approved:
            path = ("private_endpoints", private.name, "status")
            yield Candidate(
                private.name,
                f"private endpoint {private.name} is not approved",
                (Put(path, "Pending"),),
                (ApproveEndpoint(private.registry, private.name),),
                path,
            )


FAULT = Fault(
    "endpoint-not-approved",
    summary="the private endpoint is Pending or Rejected",
    client="""\
Every name is public, without an alias under privatelink: 403 where public access is off.""",
    lesson="""\
Only an approved private endpoint makes the registry's names aliases, writes records and carries traffic.""",
    references=("facts F22",),
    find=find,
)
