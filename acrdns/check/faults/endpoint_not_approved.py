"""The connection of a private endpoint is not approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every approved private endpoint; where answers were observed, with data endpoints that stay enabled, too.

    A private endpoint enables them (facts section 2.1), and nothing says that they go where it loses its approval.
    """
    for private in site.topology.private_endpoints.values():
        if private.approved:
            path = ("private_endpoints", private.name, "status")
            stay = Put(("registries", private.registry, "data_endpoint_enabled"), True)  # noqa: FBT003 - a YAML value
            enabled = site.topology.registries[private.registry].data_endpoint_enabled
            message = f"private endpoint {private.name} is not approved"
            for edits in ((), (stay,)) if enabled and observed is not None else ((),):
                yield Candidate(
                    private.name,
                    f"{message}, and the dedicated data endpoints stay enabled" if edits else message,
                    (Put(path, "Pending"), *edits),
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
