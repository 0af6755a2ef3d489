"""Why a public name of a registry does not exist: there is no such registry, region or endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import cloud_of
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.enable_data_endpoints import EnableDataEndpoints
from acrdns.probe.observation import Outcome
from acrdns.regions import complaint

if TYPE_CHECKING:
    from acrdns.check.evidence import Case
    from acrdns.check.fixes.fix import Fix


class OtherEndpoints(NamedTuple):
    """The registry's other endpoints, as far as a run shows them."""

    nameless: bool = False
    """Neither this name nor the registry's login server exists."""
    kinds: frozenset[str] = frozenset()
    """The kinds of endpoints that exist in some region: `data`, `regional`."""


def not_in_azure(case: Case, others: OtherEndpoints) -> tuple[str, tuple[Fix, ...]]:
    """Return the cause and what mends it."""
    registry, region, kind = case.fqdn.partition(".")[0], case.member.region, case.member.kind
    if others.nameless:
        cause = f"no name of {registry} exists here: does the registry exist, and is this the right resolver?"
        look = f"see whether it exists: az acr show -n {registry}; if it does, ask a resolver that its clients use"
        return cause, (Advice(look),)
    if hidden := _hidden(case, registry):
        return hidden
    if region and (wrong := complaint(region, cloud_of(case.fqdn).name)):
        return "; ".join(filter(None, wrong)), (Advice(f"write one of its regions: {_replicas(registry).text}"),)
    if kind in others.kinds:
        return f"to Azure, {registry} has no replica in {region}", (_replicas(registry),)
    if kind == "data":
        cause = f"to Azure, {registry} has no replica in {region}, or its dedicated data endpoints are off"
        return cause, (EnableDataEndpoints(registry),)
    return f"to Azure, there is no such endpoint of {registry}", (
        Advice("", (f"az acr show-endpoints -n {registry}",)),
    )


def _hidden(case: Case, registry: str) -> tuple[str, tuple[Fix, ...]] | None:
    """Return the cause for a name that exists in Azure, as another answer or this one shows, and what to look at."""
    if case.observation.outcome is Outcome.NODATA:
        cause = (
            "the name exists, without an IPv4 address: a private zone hides it, or the resolver takes private "
            "addresses out of answers (rebinding protection)"
        )
        look = f"see whether there is an alias under privatelink, and whose SOA the answer has: dig {case.fqdn}"
        return cause, (Advice(look),)
    if case.member.kind == "login":
        cause = (
            f"other names of {registry} have addresses, so it exists: a zone without a record {registry} hides this one"
        )
        zone = cloud_of(case.fqdn).privatelink
        return cause, (
            Advice(f"see whether {zone} has the record: dig {registry}.{zone}, and whose SOA the answer has"),
        )
    return None


def is_asked_by_mistake(case: Case, others: OtherEndpoints) -> bool:
    """Return whether nobody fetches anything from the endpoint: the registry is not in its region."""
    region = case.member.region
    return (
        bool(region)
        and not others.nameless
        and (case.member.kind in others.kinds or complaint(region, cloud_of(case.fqdn).name) is not None)
    )


def _replicas(registry: str) -> Fix:
    """Return the command that lists the regions of a registry."""
    return Advice("", (f"az acr replication list -r {registry} --query [].location -o tsv",))
