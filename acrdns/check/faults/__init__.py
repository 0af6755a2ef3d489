"""The catalogue of faults: misconfigurations, each as a change of a topology that was right.

In: a topology as it is meant. Out: every place where a fault can be (`Candidate`), with the edits that make it, the
fixes that undo it, and the subject that reports and `acrdns break` name. Read `fault.py`, then `site.py`.
A fault is the file of its name, which is that of the rule about it where there is one: they share a page.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.fault import Fault

PRIORS = {
    "vnet-without-zone-link": 0.12,
    "bypassed-azure-dns": 0.08,
    "missing-record": 0.08,
    "replica-without-record": 0.08,
    "resolver-network-without-zone-link": 0.07,
    "stale-private-ip": 0.07,
    "privatelink-only-forwarding": 0.06,
    "endpoint-not-approved": 0.05,
    "shadowed-private-zone": 0.04,
    "unreachable-dns-server": 0.035,
    "shared-record-deleted": 0.035,
    "third-party-hidden": 0.03,
    "azure-dns-from-on-premises": 0.03,
    "wrong-zone-linked": 0.025,
    "endpoint-records-collide": 0.02,
    "misspelt-private-zone": 0.02,
    "replica-without-address": 0.02,
    "zone-of-public-name": 0.02,
    "dnl-record-without-hash": 0.02,
    "redirect-masks-missing-record": 0.02,
    "stale-cache": 0.015,
    "link-in-progress": 0.01,
    "forwarding-loop": 0.01,
    "swapped-address": 0.01,
    "shared-address": 0.01,
    "other-registrys-address": 0.01,
    "ipv6-bypass": 0.005,
    "hosts-file-pin": 0.005,
}
"""How common each fault is among faults: an estimate from public questions and issues, the likeliest first."""

UNSEEN = {
    "F21": ("a client outside, where public access is off", "a pull: 403, client with IP is not allowed access"),
    "F25": ("a pull by the privatelink name", "a pull: x509, the certificate is for the registry's own name"),
    "F26": (
        "a route or security group that keeps packets from the private endpoint",
        "a pull: i/o timeout on port 443",
    ),
    "F27": ("a firewall that admits the login server only", "a pull: login works, layers hang"),
    "F28": ("a registry's name, used again in another region", "az acr show: another region than the public alias"),
    "F34": ("services of Azure that call from outside the network", "a pull by them: 403 with an address of Azure"),
    "F36": (
        "a registry that is not Premium, or a service endpoint beside Private Link",
        "az acr show: sku, network rules",
    ),
}
"""Faults of the facts that no answer of DNS shows, and what would show them."""

REBINDING = "rebinding-protection"
SIGNS = {
    REBINDING: (
        "a DNS server or router takes private addresses out of answers",
        "an alias under privatelink without an address and without the SOA of a zone, or EDE 15 (Blocked)",
        "`filters: {rebind_protection: true}` of a DNS server",
    ),
}
"""Causes outside Azure that a diagnosis names by their signs, not by a simulation: what they are, their signs, and how
a file describes them."""


def named(name: str) -> Fault:
    """Return the fault of a name. Raises KeyError."""
    if name not in PRIORS:
        raise KeyError(name)
    found: Fault = import_module(f"{__name__}.{name.replace('-', '_')}").FAULT
    if found.name != name:
        raise ImportError(f"the file of {name} says {found.name} of itself")
    return found


def every() -> Iterator[Fault]:
    """Return every fault, the likeliest first."""
    return map(named, PRIORS)
