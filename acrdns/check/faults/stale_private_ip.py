"""A record has an address that no private endpoint has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


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
