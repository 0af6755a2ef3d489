"""A private endpoint has no address for one of its registry's endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.add_endpoint_address import AddEndpointAddress
from acrdns.topology.text.edit import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every address of a replica's data endpoint, with the records that point at it."""
    for private in site.topology.private_endpoints.values():
        for member, address in private.addresses.items() if private.approved else ():
            replicas = {replica.region for replica in site.topology.registries[private.registry].replications}
            if member.region in replicas:
                pointing = [
                    h for h in site.records if h.endpoint.member == member and address in h.addresses and not h.writers
                ]
                path = ("private_endpoints", private.name, "addresses", str(member))
                gone = [edit for held in pointing for edit in site.without(held)]
                yield Candidate(
                    f"{private.name}/{member}",
                    f"private endpoint {private.name} has no address for {member}",
                    (Drop(path), *gone),
                    (AddEndpointAddress(private.name, str(member), address), *(held.mended() for held in pointing)),
                    path,
                )


FAULT = Fault(
    "replica-without-address",
    summary="the private endpoint has no address for a replica",
    client="""\
Login and manifests work. Layers from that region are NXDOMAIN where the zone is linked.""",
    lesson="""\
Each data endpoint of a registry needs a private address of its own, with a record for it.""",
    references=("facts F30",),
    find=find,
)
