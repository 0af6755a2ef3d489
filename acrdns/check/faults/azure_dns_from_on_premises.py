"""168.63.129.16 is asked from where it does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.faults.fault import Candidate, Fault
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every server on premises that forwards registry names, and every network there."""
    networks, inbound = site.topology.networks, inbound_endpoints(site.topology).keys()
    for address, server in site.topology.dns_servers.items():
        for domains, included in site.forwarded(address) if networks[server.network].kind == "on_premises" else ():
            if domains:
                yield _candidate(site, address, domains, included)
    for setting in site.settings():
        if setting.network.kind == "on_premises":
            yield Candidate(
                setting.vantage,
                f"{setting.vantage} is on premises and asks {AZURE_DNS}, which answers inside Azure only",
                (Put(setting.path, [AZURE_DNS]),),
                (setting.fix,),
                setting.path,
                # One that asks a server of its own is seldom sent past it.
                likelihood=0.3 if inbound.isdisjoint(setting.network.dns_servers) else 1,
            )


def _candidate(site: Site, address: str, domains: tuple[str, ...], included: str) -> Candidate:
    """Return the server that forwards domains of registry names to Azure-provided DNS."""
    paths = [("dns_servers", address, "conditional_forwarders", domain) for domain in domains]
    return Candidate(
        address,
        f"{address} is on premises and forwards {domains[0]} to {AZURE_DNS}{included}, which answers inside Azure only",
        tuple(Put(path, [AZURE_DNS]) for path in paths),
        site.forwarding(address, domains),
        paths[0],
    )


FAULT = Fault(
    "azure-dns-from-on-premises",
    summary="a server on premises forwards to 168.63.129.16",
    client="""\
Nothing resolves: SERVFAIL or `i/o timeout`, at login already.""",
    lesson="""\
168.63.129.16 answers inside virtual networks only. On premises, ask the inbound endpoint of a private resolver.""",
    references=("facts F14",),
    find=find,
)
