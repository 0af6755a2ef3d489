"""Registries: their names, SKUs and regions."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from acrdns.azure import LOGIN, Member
from acrdns.suggest import close, either, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import Registry

_NAME = re.compile(r"[A-Za-z0-9]{5,50}")
_LABEL = re.compile(r"(?=.{5,63}$)[a-z0-9]{5,50}(?:-[a-z0-9]+)*")


def verify(draft: Draft) -> None:
    """Report what is wrong with registries."""
    labels: dict[str, str] = {}
    for key, registry in draft.file.registries.items():
        path = ("registries", key)
        if not _NAME.fullmatch(key):
            draft.report_key(path, f"{key!r} is no name of a registry", "allowed: 5 to 50 letters and digits")
        _label(draft, key, registry, labels)
        _premium(draft, path, registry)
        _replications(draft, path, registry)


def label(key: str, registry: Registry) -> str:
    """Return the host label: the one given, or the key, in lower case."""
    return (registry.dns_label or key).lower()


def _label(draft: Draft, key: str, registry: Registry, labels: dict[str, str]) -> None:
    path = ("registries", key, "dns_label")
    if draft.broken and not draft.sound(*path):
        return
    text = label(key, registry)
    if registry.dns_label is not None and not _LABEL.fullmatch(text):
        allowed = "allowed: <name>, or <name>-<hash> for a registry with a domain name label"
        draft.report(path, f"{registry.dns_label!r} is no host label of a registry", allowed)
    if other := labels.get(text):
        message = f"the host label {text!r} is that of registries.{other} too"
        draft.report(path if registry.dns_label else path[:2], message, "allowed: a dns_label of its own")
    labels.setdefault(text, key)


def _premium(draft: Draft, path: Path, registry: Registry) -> None:
    """Report what only the Premium SKU has (facts.md section 2.1)."""
    if registry.sku == "Premium" or not draft.sound(*path, "sku"):
        return
    wanted = {
        "replications": bool(registry.replications),
        "data_endpoint_enabled": bool(registry.data_endpoint_enabled),
        "regional_endpoints_enabled": registry.regional_endpoints_enabled,
        "connected_registries": bool(registry.connected_registries),
        "private_link": registry.private_link is not None,
    }
    for field in (field for field, present in wanted.items() if present):
        draft.report(
            (*path, field), f"the SKU is {registry.sku}, which does not have this", "allowed: with sku: Premium"
        )


def _replications(draft: Draft, path: Path, registry: Registry) -> None:
    if not registry.replications:
        return
    home = registry.location if draft.sound(*path, "location") else None
    seen: set[str] = set()
    for index, replication in enumerate(registry.replications):
        region = replication.region
        if region == home:
            message = f"{region} is the home region"
            draft.report(
                (*path, "replications", index), message, "allowed: other regions; the home region is no replica"
            )
        elif region in seen:
            draft.report((*path, "replications", index), f"{region} is given twice", "allowed: each region once")
        seen.add(region)


# --- members ----------------------------------------------------------------------------------------------------------


def known_members(registry: Registry) -> Collection[str]:
    """Return the endpoints that the registry can have addresses for."""
    regions = (registry.location, *[replication.region for replication in registry.replications])
    return _known_members(regions, regional=registry.regional_endpoints_enabled)


@lru_cache(maxsize=1024)
def _known_members(regions: tuple[str, ...], *, regional: bool) -> Collection[str]:
    kinds = ("data", "regional") if regional else ("data",)
    members = (LOGIN, *(Member(kind, region) for kind in kinds for region in regions))
    return dict.fromkeys(map(str, members)).keys()


def verify_members(draft: Draft, path: Path, key: str, registry: Registry, given: Collection[str]) -> None:
    """Report the keys of a mapping of addresses that are no members of the registry."""
    if not given:
        return
    fields = ("location", "replications", "regional_endpoints_enabled")
    if draft.broken and not all(draft.sound("registries", key, field) for field in fields):
        verify_member_names(draft, path, given)
        return
    known = known_members(registry)
    for text in given:
        if text not in known:
            draft.report_key((*path, text), *_no_member(key, registry, text, list(known)))


def verify_member_names(draft: Draft, path: Path, given: Iterable[str]) -> None:
    """Report the keys that are no members of any registry, where it is not known which members there are."""
    for text in given:
        if Member.parse(text) is None or text == "registry_data":
            guess = "did you mean registry? " if "_" not in text and close(text, ["registry"]) else ""
            allowed = "allowed: registry, registry_data_<region>, or registry_<region> for a regional endpoint"
            draft.report_key((*path, text), "unknown member", guess + allowed)


def _no_member(key: str, registry: Registry, text: str, known: list[str]) -> tuple[str, str]:
    """Say why a text is no member of a registry, and what is."""
    member = Member.parse(text)
    allowed = _members_allowed(text, known)
    if member is None or text == "registry_data":
        return "unknown member", allowed
    if member.region not in [registry.location, *(replication.region for replication in registry.replications)]:
        return f"{key} is not in the region {member.region!r}", allowed
    message = f"the regional endpoints of {key} are not enabled"
    return message, f"{listed(known)}; or regional_endpoints_enabled: true in registries.{key}"


def _members_allowed(text: str, known: list[str]) -> str:
    """Write what is allowed; a data endpoint is suggested for a data endpoint."""
    data = [name for name in known if name.startswith("registry_data_") and text.startswith("registry_data_")]
    matches = close(text, data or known)
    return f"did you mean {either(matches)}? {listed(known)}" if matches else listed(known)
