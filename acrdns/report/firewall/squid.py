"""The rules of a firewall as access lists of Squid, to be included in squid.conf before `http_access deny all`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.firewall.rules import Firewall, FirewallRule


def render(firewall: Firewall) -> str:
    """Return the lists and the rules that use them: CONNECT to these hosts at this port, from these clients."""
    return "".join(f"{visible(line)}\n" for line in _lines(firewall))


def _lines(firewall: Firewall) -> Iterator[str]:
    yield f"# {firewall.topology.file} from {firewall.vantage or 'every vantage point'}"
    yield "acl acrdns_connect method CONNECT"
    for source in firewall.sources:
        yield f"acl acrdns_clients src {'all' if source == '*' else source}"
    for port in dict.fromkeys(rule.port for rule in firewall.rules):
        yield f"acl acrdns_port port {port}"
    kinds = dict.fromkeys(_kind(rule) for rule in firewall.rules)
    for kind in kinds:
        for rule in firewall.rules:
            if _kind(rule) == kind:
                # A leading dot stands for the domain and all below it; there is nothing at the domains that have one.
                yield f"acl acrdns_{kind} {kind} {rule.host.name.removeprefix('*')}"
    for kind in kinds:
        yield f"http_access allow acrdns_connect acrdns_clients acrdns_port acrdns_{kind}"


def _kind(rule: FirewallRule) -> str:
    return "dst" if rule.host.is_address else "dstdomain"
