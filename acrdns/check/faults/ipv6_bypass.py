"""A name has an IPv6 address next to its private one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.set_record import SetRecord
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every record, with each IPv6 address observed for it."""
    for held in site.concerned:
        seen = of_kind(observed, held.endpoint.fqdn, 6)
        chosen = f"2001:db8::{held.addresses[0].rpartition('.')[2]}"
        for address in (chosen,) if seen is None else seen:
            record = {"ttl": held.zone.ttl, "AAAA": [address]}
            yield Candidate(
                held.subject,
                f"the record {held.owner} in {held.zone.key} has the IPv6 address {address} too",
                (Put(held.path, record) if held.writers else Put((*held.path, "AAAA"), [address]),),
                (SetRecord(ZoneName.of(held.zone), held.owner, remove=(address,), type="AAAA"),),
                held.path,
            )


FAULT = Fault(
    "ipv6-bypass",
    summary="the name has an AAAA beside the private A",
    client="""\
Clients that prefer IPv6 go past the private endpoint, unseen or into a 403; the others work.""",
    lesson="""\
Private endpoints have IPv4 addresses only. A right private zone answers NODATA to AAAA.""",
    references=("facts F31",),
    find=find,
)
