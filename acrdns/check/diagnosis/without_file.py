"""A topology where no file says one: the simplest that a registry's name and its answers allow.

One virtual network, in which the resolver was asked; a private endpoint in it, if a privatelink name or a private
address shows that there is one; and the private zone, linked. A private address is taken for that of the first endpoint
for which it was observed. A value that needs a file stands in capital letters, and is said
in `UNKNOWN`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.answers.classify import is_privatelink
from acrdns.check.answers.signs import AZURE_PRIVATE_DNS
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import ADDRESS, NETWORK, WRONG
from acrdns.check.fixes.set_record import SetRecord
from acrdns.probe.observation import Outcome
from acrdns.regions import GUESS, complaint
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.azure import Cloud
    from acrdns.check.diagnosis.diagnosed import Diagnosed, FoundFault, Predicted
    from acrdns.check.evidence import Case
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology

ENDPOINT = "PRIVATE_ENDPOINT"
UNKNOWN = (
    "without a topology file the diagnosis supposes one virtual network with Azure-provided DNS, a private endpoint in "
    "reach and its zone; it cannot know of other networks, DNS servers on the way, or which private address is right"
)
_NAME_LENGTHS = range(5, 51)
_MADE_UP = "10.255.255."
"""Where the addresses are that nobody observed."""


def supposed(cases: Sequence[Case], cloud: Cloud) -> Topology | None:
    """Return the topology of one registry, or None where the answers show no private endpoint."""
    # A topology with a region that is none does not load; check says so by itself.
    cases = [case for case in cases if not (case.member.region and complaint(case.member.region, cloud.name))]
    observations = [case.observation for case in cases]
    shown = any(is_privatelink(name) for each in observations for name in each.chain)
    counted = Counter(a for each in observations for a in each.addresses if kind_of(a) is AddressKind.PRIVATE)
    if not (shown or counted):
        return None
    label = cases[0].registry
    # A name with a hash has a hyphen before it; the key is the name without it.
    plain = label.partition("-")[0]
    key = plain if len(plain) in _NAME_LENGTHS else "registry"
    regions = list(dict.fromkeys(case.member.region for case in cases if case.member.region))
    home, replicas = (regions or [GUESS[cloud.name]])[0], regions[1:]
    regional = any(case.member.kind == "regional" for case in cases)
    own = _owned([[a for a in dict.fromkeys(each.addresses) if a in counted] for each in observations])
    addresses = [f"{case.member}: {own.get(n, f'{_MADE_UP}{n + 2}')}" for n, case in enumerate(cases)]
    data = any(case.member.kind == "data" for case in cases)
    registry = f"sku: Premium, location: {home}, replications: [{', '.join(replicas)}], dns_label: {label}"
    enabled = f"data_endpoint_enabled: {str(data).lower()}, regional_endpoints_enabled: {str(regional).lower()}"
    written = f"dns_zone_group: [{cloud.privatelink}], addresses: {{{', '.join(addresses)}}}"
    lines = (
        "version: 1",
        f"cloud: {cloud.name}",
        f"registries: {{{key}: {{{registry}, {enabled}}}}}",
        f"networks: {{{NETWORK}: {{}}}}",
        f"private_endpoints: {{{ENDPOINT}: {{registry: {key}, network: {NETWORK}, {written}}}}}",
        f"private_dns_zones: {{{cloud.privatelink}: {{virtual_network_links: {{{NETWORK}: {{}}}}}}}}",
    )
    return loads("\n".join(lines) + "\n", "")


def unknown_to_azure(cases: Sequence[Case]) -> set[str]:
    """Return the data and regional endpoints that nothing shows to be there: the registry need not be in their region.

    Where other answers of the resolver have aliases, one that denies the public name itself has none; of the zones that
    could hide it, only an Azure private zone that says so counts.
    """
    if not any(len(case.observation.chain) > 1 for case in cases):
        return set()
    return {
        case.fqdn
        for case in cases
        if case.member.region
        and case.observation.outcome is Outcome.NXDOMAIN
        and len(case.observation.chain) <= 1
        and (case.observation.denied_by or ("", ""))[1] != AZURE_PRIVATE_DNS
    }


def _owned(observed: Sequence[Sequence[str]]) -> dict[int, str]:
    """Return the address of each endpoint, by its number, that the private addresses observed for all of them leave.

    An endpoint with several is judged after those with one: where two are left, either may be its own.
    """
    found: dict[int, str] = {}
    for number, addresses in sorted(enumerate(observed), key=lambda each: len(each[1])):
        left = [address for address in addresses if address not in found.values()]
        if len(left) == 1:
            found[number] = left[0]
    return found


def as_told(diagnosed: Diagnosed) -> Diagnosed:
    """Return a diagnosis without what was made up: places in a file, and addresses that nobody observed."""
    diagnoses = (
        replace(each, faults=tuple(map(_as_told, each.faults)), proof=tuple(map(_predicted, each.proof)))
        for each in diagnosed.diagnoses
    )
    excluded = (replace(each, because=_predicted(each.because)) for each in diagnosed.excluded)
    asked = tuple(step for step in diagnosed.next if step.ask is None)
    left = tuple(map(_predicted, diagnosed.unexplained))
    return replace(diagnosed, diagnoses=tuple(diagnoses), excluded=tuple(excluded), next=asked, unexplained=left)


def _predicted(predicted: Predicted) -> Predicted:
    return replace(predicted, predicted=_named(predicted.predicted))


def _as_told(fault: FoundFault) -> FoundFault:
    message, fixes = fault.message, fault.fixes
    match fixes:
        case (SetRecord(remove=(_, _, *_) as observed, add=(right, *_)) as fix,) if right.startswith(_MADE_UP):
            listed = ", ".join(observed)
            message = (
                f"{fix.owner} in {fix.zone.apex} has {len(observed)} addresses, {listed}, of which one may be its own"
            )
            fixes = (replace(fix, add=(), remove=(WRONG,)),)
    return replace(fault, place=None, otherwise="", message=_named(message), fixes=tuple(map(_fix_as_told, fixes)))


def _fix_as_told(fix: Fix) -> Fix:
    return Advice(_named(fix.text), tuple(map(_named, fix.az)), _named(fix.terraform), _named(fix.bicep))


def _named(text: str) -> str:
    return re.sub(rf"{re.escape(_MADE_UP)}\d+", ADDRESS, text)
