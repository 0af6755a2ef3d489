"""The network in which other networks' questions are answered loses the link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault, together
from acrdns.names import show
from acrdns.topology.text.edit import Drop, Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.faults.site import Observed, Site
    from acrdns.topology.model import PrivateZone


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return the links of networks that answer for others. A zone that had no other is linked to an asker instead.

    Of a network with several, all of them may be gone at once.
    """
    found: dict[str, list[Candidate]] = {}
    for zone, link in site.links:
        if askers := site.askers.get(link.network):
            path = ("private_dns_zones", zone.key, "virtual_network_links")
            moved = tuple(
                Put((*path, asker), {}) for asker in _unlinked(site, zone, askers)[:1] if len(zone.links) == 1
            )
            candidate = Candidate(
                link.network,
                f"{show(zone.apex)} is not linked to {link.network}, which answers for {', '.join(askers)}",
                (Drop((*path, link.network)), *moved),
                site.relinking(zone, link),
                (*path, link.network),
            )
            found.setdefault(link.network, []).append(candidate)
            yield candidate
    yield from (candidate for every in found.values() for candidate in together(every))


def _unlinked(site: Site, zone: PrivateZone, askers: Iterable[str]) -> list[str]:
    """Return the virtual networks among some that no zone of the name is linked to: Azure allows one alone."""
    zones = [each for each in site.topology.private_dns_zones.values() if each.apex == zone.apex]
    networks = (site.topology.networks.get(asker) for asker in askers)
    virtual = [network.name for network in networks if network and network.kind == "virtual_network"]
    return [name for name in virtual if not any(name in each.links for each in zones)]


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
