"""The network in which other networks' questions are answered loses the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.names import show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return the links of networks that answer for others. A zone that had no other is linked to an asker instead."""
    for zone, link in site.links:
        if askers := site.askers.get(link.network):
            path = ("private_dns_zones", zone.key, "virtual_network_links")
            networks = (site.topology.networks.get(asker) for asker in askers)
            virtual = [network.name for network in networks if network and network.kind == "virtual_network"]
            moved = (Put((*path, virtual[0]), {}),) if len(zone.links) == 1 and virtual else ()
            yield Candidate(
                link.network,
                f"{show(zone.apex)} is not linked to {link.network}, which answers for {', '.join(askers)}",
                (Drop((*path, link.network)), *moved),
                site.relinking(zone, link),
                (*path, link.network),
            )


FAULT = Fault(
    "resolver-network-without-zone-link",
    summary="""\
the link is removed from the network in which the DNS server or inbound endpoint stands that others ask""",
    client="""\
As without a link, for every network whose DNS server or inbound endpoint stands there: public addresses, 403
where public access is off.""",
    lesson="""\
Azure-provided DNS answers with the links of the network that the question comes from: the server's, not the
client's.""",
    references=("facts F03", "facts F15"),
    find=find,
)
