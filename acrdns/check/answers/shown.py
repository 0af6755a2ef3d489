"""The cause that an answer itself shows, whatever the file says: the zone that denied the name, or a filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.signs import PUBLIC_PRIMARY, is_filtered, is_of_azure, is_stale, is_stripped
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.unlink_zone import UnlinkZone

if TYPE_CHECKING:
    from acrdns.azure import Cloud
    from acrdns.check.evidence import Case
    from acrdns.check.fixes.fix import Fix
    from acrdns.probe.observation import Observation


def shown(case: Case, cloud: Cloud, network: str) -> tuple[str, tuple[Fix, ...]] | None:
    """Return the cause of a negative answer and what mends it, or None if the answer does not show it.

    `network` is the one whose links count.
    """
    observation = case.observation
    if is_filtered(observation):
        return f"the resolver withholds the answer: {observation.detail}", (
            RelaxFilter("rebind_protection", cloud.registry),
        )
    if case.expectation.kind != "public" and is_stripped(observation):
        cause = (
            "the alias is there and the answer is empty, without a zone that says so: the resolver takes private "
            "addresses out of answers (rebinding protection)"
        )
        return cause, (RelaxFilter("rebind_protection", cloud.registry),)
    return _denied(case, cloud, network) if observation.denied_by else None


def is_denied_elsewhere(observation: Observation, cloud: Cloud) -> bool:
    """Return whether a server denies a name that is no private zone of Azure, and not Azure's public one either."""
    zone, primary = observation.denied_by or ("", "")
    return _is_of_registries(zone, cloud) and not is_of_azure(primary)


def _is_of_registries(zone: str, cloud: Cloud) -> bool:
    return zone == cloud.registry or zone.endswith(f".{cloud.registry}")


def said(observation: Observation) -> str:
    """Return what the resolver says about an answer besides its addresses, or empty."""
    if is_stale(observation):
        return "the resolver remembers this answer, since no server behind it answers any more (RFC 8767)"
    return ""


def _denied(case: Case, cloud: Cloud, network: str) -> tuple[str, tuple[Fix, ...]] | None:
    """Return the cause by the zone that denies the name, if it is another than the right private zone in Azure."""
    zone, primary = case.observation.denied_by or ("", "")
    if is_denied_elsewhere(case.observation, cloud):
        # Some servers write the zone's own name, or `localhost`, in the place of theirs.
        named = primary not in (zone, "localhost", "")
        who = f"{primary}, a server of your own," if named else "a server of your own, not Azure,"
        cause = f"{who} is authoritative for {zone} and has no such name"
        where = primary if named else "that server"
        says = f"on {where}: add the record to {zone}, or delete the zone and forward {cloud.registry} into Azure"
        return cause, (Advice(says),)
    if zone == cloud.privatelink or not _is_of_registries(zone, cloud) or PUBLIC_PRIMARY in primary:
        return None
    return f"the private zone {zone} is linked there and hides the name", (UnlinkZone(ZoneName(zone), network),)
