"""`lab exfiltrate`: the allow-lists that let a layer leave to a storage account that is not the registry's.

A registry without dedicated data endpoints serves its layers from accounts below `blob.core.windows.net`, so that a
firewall has to admit all of them, whoever owns them (architecture, "Security Concern"; facts.md section 5).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import LOGIN, Member
from acrdns.errors import LabError
from acrdns.lab.sites import SOMEBODY
from acrdns.zone.publish.derive import blob_host

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.topology.model import Topology

PROGRAM = """
import sys, urllib.request
url, marker = sys.argv[1], sys.argv[2].encode()
try:
    urllib.request.urlopen(urllib.request.Request(url, marker, method="PUT"), timeout=20).close()
    with urllib.request.urlopen(url, timeout=20) as answer:
        same = answer.read() == marker
except OSError as error:
    reason = getattr(error, "reason", error)
    print(str(getattr(reason, "strerror", None) or reason).lower())
    sys.exit(3)
sys.exit(0 if same else 1)
"""
"""Push a marked layer to an account and pull it back: 0 where it came back, 3 where it was stopped."""


class Attempt(NamedTuple):
    """An allow-list, and whether a layer is expected to leave through it."""

    name: str
    hosts: tuple[str, ...]
    leaves: bool


def with_somebody(topology: Topology) -> tuple[Topology, str]:
    """Return a topology with the account of somebody else in public DNS, and the account's host. Raises LabError."""
    if not topology.registries:
        raise LabError(f"{topology.file} has no registries")
    if SOMEBODY in topology.registries:
        raise LabError(f"{topology.file} has a registry {SOMEBODY!r}, which is the name of the thief's; rename it")
    other = replace(
        next(iter(topology.registries.values())),
        name=SOMEBODY,
        sku="Basic",
        replications=(),
        dns_label=SOMEBODY,
        data_endpoint_enabled=False,
        regional_endpoints_enabled=False,
        public_network_access_enabled=True,
        ip_rules=(),
        frontend=None,
        traffic_manager=None,
        public_addresses={},
        connected_registries={},
        private_link=None,
    )
    found = replace(topology, registries={**topology.registries, SOMEBODY: other})
    return found, blob_host(other, other.location, topology.cloud)


def attempts(topology: Topology) -> Iterator[Attempt]:
    """Return the list with the wildcard on blob storage, and that of dedicated data endpoints."""
    logins = tuple(LOGIN.fqdn(registry.dns_label, topology.cloud) for registry in topology.registries.values())
    data = tuple(
        Member("data", region).fqdn(registry.dns_label, topology.cloud)
        for registry in topology.registries.values()
        for region in registry.regions
    )
    wildcard = f"*.{topology.cloud.blob}"
    yield Attempt(wildcard, (*logins, wildcard), leaves=True)
    yield Attempt("dedicated data endpoints", (*logins, *data), leaves=False)
