"""The servers that are asked do not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.site import DEAD
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every network with DNS servers of its own, and every forwarder of registry names."""
    for setting in site.settings():
        if setting.network.dns_servers:
            yield Candidate(
                setting.vantage,
                f"no answer comes from the DNS servers of {setting.vantage}",
                (Put(setting.path, [DEAD]),),
                (setting.fix,),
                setting.path,
            )
    for key in site.topology.dns_servers:
        server_path = ("dns_servers", key)
        for domains, included in site.forwarded(key):
            dead = tuple(Put((*server_path, "conditional_forwarders", domain), [DEAD]) for domain in domains)
            yield Candidate(
                key,
                f"no answer comes from the servers to which registry names are forwarded by {key}{included}",
                dead or (Put((*server_path, "forwarders"), [DEAD]),),
                site.forwarding(key, domains),
                server_path,
            )


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
