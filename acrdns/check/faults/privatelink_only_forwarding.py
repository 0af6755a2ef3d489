"""A server forwards the privatelink zone in place of the registry's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.faults.fault import Candidate, Fault
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.names import is_under, name, show
from acrdns.topology.text.edit import Drop, Rename

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.faults.site import Observed, Site
    from acrdns.names import Name
    from acrdns.topology.model import DnsServer


def find(site: Site, _observed: Observed | None) -> Iterator[Candidate]:
    """Return every forwarder of registry names, and with those of regions' names in the same server."""
    suffix, private = name(site.topology.cloud.registry), name(site.topology.cloud.privatelink)
    for key, server in site.topology.dns_servers.items() if suffix != private else ():
        domains = (domain for domain in server.conditional_forwarders if is_under(domain, suffix))
        public = [domain for domain in domains if not is_under(domain, private)]
        if server.recursion == "forward":
            alone = [suffix] if suffix in public else []
            for some in (alone, public) if len(public) > len(alone) else (alone,):
                if some:
                    yield _replaced(key, server, some, private)


def _replaced(key: str, server: DnsServer, public: Sequence[Name], private: Name) -> Candidate:
    """Return a server that forwards the privatelink zone in place of public names."""
    path = ("dns_servers", key, "conditional_forwarders")
    first, *others = map(show, public)
    instead = "" if private in server.conditional_forwarders else show(private)
    targets = [server.conditional_forwarders[domain] for domain in public]
    return Candidate(
        key,
        f"{key} forwards {show(private)} in place of {', '.join(map(show, public))}",
        (
            Rename((*path, first), instead) if instead else Drop((*path, first)),
            *(Drop((*path, other)) for other in others),
        ),
        (
            SetForwarder(key, first, targets[0], instead),
            *(SetForwarder(key, other, to) for other, to in zip(others, targets[1:], strict=True)),
        ),
        (*path, first),
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
