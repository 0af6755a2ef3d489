"""A record is missing, and the fallback of the links hides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.names import is_under, name
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every record of a privatelink zone that is linked."""
    for held in site.concerned:
        links = [link for link in held.zone.links.values() if link.active]
        if links and is_under(held.zone.apex, name(site.topology.cloud.privatelink)):
            path = ("private_dns_zones", held.zone.key, "virtual_network_links")
            policies = (
                Put((*path, link.network, "resolution_policy"), "NxDomainRedirect")
                for link in links
                if link.resolution_policy != "NxDomainRedirect"
            )
            yield Candidate(
                held.subject,
                f"{held.zone.key} has no record {held.owner}, and its links fall back to public DNS",
                (*policies, *site.without(held)),
                (held.mended(),),
                held.path,
            )


FAULT = Fault(
    "redirect-masks-missing-record",
    summary="a record is missing and the link says NxDomainRedirect",
    client="""\
The endpoint is public while the others are private: 403 for layers where public access is off, and a way past the
private network where it is on.""",
    lesson="""\
NxDomainRedirect answers from public DNS what the zone does not have, so that a missing record shows as a public
address.""",
    references=("facts F06",),
    find=find,
)
