"""Two records of a registry have the same address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.faults.fault import Candidate, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every record, at the address of another record of its registry in the zone."""
    for held in site.concerned:
        for other in site.by_registry[held.zone.key, held.endpoint.registry.name]:
            usable = all(kind_of(a, site.topology) is not AddressKind.UNUSABLE for a in other.addresses)
            if other is not held and other.addresses != held.addresses and usable:
                yield Candidate(
                    held.subject,
                    f"the record {held.owner} in {held.zone.key} has the address of {other.owner}",
                    held.pointed_at(*other.addresses),
                    (held.mended(*other.addresses),),
                    held.path,
                )


FAULT = Fault(
    "shared-address",
    summary="two records of a registry have the same address, that of one of them",
    client="""\
One of the two names works. Usually login and manifests do, and layers end at the wrong service.""",
    lesson="""\
Each endpoint of a registry has a private address of its own; private_ip_address of Terraform holds one of them
only.""",
    references=("facts behaviour 8",),
    find=find,
)
