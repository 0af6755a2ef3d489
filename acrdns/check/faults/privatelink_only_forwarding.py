"""A server forwards the privatelink zone in place of the registry's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.names import name
from acrdns.topology.text.edit import Rename

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.site import Observed, Site


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every forwarder of registry names."""
    cloud = site.topology.cloud
    for address, domain in site.forwards_registries():
        server = site.topology.dns_servers[address]
        if domain == cloud.registry and server.recursion == "forward":
            path = ("dns_servers", address, "conditional_forwarders", domain)
            targets = server.conditional_forwarders[name(domain)]
            yield Candidate(
                address,
                f"{address} forwards {cloud.privatelink} in place of {domain}",
                (Rename(path, cloud.privatelink),),
                (SetForwarder(address, domain, targets, cloud.privatelink),),
                path,
            )


FAULT = Fault(
    "privatelink-only-forwarding",
    summary="a server forwards `privatelink.azurecr.io` in place of `azurecr.io`",
    client="""\
Every name is public: public DNS gives the whole chain, and the server never asks about the alias by itself.""",
    lesson="""\
Forward azurecr.io, not privatelink.azurecr.io.""",
    references=("facts F13",),
    find=find,
)
