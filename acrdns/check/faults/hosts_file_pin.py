"""The client's machine pins a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import of_kind
from acrdns.check.fixes.unpin_name import UnpinName
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every vantage point and name, pinned to each address observed, or to a stale one."""
    for vantage in site.topology.vantages[1:]:
        seen_as = site.topology.vantage(vantage)
        client = seen_as.clients.get(seen_as.client)
        # A hosts file of its own would take the place of the network's.
        inherited = client is not None and client.hosts is None and bool(seen_as.hosts)
        for held in site.concerned:
            if inherited or held.endpoint.public in seen_as.hosts:
                continue
            seen = of_kind(observed, held.endpoint.fqdn, 4)
            for address in (site.free(held.addresses[0]),) if seen is None else seen:
                path = (*site.topology.path_of(vantage), "hosts", held.endpoint.fqdn)
                yield Candidate(
                    vantage,
                    f"machines in {vantage} pin {held.endpoint.fqdn} to {address}",
                    (Put(path, address),),
                    (UnpinName(vantage, held.endpoint.fqdn),),
                    path,
                )


FAULT = Fault(
    "hosts-file-pin",
    summary="the client's machine pins the name: other answers than its DNS servers would give",
    client="""\
That one machine goes to the pinned address, whatever DNS says; dig and nslookup show another, right answer.""",
    lesson="""\
A hosts file wins over DNS, and outlives every change of it. Look at the machine, not at its resolver.""",
    references=("facts section 3",),
    find=find,
)
