"""168.63.129.16 is asked from where it does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.forwarding import forwardings
from acrdns.topology.inbound import inbound_endpoints
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every server on premises with what it forwards, and every network there; the likeliest first."""
    yield from sorted((*_servers(site), *_networks(site)), key=lambda candidate: -candidate.likelihood)


def _servers(site: Site) -> Iterator[Candidate]:
    topology = site.topology
    for key, server in topology.dns_servers.items():
        for sent in forwardings(topology, key) if topology.networks[server.network].kind == "on_premises" else ():
            edits = sent.sent_to(AZURE_DNS)
            yield Candidate(
                key,
                f"{key} is on premises and forwards {sent.what} to {AZURE_DNS}{sent.included}, "
                "which answers inside Azure only",
                edits,
                sent.restored(topology.cloud.registry),
                edits[0].path,
                sent.likelihood,
            )


def _networks(site: Site) -> Iterator[Candidate]:
    inbound = inbound_endpoints(site.topology).keys()
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
