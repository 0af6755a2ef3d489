"""The servers that are asked do not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.forwarding import forwardings
from acrdns.check.faults.site import DEAD
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.forwarding import Forwarding
    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every network with DNS servers of its own, and every server with what it forwards; the likeliest first."""
    yield from sorted((*_networks(site), *_servers(site)), key=lambda candidate: -candidate.likelihood)


def _networks(site: Site) -> Iterator[Candidate]:
    for setting in site.settings():
        if setting.network.dns_servers:
            yield Candidate(
                setting.vantage,
                f"no answer comes from the DNS servers of {setting.vantage}",
                (Put(setting.path, [DEAD]),),
                (setting.fix,),
                setting.path,
            )


def _servers(site: Site) -> Iterator[Candidate]:
    topology = site.topology
    for key in topology.dns_servers:
        for sent in forwardings(topology, key):
            yield Candidate(
                key,
                _silence(sent),
                sent.sent_to(DEAD),
                sent.restored(topology.cloud.registry),
                ("dns_servers", key),
                sent.likelihood,
            )


def _silence(sent: Forwarding) -> str:
    """Return who does not answer a DNS server."""
    if sent.gone:
        return f"no answer comes to {sent.key} from any server, public DNS included"
    if sent.general and not sent.domains and not sent.server.forwarders:
        return f"no answer comes to {sent.key} from public DNS"
    if sent.likelihood == 1:
        return f"no answer comes from the servers to which registry names are forwarded by {sent.key}{sent.included}"
    return f"no answer comes from the servers to which {sent.key} forwards {sent.what}"


FAULT = Fault(
    "unreachable-dns-server",
    summary="the servers that a network asks, or a server forwards to, cannot be reached or do not answer",
    client="""\
Nothing resolves, not only registries: SERVFAIL or `i/o timeout`.""",
    lesson="""\
A DNS server has to be reachable from where it is asked: in the network, or in one peered directly with it.""",
    references=("facts behaviour 28",),
    find=find,
)
