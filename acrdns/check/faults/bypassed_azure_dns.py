"""A network, or the server that it asks, asks a public resolver."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.faults.forwarding import forwardings
from acrdns.check.faults.site import PUBLIC_DNS
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, observed: Observed | None) -> Iterator[Candidate]:
    """Return every network that has a private endpoint in reach, and every server that leads into Azure.

    Elsewhere public DNS has other answers only than a server that makes IPv6 addresses of public IPv4 ones (DNS64).
    Answers do not show which public resolver is asked, so the message names one only where it is put into a file.
    """
    resolver = f"the public resolver {PUBLIC_DNS}" if observed is None else "a public resolver"
    for setting in site.settings():
        near = any(site.layout.reach.get(setting.vantage, {}).values())
        makers = (key for key, server in site.topology.dns_servers.items() if server.dns64)
        differs = near or (observed is not None and not {*setting.network.dns_servers}.isdisjoint(makers))
        if differs and setting.network.dns_servers != (PUBLIC_DNS,):
            yield Candidate(
                setting.vantage,
                f"{resolver} is asked by {setting.vantage}",
                (Put(setting.path, [PUBLIC_DNS]),),
                (setting.fix,),
                setting.path,
                # One that has DNS servers of its own has them changed less often than what they forward.
                likelihood=0.5 if setting.network.dns_servers else 1,
            )
    for key in site.topology.dns_servers:
        for sent in forwardings(site.topology, key):
            if sent.likelihood == 1:
                to_all = replace(sent, general=True, gone=True)
                yield Candidate(
                    key,
                    f"{key} forwards to {resolver}{sent.included}",
                    to_all.sent_to(PUBLIC_DNS),
                    sent.restored(site.topology.cloud.registry),
                    ("dns_servers", key, "forwarders"),
                )


FAULT = Fault(
    "bypassed-azure-dns",
    summary="the network's `dns_servers`, or the forwarders of the server that it asks, are a public resolver",
    client="""\
Every name is public, whatever is linked: 403 where public access is off. Pods that run keep running, the next
pull fails.""",
    lesson="""\
A network's own DNS servers replace Azure-provided DNS. They have to forward registry names to 168.63.129.16, or
to an inbound endpoint.""",
    references=("facts F02",),
    find=find,
)
