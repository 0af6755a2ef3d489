"""ACR305: no address where one is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.not_in_azure import OtherEndpoints, is_asked_by_mistake
from acrdns.check.answers.remedy import for_missing_record
from acrdns.check.causes.gap import GapCause, networks_by_record
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, finding_in_gap, harm, seen_from
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    missing = facts.classified.cases_with(Defect.MISSING)
    unknown = {case.registry for case in missing if case.member.kind == "login" and _does_not_exist(case)}
    unknown -= {case.registry for case in facts.cases if case.observation.addresses}
    for case in missing:
        nameless = case.registry in unknown and _does_not_exist(case)
        others = OtherEndpoints(nameless, _kinds(facts, case))
        remedy = for_missing_record(facts.topology, facts.vantage, case, others)
        message = f"{case.fqdn} {_outcome(case)} {seen_from(facts)}; {expected(case)}"
        if not (_does_not_exist(case) and is_asked_by_mistake(case, others)):
            message += f"; {harm(case, login=case.registry not in unknown)}"
        yield finding(facts, case, RULE.code, message, remedy.fixes, remedy.path, remedy.cause)


def _kinds(facts: Facts, case: Case) -> frozenset[str]:
    """Return the kinds of regional endpoints of the registry that have a public name, by the answers of this run."""
    named = (other for other in facts.cases if other.registry == case.registry and not _does_not_exist(other))
    return frozenset(other.member.kind for other in named if other.member.region and other.observation.chain)


def _does_not_exist(case: Case) -> bool:
    return case.observation.outcome is Outcome.NXDOMAIN and len(case.observation.chain) <= 1


def _outcome(case: Case) -> str:
    observation = case.observation
    end = observation.chain[-1] if len(observation.chain) > 1 else ""
    if observation.outcome is Outcome.NXDOMAIN:
        text = f"leads to {end}, which does not exist (NXDOMAIN)" if end else "does not exist (NXDOMAIN)"
    else:
        text = f"leads to {end}, which has no A record (NODATA)" if end else "has no A record (NODATA)"
    return f"{text} [{observation.detail}]" if observation.detail else text


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    zones = facts.topology.private_dns_zones
    for (key, _), (endpoint, networks) in networks_by_record(facts.gaps, GapCause.NO_LOGIN).items():
        yield finding_in_gap(facts, RULE.code, (zones[key], endpoint), networks)


RULE = Rule(
    "ACR305",
    "missing-record",
    Page(
        finds="""\
An endpoint's name does not exist (NXDOMAIN), or exists without an IPv4 address (NODATA).""",
        why="""\
A private zone linked to a network is authoritative there: a record that it does not have does not exist, and nobody
asks public DNS for it. Where only the data endpoint's record is missing, login and manifests work, and the pull fails
at the first layer with `lookup contoso.eastus.data.azurecr.io: no such host`. Typical causes: a replica added later
without a DNS zone group; a second private endpoint deleted, which took the record with it; an empty, more specific zone
such as `eastus.data.privatelink.azurecr.io`; a registry of another company whose own private zone is elsewhere.""",
        example="""\
```
contoso.westus.data.azurecr.io   expected 10.0.0.9   observed NXDOMAIN
      contoso.westus.data.azurecr.io -> contoso.westus.data.privatelink.azurecr.io
```""",
        fixes=(SetRecord(PRIVATELINK, "contoso.westus.data", ("10.0.0.9",)),),
        note="""\
Better: a DNS zone group on the private endpoint, which adds the record of each new replica. For a registry that this
network has no private endpoint to, let the link fall back to public DNS:
```
az network private-dns link vnet update -g RESOURCE_GROUP -z privatelink.azurecr.io -n LINK_OF_HUB \\
  --resolution-policy NxDomainRedirect
```""",
        cannot_tell="""\
Which of two linked zones should have had the record, where the resolver asked is not described by the topology. Without
a topology: whether a region that was named is one of the registry's.""",
        references=(
            "facts F04, F05, F08, F10, F12, F17, F18, F23",
            "RFC 2308 (negative answers)",
            "RFC 8020 (NXDOMAIN: there really is nothing underneath)",
            "Microsoft Learn: Fallback to internet for Azure Private DNS zones",
        ),
    ),
    _find,
    _find_in_file,
)
