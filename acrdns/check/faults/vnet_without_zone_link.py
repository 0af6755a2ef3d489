"""A virtual network loses the link of its privatelink zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.names import show
from acrdns.topology.text.edit import Drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every link, but those of networks that answer for others."""
    for zone, link in site.links:
        if link.network not in site.askers:
            yield Candidate(
                link.network,
                f"{show(zone.apex)} is not linked to {link.network}",
                (Drop(("private_dns_zones", zone.key, "virtual_network_links", link.network)),),
                site.relinking(zone, link),
                ("private_dns_zones", zone.key, "virtual_network_links", link.network),
            )


FAULT = Fault(
    "vnet-without-zone-link",
    summary="the link of a privatelink zone to a virtual network is removed",
    client="""\
Login, manifests and layers all go to public addresses: 403 where public access is off, a way past the private
network where it is on.""",
    lesson="""\
A private zone is seen only by the virtual networks that are linked to it. Peering carries packets, not zones.""",
    references=("facts F01", "facts F20"),
    find=find,
)
