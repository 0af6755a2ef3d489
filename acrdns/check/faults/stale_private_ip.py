"""A record has an address that no private endpoint has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind
from acrdns.check.fixes.add_endpoint_address import members_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Held, Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every record, at each address observed for it that nothing in the file has."""
    for held in site.concerned:
        wrong = of_kind(observed, held.endpoint.fqdn, 4)
        for address in (site.free(held.addresses[0]),) if wrong is None else wrong:
            if address not in site.taken:
                yield Candidate(
                    held.subject,
                    f"{held.owner} in {held.zone.key} has the address {address}, which no private endpoint has",
                    held.pointed_at(address),
                    (held.mended(address),),
                    held.path,
                    otherwise=_created_again(site, held),
                )


def _created_again(site: Site, held: Held) -> str:
    """Return the remedy where the file has the addresses of a private endpoint that was created again since."""
    registry = held.endpoint.registry.name
    endpoints = [e for e in site.topology.private_endpoints.values() if e.registry == registry]
    if not endpoints:
        return ""
    name = endpoints[-1].name
    place = site.topology.place("private_endpoints", name, "addresses")
    return (
        f"if {name} was created again with other addresses, the records are right: correct its addresses in the file"
        f"{f', at {place}' if place.file else ''}, to what this lists: "
        f"{members_of(name)}"
    )


FAULT = Fault(
    "stale-private-ip",
    summary="a record has an address that no private endpoint has",
    client="""\
The name resolves and nothing answers: `i/o timeout`, or a TLS error of the machine that has the address now.""",
    lesson="""\
A private endpoint that is created again gets new addresses. Records of its zone group follow, records made by
hand do not.""",
    references=("facts F09", "facts F35"),
    find=find,
)
