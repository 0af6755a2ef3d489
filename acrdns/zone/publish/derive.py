"""Names and addresses that a topology leaves out, derived deterministically from the names in it.

Public addresses come from the documentation ranges of RFC 5737, so that none of them is anybody's. The shapes of names
are those seen in the wild (facts.md sections 1.2 and 1.3); the parts between are derived from the registry's label, so
that no two registries share a stamp by accident.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from acrdns.azure import LOGIN, Member
from acrdns.regions import code

if TYPE_CHECKING:
    from acrdns.azure import Cloud
    from acrdns.topology.model import Registry

_DOCUMENTATION = ("192.0.2", "198.51.100", "203.0.113")
_ADDRESSES = tuple(f"{network}.{1 + host}" for network in _DOCUMENTATION for host in range(254))


@lru_cache(maxsize=65536)
def digest(text: str) -> str:
    """Return 64 hexadecimal digits that stand for a text."""
    return sha256(text.encode()).hexdigest()


def public_addresses(registry: Registry, member: Member) -> tuple[str, ...]:
    """Return an endpoint's public addresses: the file's, or one from the documentation ranges.

    Two members of one registry never get the same address, so that swapped members show.
    """
    if given := registry.public_addresses.get(member):
        return given
    return (_documentation_address(registry.dns_label, _position(registry, member)),)


def login_members(registry: Registry, chains: str) -> tuple[Member, ...]:
    """Return the endpoints whose public addresses the login server's name leads to.

    With observed chains each region's stamp has an address of its own, which is that of the regional endpoint.
    """
    others = registry.routed_regions[1:] if chains == "observed" else ()
    return (LOGIN, *(Member("regional", region) for region in others))


def has_own_stamp(registry: Registry, member: Member) -> bool:
    """Return whether the file gives the home region's regional endpoint another address than the login server's."""
    own = registry.public_addresses.get(member, ())
    return member == Member("regional", registry.location) and own not in ((), public_addresses(registry, LOGIN))


def login_addresses(registry: Registry, chains: str) -> set[str]:
    """Return the public addresses that the login server's name leads to, from anywhere."""
    return {a for member in login_members(registry, chains) for a in public_addresses(registry, member)}


def blob_address(registry: Registry, region: str) -> str:
    """Return the address of the storage account that holds the layers where there are no dedicated data endpoints."""
    return _documentation_address(registry.dns_label, 2 * len(registry.regions) + 1 + registry.regions.index(region))


def derived_addresses(registry: Registry) -> tuple[str, ...]:
    """Return every address that is derived for a registry: login server, data and regional endpoints, storage."""
    start = int(digest(registry.dns_label)[:8], 16) % len(_ADDRESSES)
    return (*_ADDRESSES, *_ADDRESSES)[start : start + 1 + 3 * len(registry.regions)]


def _position(registry: Registry, member: Member) -> int:
    if member == LOGIN:
        return 0
    position = 1 + registry.regions.index(member.region)
    return position if member.kind == "data" else position + len(registry.regions)


def _documentation_address(label: str, position: int) -> str:
    return _ADDRESSES[(int(digest(label)[:8], 16) + position) % len(_ADDRESSES)]


def blob_host(registry: Registry, region: str, cloud: Cloud) -> str:
    """Return the storage account's name that layers come from without dedicated data endpoints."""
    return f"{code(region)}acr{digest(registry.dns_label)[:8]}.{cloud.blob}"


def layer_host(registry: Registry, region: str, cloud: Cloud) -> str:
    """Return the host that a region's replica leads to for layers: its data endpoint, or a storage account."""
    if registry.data_endpoint_enabled:
        return Member("data", region).fqdn(registry.dns_label, cloud)
    return blob_host(registry, region, cloud)


def frontend(registry: Registry, cloud: Cloud) -> str:
    """Return the front end of the documented chain, `xxxx.xx.azcr.io`."""
    return registry.frontend or f"{digest(registry.dns_label)[:8]}.{code(registry.location)}.{cloud.frontend}"


def traffic_manager(registry: Registry, cloud: Cloud) -> str:
    """Return the Traffic Manager profile of the documented chain, `xxxx-xxx-reg.trafficmanager.net`."""
    stamp = f"{digest(registry.dns_label)[:8]}-{code(registry.location)}"
    return registry.traffic_manager or f"{stamp}-reg.{cloud.traffic_manager}"


def geo_profile(registry: Registry, cloud: Cloud) -> str:
    """Return the profile that routes a geo-replicated login server, `<32 hex>.trafficmanager.net` (facts.md 1.2)."""
    return f"{digest(registry.dns_label)[:32]}.{cloud.traffic_manager}"


def stamp(registry: Registry, region: str) -> str:
    """Return the name of a region's stamp, as in `eus-3.fe.azcr.io`; one of its own for each registry."""
    return f"{code(region)}-{digest(registry.dns_label)[:8]}"


def stamp_frontend(registry: Registry, region: str, cloud: Cloud) -> str:
    """Return a region's front end of the observed chain; in the home region the file may name it."""
    if region == registry.location and registry.frontend:
        return registry.frontend
    return f"{stamp(registry, region)}.fe.{cloud.frontend}"


def stamp_traffic_manager(registry: Registry, region: str, cloud: Cloud) -> str:
    """Return a region's front end profile of the observed chain; in the home region the file may name it."""
    if region == registry.location and registry.traffic_manager:
        return registry.traffic_manager
    return f"{stamp(registry, region)}-acr-reg.{cloud.traffic_manager}"


def data_frontend(registry: Registry, region: str, cloud: Cloud) -> str:
    """Return the data endpoint's front end, as in `eus-3.data.azcr.io`."""
    return f"{stamp(registry, region)}.data.{cloud.frontend}"


def data_traffic_manager(registry: Registry, region: str, cloud: Cloud) -> str:
    """Return the data endpoint's profile, as in `eus-3-acr-dp.trafficmanager.net`."""
    return f"{stamp(registry, region)}-acr-dp.{cloud.traffic_manager}"


def cloudapp(registry: Registry, region: str, cloud: Cloud, letter: str) -> str:
    """Return the host at the end of an observed chain: `r<MMDD><stamp>` for front ends, `d<MMDD><stamp>` for data."""
    day = int(digest(region)[:4], 16)
    date = f"{1 + day % 12:02d}{1 + day % 28:02d}"
    return f"{letter}{date}{stamp(registry, region)}.{region}.{cloud.cloudapp}"
