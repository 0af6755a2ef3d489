"""ACR211: a record under the registry's name instead of its host label."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN, Member
from acrdns.check.finding import Finding
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, some
from acrdns.names import is_under, labels, name, relative, show
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.azure import Cloud
    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.topology.model import PrivateZone, Registry, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    labelled = _labelled(topology)
    by_registry: dict[tuple[str, str], list[tuple[RRset, Member]]] = {}
    for zone in topology.private_dns_zones.values() if labelled else ():
        for rrset in zone.records:
            if rrset.type != Type.A or rrset.name in facts.layout.by_name:
                continue
            found = _registry_of(topology, rrset.name, labelled)
            if found is not None:
                by_registry.setdefault((zone.key, found[0].name), []).append((rrset, found[1]))
    for (key, registry), records in by_registry.items():
        yield _finding(facts, topology.private_dns_zones[key], topology.registries[registry], records)


def _labelled(topology: Topology) -> dict[str, Registry]:
    """Return the registries whose host label is not their name, by name, where nobody else has that label."""
    taken = {registry.dns_label for registry in topology.registries.values()}
    found = {r.name.lower(): r for r in topology.registries.values() if r.dns_label != r.name.lower()}
    return {label: registry for label, registry in found.items() if label not in taken}


def _registry_of(topology: Topology, owner: Name, labelled: dict[str, Registry]) -> tuple[Registry, Member] | None:
    """Read a name under the registry suffix as that of an endpoint; or None."""
    if not is_under(owner, name(topology.cloud.registry)):
        return None
    first, *rest = (label.decode("latin-1") for label in labels(owner))
    registry = labelled.get(first)
    if registry is None:
        return None
    kinds = {"data": "data", "geo": "regional"}
    if len(rest) > 1 and rest[1] in kinds:
        return registry, Member(kinds[rest[1]], rest[0])
    return registry, LOGIN


def _finding(facts: Facts, zone: PrivateZone, registry: Registry, records: Sequence[tuple[RRset, Member]]) -> Finding:
    topology = facts.topology
    label, cloud, named = registry.dns_label, topology.cloud, ZoneName.of(zone)
    wrong, right = [relative(rrset.name, zone.apex) for rrset, _ in records], []
    aliases = [_alias(member, label, cloud) for _, member in records]
    # By hand or by a zone group.
    known = {rrset.name for rrset in zone.records} | {a for a in aliases if facts.layout.addresses_in(zone, a)}
    fixes: list[Fix] = []
    for (rrset, _), owner, record in zip(records, aliases, wrong, strict=True):
        address = rrset.texts()[0]
        inside = is_under(owner, zone.apex)
        right.append(relative(owner, zone.apex) if inside else show(owner))
        # A record set that is there keeps its addresses: where they are wrong, that is a finding of its own.
        fixes += [SetRecord(named, right[-1], (address,))] if inside and owner not in known else []
        fixes.append(SetRecord(named, record, remove=(address,)))
    word = agrees(wrong, "record", "records")
    made = [owner for owner, alias in zip(right, aliases, strict=True) if alias not in known]
    lost = [member.fqdn(label, cloud) for (_, member), a in zip(records, aliases, strict=True) if a not in known]
    ends = f", and the zone has no record for {some(lost)}" if lost else ""
    message = (
        f"nobody asks for the {word} {some(wrong)} in {show(zone.apex)}{ends}: the login server of {registry.name} is "
        f"{LOGIN.fqdn(label, cloud)}, with a hash in its label; {_step(word, made, right)}"
    )
    fqdn, place = records[0][1].fqdn(label, cloud), topology.place("private_dns_zones", zone.key, "records", wrong[0])
    return Finding(RULE.code, fqdn, message, tuple(fixes), place)


def _alias(member: Member, label: str, cloud: Cloud) -> Name:
    return name(member.privatelink(label, cloud))


def _step(word: str, made: Sequence[str], right: Sequence[str]) -> str:
    """Return the change in words: the right name for a record, or that it goes where the right one is there."""
    if not made:
        return f"delete the {word}, beside which {some(right)} {agrees(right, 'is', 'are')} there"
    if len(made) < len(right):
        return f"name the {agrees(made, 'record', 'records')} that {agrees(made, 'is', 'are')} missing {some(made)}"
    return f"name the {word} {some(right)}"


RULE = Rule(
    "ACR211",
    "dnl-record-without-hash",
    Page(
        finds="""\
A record made by hand under a registry's plain name, while the registry has a domain name label with a hash
(`contoso-fre2bbgcdmbdg8fz`).""",
        why="""\
With a domain name label every name of the registry starts with the label, `contoso-<hash>`, login server, data
endpoints and privatelink aliases alike. A record `contoso` is never asked for; the right one is missing, and
the name is NXDOMAIN or stays public.""",
        example="""\
```yaml
registries:
  contoso: {location: eastus, dns_label: contoso-fre2bbgcdmbdg8fz}
private_dns_zones:
  privatelink.azurecr.io:
    records: {contoso: {A: [10.0.0.7]}}        # contoso-fre2bbgcdmbdg8fz is meant
```""",
        fixes=(
            SetRecord(PRIVATELINK, "contoso-fre2bbgcdmbdg8fz", ("10.0.0.7",)),
            SetRecord(PRIVATELINK, "contoso", remove=("10.0.0.7",)),
        ),
        note="""\
`az acr show -n contoso --query loginServer -o tsv` shows the label. In Terraform it is
`trimsuffix(azurerm_container_registry.contoso.login_server, ".azurecr.io")`, in Bicep
`split(registry.properties.loginServer, '.')[0]`.""",
        cannot_tell="""\
Whether the record belongs to another registry, outside the topology, whose label is the plain name.""",
        references=("facts F33, section 2.2 (rule 11), behaviour 32",),
    ),
    _find,
)
