"""A record has the address of another registry's private endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every record, at the addresses of other registries that were observed for it, of the same kind first."""
    owned = [
        (address, private.registry, member)
        for private in site.topology.private_endpoints.values()
        for member, address in private.addresses.items()
    ]
    for held in site.concerned:
        seen = of_kind(observed, held.endpoint.fqdn, 4)
        wanted = None if seen is None else frozenset(seen)
        others = [o for o in owned if o[1] != held.endpoint.registry.name and (wanted is None or o[0] in wanted)]
        for address, registry, member in sorted(others, key=lambda o: o[2].kind != held.endpoint.member.kind):
            theirs = member.fqdn(site.topology.registries[registry].dns_label, site.topology.cloud)
            yield Candidate(
                held.subject,
                f"the record {held.owner} in {held.zone.key} has the address of {theirs}",
                held.pointed_at(address),
                (held.mended(address),),
                held.path,
            )


FAULT = Fault(
    "other-registrys-address",
    summary="a record has the address of another registry's endpoint",
    client="""\
The connection works and ends at another registry: a TLS error, `unauthorized`, or `manifest unknown` for an image
that exists.""",
    lesson="""\
Records copied from one registry to another keep the other's addresses. A zone group for each endpoint does not.""",
    references=("facts F32",),
    find=find,
)
