"""A link is there, but not completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.wait_for_link import WaitForLink
from acrdns.names import show
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every completed link."""
    for zone, link in site.links:
        path = ("private_dns_zones", zone.key, "virtual_network_links", link.network)
        yield Candidate(
            link.network,
            f"the link of {show(zone.apex)} to {link.network} is in progress",
            (Put((*path, "state"), "InProgress"),),
            (WaitForLink(ZoneName.of(zone), link.network),),
            path,
        )


FAULT = Fault(
    "link-in-progress",
    summary="the link is there, its state is InProgress",
    client="""\
As without a link, until Azure completes it: public addresses, and clients that started meanwhile may keep them.""",
    lesson="""\
A link counts once its state is Completed. Let what pulls images depend on it.""",
    references=("facts F19",),
    find=find,
)
