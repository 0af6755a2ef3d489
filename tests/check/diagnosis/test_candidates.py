"""Where faults can be: neighbours of each place, which a list of the obvious ones would not have."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.topology.load import loads
from tests.check.diagnosis.observing import observed

if TYPE_CHECKING:
    from collections.abc import Container

    from acrdns.check.diagnosis.diagnosed import Diagnosed

ZONE, EAST, WEST, SOUTH = (
    "privatelink.azurecr.io",
    *(f"{r}.data.privatelink.azurecr.io" for r in ("eastus", "westus", "brazilsouth")),
)
REGIONS = f"""\
registries:
  contoso: {{location: eastus, replications: [westus]}}
  partner: {{location: brazilsouth, private_link: elsewhere}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
  far: {{address_space: [10.1.0.0/16]}}
  alone: {{address_space: [10.2.0.0/16]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
    dns_zone_group: [{ZONE}]
private_dns_zones:
  {ZONE}: {{virtual_network_links: {{hub: {{resolution_policy: NxDomainRedirect}}}}}}
  far-zone: {{name: {ZONE}, virtual_network_links: {{far: {{resolution_policy: NxDomainRedirect}}}}}}
  {SOUTH}: {{records: {{other: {{A: [10.0.0.77]}}}}}}
"""

SERVERS = f"""\
registries:
  contoso: {{location: eastus, replications: [westus]}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [office, plant]}}
  office: {{kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}}
  plant: {{kind: on_premises, address_space: [192.169.0.0/16], peerings: [office], dns_servers: [192.168.0.53]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
    dns_zone_group: [{ZONE}]
private_dns_zones:
  {ZONE}: {{virtual_network_links: {{hub: {{}}}}}}
private_resolvers:
  hub-resolver: {{network: hub, inbound_endpoints: [10.0.1.4, 10.0.1.5]}}
dns_servers:
  192.168.0.53: {{network: office}}
"""
DEAD, AZURE = "10.255.255.53", "168.63.129.16"
HIDDEN = "third-party-hidden"
ON_PREMISES, SILENT, KEY = "azure-dns-from-on-premises", "unreachable-dns-server", "192.168.0.53"

ZONES = f"""\
registries:
  contoso: {{location: eastus, replications: [westus]}}
  fabrikam: {{location: eastus}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [spoke]}}
  spoke: {{address_space: [10.1.0.0/16], peerings: [hub]}}
  far: {{address_space: [10.2.0.0/16]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
    dns_zone_group: [{ZONE}]
  fabrikam-pe:
    registry: fabrikam
    network: far
    addresses: {{registry: 10.2.0.7, registry_data_eastus: 10.2.0.8}}
    dns_zone_group: [far-zone]
private_dns_zones:
  {ZONE}:
    virtual_network_links:
      hub: {{resolution_policy: NxDomainRedirect}}
      spoke: {{resolution_policy: NxDomainRedirect}}
  far-zone: {{name: {ZONE}, virtual_network_links: {{far: {{resolution_policy: NxDomainRedirect}}}}}}
  empty: {{name: {ZONE}, records: {{www: {{TXT: [none]}}}}}}
  {WEST}:
    virtual_network_links: {{hub: {{}}, spoke: {{}}}}
    records: {{contoso: {{A: [10.0.0.9]}}}}
"""
RESOLVER = "private_resolvers: {hub-resolver: {network: hub, inbound_endpoints: [10.0.1.4]}}\n"
TWO_ZONES = f"""\
registries:
  contoso: {{location: eastus}}
  partner: {{location: westus, private_link: elsewhere}}
  legacy: {{location: westus, sku: Standard}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [spoke]}}
  spoke: {{address_space: [10.1.0.0/16], peerings: [hub]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
    dns_zone_group: [{ZONE}]
private_dns_zones:
  {ZONE}:
    virtual_network_links:
      hub: {{resolution_policy: NxDomainRedirect}}
      spoke: {{resolution_policy: NxDomainRedirect}}
  {WEST}:
    virtual_network_links:
      hub: {{resolution_policy: NxDomainRedirect}}
      spoke: {{resolution_policy: NxDomainRedirect}}
    records: {{other: {{A: [10.0.0.9]}}}}
"""
OF_HUB, OF_SPOKE = (f"virtual_network_links/{network}/resolution_policy" for network in ("hub", "spoke"))
LINKS, REDIRECT = "virtual_network_links/spoke", {"resolution_policy": "NxDomainRedirect"}


def _moved(zone: str, other: str, link: object) -> dict[str, object]:
    return {f"private_dns_zones/{zone}/{LINKS}": None, f"private_dns_zones/{other}/{LINKS}": link}


def _server(**fields: object) -> str:
    """Return the estate with other fields of the office's DNS server."""
    return SERVERS.replace("{network: office}", json.dumps({"network": "office", **fields}))


def _sent(**fields: object) -> dict[str, object]:
    return {f"dns_servers/{KEY}/{name}": value for name, value in fields.items()}


IN_HUB = ["10.0.1.4"]
TWO = {"azurecr.io": IN_HUB, "eastus.data.azurecr.io": ["10.0.1.5"]}


def _shadow(region: str, network: str, key: str = "") -> dict[str, object]:
    return {f"private_dns_zones/{key or region}": {"name": region, "virtual_network_links": {network: {}}}}


# what is meant, what is changed in it (a path and its new value; None: it is gone), the fault and its subject
GUESTS = "{kind: on_premises, address_space: [192.168.99.0/24], dns_servers: [192.168.99.53]}"

ROWS: dict[str, tuple[str, dict[str, object], str, str]] = {
    "an empty zone of a region where only another company's registry has data endpoints": (
        REGIONS, _shadow(SOUTH, "far", "new"), "shadowed-private-zone", f"{SOUTH} @ far",
    ),
    "an empty zone of a region of ours, where our endpoint is out of reach": (
        REGIONS, _shadow(WEST, "far"), "shadowed-private-zone", f"{WEST} @ far",
    ),
    "an empty zone of a region beside one in the file that has records of that region": (
        REGIONS.replace(f"  {SOUTH}:", f"  {EAST}: {{records: {{contoso: {{A: [10.0.0.8]}}}}}}\n  {SOUTH}:"),
        _shadow(EAST, "hub", "new"), "shadowed-private-zone", f"{EAST} @ hub",
    ),
    "an empty zone of a region in a network without the right zone": (
        REGIONS, _shadow(EAST, "alone"), "shadowed-private-zone", f"{EAST} @ alone",
    ),
    "a server without a forwarder sends all to Azure": (_server(), _sent(forwarders=[AZURE]), ON_PREMISES, KEY),
    "a server without a forwarder gets no answer": (_server(), _sent(forwarders=[DEAD]), SILENT, KEY),
    "a server with filters alone gets no answer": (
        _server(filters={"rebind_protection": True}), _sent(forwarders=[DEAD]), SILENT, KEY,
    ),
    "a server with a list of forwarders sends all to Azure": (
        _server(forwarders=["10.0.1.4", "10.0.1.5"], selection="fastest"), _sent(forwarders=[AZURE]), ON_PREMISES, KEY,
    ),
    "a server with a random list of conditional forwarders sends their domain to Azure": (
        _server(conditional_forwarders={"azurecr.io": ["10.0.1.4", "10.0.1.5"]}, selection="random"),
        _sent(conditional_forwarders={"azurecr.io": [AZURE]}), ON_PREMISES, KEY,
    ),
    "the conditional forwarder of a server that falls back is replaced by one for all names": (
        _server(conditional_forwarders={"azurecr.io": IN_HUB}, fallback="public"),
        _sent(conditional_forwarders={}, forwarders=[AZURE]), ON_PREMISES, KEY,
    ),
    "a server that falls back to public DNS gets no answer from it either": (
        _server(conditional_forwarders={"azurecr.io": IN_HUB}, fallback="public"),
        _sent(conditional_forwarders={}, forwarders=[DEAD]), SILENT, KEY,
    ),
    "several conditional forwarders, all of them to Azure": (
        _server(conditional_forwarders=TWO), _sent(conditional_forwarders={domain: [AZURE] for domain in TWO}), ON_PREMISES, KEY,
    ),
    "several conditional forwarders, and the one of a region is silent": (
        _server(conditional_forwarders=TWO), _sent(conditional_forwarders={**TWO, "eastus.data.azurecr.io": [DEAD]}),
        SILENT, KEY,
    ),
    "the conditional forwarder of a region alone is replaced by one for all names": (
        _server(conditional_forwarders={"eastus.data.azurecr.io": IN_HUB}),
        _sent(conditional_forwarders={}, forwarders=[AZURE]), ON_PREMISES, KEY,
    ),
    "a server that resolves aliases itself sends all other names to Azure": (
        _server(conditional_forwarders={ZONE: IN_HUB}, recursion="iterate"), _sent(forwarders=[AZURE]), ON_PREMISES, KEY,
    ),
    "a server that resolves aliases itself gets no answer for all other names": (
        _server(conditional_forwarders={"azurecr.io": IN_HUB}, recursion="iterate").replace(
            "\nnetworks:", "\n  partner: {location: eastus, private_link: elsewhere}\nnetworks:"
        ).replace("hub: {}", "hub: {resolution_policy: NxDomainRedirect}"),
        _sent(forwarders=[DEAD]), SILENT, KEY,
    ),
    "a link is moved to a zone with other records and keeps its policy": (
        ZONES, _moved(ZONE, "far-zone", REDIRECT), "wrong-zone-linked", "spoke",
    ),
    "a link is moved to a zone with other records and loses its policy": (
        ZONES, _moved(ZONE, "far-zone", {}), "wrong-zone-linked", "spoke",
    ),
    "a link is moved to an empty zone and keeps its policy": (
        ZONES, _moved(ZONE, "empty", REDIRECT), "wrong-zone-linked", "spoke",
    ),
    "the link of a region's zone is moved to an unlisted one": (
        ZONES, _moved(WEST, "new", {}) | {"private_dns_zones/new/name": WEST}, "wrong-zone-linked", "spoke",
    ),
    "the link of a region's zone is removed": (
        ZONES.replace("records: {contoso: {A: [10.0.0.9]}}", "records: {contoso: {A: [10.0.0.9]}, fabrikam: {A: [10.2.0.9]}}")
        .replace("location: eastus}", "location: eastus, replications: [westus]}"),
        {f"private_dns_zones/{WEST}/{LINKS}": None}, "vnet-without-zone-link", "spoke",
    ),
    "one zone alone lost the fallback of its links": (
        TWO_ZONES, {f"private_dns_zones/{ZONE}/{of}": "Default" for of in (OF_HUB, OF_SPOKE)}, HIDDEN, "partner",
    ),
    "the zone of a region alone lost the fallback of its links": (
        TWO_ZONES, {f"private_dns_zones/{WEST}/{of}": "Default" for of in (OF_HUB, OF_SPOKE)}, HIDDEN, "partner",
    ),
    "one link of one zone lost its fallback": (
        TWO_ZONES, {f"private_dns_zones/{WEST}/{OF_SPOKE}": "Default"}, HIDDEN, "partner",
    ),
    "one network's links lost their fallback": (
        TWO_ZONES, {f"private_dns_zones/{zone}/{OF_SPOKE}": "Default" for zone in (ZONE, WEST)}, HIDDEN, "partner",
    ),
    "all links of a zone lost their fallback, those too where one of two registries is in reach": (
        TWO_ZONES.replace("private_dns_zones:", "  partner-pe:\n    registry: partner\n    network: far\n"
            "    addresses: {registry: 10.2.0.7, registry_data_westus: 10.2.0.8}\nprivate_dns_zones:")
        .replace("private_endpoints:", "  far: {address_space: [10.2.0.0/16]}\nprivate_endpoints:")
        .replace("      spoke: {", "      far: {resolution_policy: NxDomainRedirect}\n      spoke: {", 1),
        {f"private_dns_zones/{ZONE}/virtual_network_links/{of}/resolution_policy": "Default" for of in ("hub", "far", "spoke")},
        HIDDEN, "partner",
    ),
    "a registry that is Standard in the file has a private endpoint elsewhere by now": (
        TWO_ZONES.replace("resolution_policy: NxDomainRedirect", ""),
        {"registries/legacy/sku": "Premium", "registries/legacy/private_link": "elsewhere"}, HIDDEN, "legacy",
    ),
    "a registry has a private endpoint elsewhere by now, and some links fall back": (
        TWO_ZONES.replace("private_link: elsewhere", "sku: Premium").replace(
            "spoke: {resolution_policy: NxDomainRedirect}", "spoke: {}"),
        {"registries/partner/private_link": "elsewhere"}, HIDDEN, "partner",
    ),
    "a server forwards the privatelink zone in place of all public names": (
        _server(conditional_forwarders=TWO), _sent(conditional_forwarders={ZONE: IN_HUB}), "privatelink-only-forwarding", KEY,
    ),
    "a server keeps its forwarder of the privatelink zone alone": (
        _server(conditional_forwarders={**TWO, ZONE: IN_HUB}), _sent(conditional_forwarders={ZONE: IN_HUB}),
        "privatelink-only-forwarding", KEY,
    ),
    "both links of a network are gone, that of a region's zone included": (
        ZONES, {f"private_dns_zones/{zone}/{LINKS}": None for zone in (ZONE, WEST)}, "vnet-without-zone-link", "spoke",
    ),
    "both links of a network are gone in which others' questions are answered": (
        ZONES.replace("peerings: [hub]}", "peerings: [hub], dns_servers: [10.0.1.4]}") + RESOLVER,
        {f"private_dns_zones/{zone}/virtual_network_links/hub": None for zone in (ZONE, WEST)},
        "resolver-network-without-zone-link", "hub",
    ),
    "guests without a private endpoint in reach ask past the server that makes IPv6 addresses": (
        ZONES.replace("private_endpoints:", f"  guests: {GUESTS}\nprivate_endpoints:")
        + "dns_servers:\n  192.168.99.53: {network: guests, recursion: iterate, filters: {dns64: '64:ff9b::/96'}}\n",
        {"networks/guests/dns_servers": ["8.8.8.8"]}, "bypassed-azure-dns", "guests",
    ),
}  # fmt: skip

FURTHER = {
    "the link of a region's zone is removed",
    "a server that falls back to public DNS gets no answer from it either",
    "the zone of a region alone lost the fallback of its links",
}
"""Rows that take long; others have their faults, and what falls back, and zones of regions."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in FURTHER else []) for name in ROWS]
)
def test_a_fault_is_found_wherever_it_can_be(name: str) -> None:
    """From all answers of all vantage points, as one fault at one place."""
    text, changes, fault, subject = ROWS[name]
    diagnosed = _diagnosed(text, changes)
    sets = [[(each.fault, each.subject) for each in one.faults] for one in diagnosed.diagnoses]
    assert [(fault, subject)] in sets


def _diagnosed(text: str, changes: dict[str, object], *vantages: str, unasked: Container[str] = ()) -> Diagnosed:
    """Return the diagnosis of what a changed topology answers to the questions about the one that is meant."""
    meant = yaml.safe_load(f"version: 1\n{text}")
    topology, changed = loads(yaml.safe_dump(meant), "estate.yaml"), meant
    for path, value in changes.items():
        *above, last = path.split("/")
        at = changed
        for key in above:
            at = at.setdefault(key, {})
        at.update({last: value})
        if value is None:
            del at[last]
    right = {a.asked: a for a in observed(topology, vantages) if a.asked.fqdn not in unasked}
    answers = [answer for answer in observed(loads(yaml.safe_dump(changed), ""), vantages) if answer.asked in right]
    wrong = {answer.asked[:2] for answer in answers if answer.text != right[answer.asked].text}
    return diagnose(topology, answers, wrong)


GONE: dict[str, object] = {f"private_endpoints/{key}-pe/dns_zone_group": None for key in ("contoso", "fabrikam")}
OF_BOTH = {("shared-record-deleted", f"{ZONE}/{registry}") for registry in ("contoso", "fabrikam")}
ONE_ZONE = ZONES.replace("  far-zone:", "  other:").replace("[far-zone]", f"[{ZONE}]")


@pytest.mark.parametrize(("unasked", "both"), [({"contoso.eastus.data.azurecr.io"}, True), (set(), False)])
def test_several_records_have_several_causes_only_where_others_may_be_right(unasked: set[str], both: bool) -> None:
    """One fault explains as much. Each registry's records have its name, also where the others are gone by then."""
    found = _diagnosed(ONE_ZONE, GONE, "hub", "spoke", unasked=unasked).diagnoses
    sets = [{(each.fault, each.subject) for each in one.faults} for one in found]
    assert {("misspelt-private-zone", ZONE)} in sets
    assert (OF_BOTH in sets) == both


def test_two_records_with_each_others_address_are_one_fault() -> None:
    """Not two that share an address as well: that is the same edit."""
    changes: dict[str, object] = {
        f"private_dns_zones/{ZONE}/records": {
            "contoso": {"A": ["10.0.0.8"]}, "contoso.eastus.data": {"A": ["10.0.0.7"]},
        },
    }  # fmt: skip
    found = _diagnosed(ONE_ZONE, changes, "hub", "spoke", unasked={"contoso.westus.data.azurecr.io"}).diagnoses
    assert [[fault.fault for fault in each.faults] for each in found][:1] == [["swapped-address"]]
    assert not any(fault.fault == "shared-address" for each in found for fault in each.faults)


PAIRED = f"""\
registries:
  contoso: {{location: eastus, replications: [westus]}}
  fabrikam: {{location: eastus}}
  partner: {{location: westus, private_link: elsewhere}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [spoke]}}
  spoke: {{address_space: [10.1.0.0/16], dns_servers: [10.0.1.4]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
  fabrikam-pe: {{registry: fabrikam, network: hub, addresses: {{registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}}}}
private_dns_zones:
  {ZONE}:
    virtual_network_links: {{hub: {{resolution_policy: POLICY}}}}
    records:
      contoso: {{A: [10.0.0.7]}}
      contoso.eastus.data: {{A: [10.0.0.8]}}
      contoso.westus.data: {{A: [10.0.0.9]}}
      fabrikam: {{A: [10.0.0.17]}}
      fabrikam.eastus.data: {{A: [10.0.0.18]}}
{RESOLVER}"""
OF_ZONE = f"private_dns_zones/{ZONE}"
POLICY = f"{OF_ZONE}/virtual_network_links/hub/resolution_policy"
OWNED = {"contoso": {"A": ["10.0.0.8"]}, "fabrikam": {"A": ["10.0.0.18"]}}
TOGETHER: dict[str, tuple[str, dict[str, object], set[tuple[str, str]], set[tuple[str, str]]]] = {
    "the record of one registry is masked, and those of another are gone": (
        "Default", {POLICY: "NxDomainRedirect", f"{OF_ZONE}/records": {"fabrikam.eastus.data": {"A": ["10.0.0.18"]}}},
        {("shared-record-deleted", f"{ZONE}/contoso"), ("redirect-masks-missing-record", f"{ZONE}/fabrikam")}, set(),
    ),
    "without the link, a zone of the public name keeps some names private": (
        "Default",
        {
            f"{OF_ZONE}/virtual_network_links/hub": {"state": "InProgress"},
            "private_dns_zones/eastus.data.azurecr.io": {"virtual_network_links": {"hub": {}}, "records": OWNED},
        },
        {("link-in-progress", "hub"), ("zone-of-public-name", "hub")}, set(),
    ),
    "links that no longer fall back mask nothing": (
        "NxDomainRedirect", {POLICY: "Default", f"{OF_ZONE}/records/contoso.westus.data": None},
        {("replica-without-record", f"{ZONE}/contoso.westus.data"), (HIDDEN, "partner")},
        {("redirect-masks-missing-record", f"{ZONE}/contoso.westus.data"), (HIDDEN, "partner")},
    ),
    "of records that are all gone, none has a wrong address": (
        "Default", {f"{OF_ZONE}/records/fabrikam.eastus.data": None, f"{OF_ZONE}/records/fabrikam/A": ["10.0.0.18"]},
        {("missing-record", f"{ZONE}/fabrikam.eastus.data"), ("shared-address", f"{ZONE}/fabrikam")},
        {("shared-record-deleted", f"{ZONE}/fabrikam"), ("shared-address", f"{ZONE}/fabrikam")},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("policy", "changes", "true", "false"), TOGETHER.values(), ids=TOGETHER)
def test_two_faults_that_act_on_each_other_are_found_and_none_that_undoes_another(
    policy: str, changes: dict[str, object], true: set[tuple[str, str]], false: set[tuple[str, str]]
) -> None:
    """From all answers of all vantage points."""
    found = _diagnosed(PAIRED.replace("POLICY", policy), changes).diagnoses
    sets = [{(each.fault, each.subject) for each in one.faults} for one in found]
    assert true in sets
    assert false not in sets


def test_a_link_to_a_zone_that_the_file_lacks_does_not_fall_back() -> None:
    """Nor where two links lead to it: one that is gone beside one that leads there is another fault."""
    others = ("  other:", "  empty:")
    text = "\n".join(line for line in ONE_ZONE.splitlines() if not line.startswith(others))
    text = text.replace("{resolution_policy: NxDomainRedirect}", "{}")
    link = f"private_dns_zones/{ZONE}/virtual_network_links"
    other = {"name": ZONE, "virtual_network_links": {"spoke": {}}}
    changes: dict[str, object] = {f"{link}/hub": None, f"{link}/spoke": None, "private_dns_zones/other": other}
    found = _diagnosed(text, changes).diagnoses
    assert {("vnet-without-zone-link", "hub"), ("wrong-zone-linked", "spoke")} in [
        {(fault.fault, fault.subject) for fault in each.faults} for each in found
    ]
    assert not any("falls back" in fault.message for each in found for fault in each.faults)


TWO_HOMES = f"""\
registries:
  contoso: {{location: eastus, replications: [westus]}}
networks:
  hub: {{address_space: [10.0.0.0/16]}}
  far: {{address_space: [10.1.0.0/16]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
    dns_zone_group: [{ZONE}]
  contoso-pe-far:
    registry: contoso
    network: far
    addresses: {{registry: 10.1.0.7, registry_data_eastus: 10.1.0.8, registry_data_westus: 10.1.0.9}}
    dns_zone_group: [far-zone]
private_dns_zones:
  {ZONE}: {{virtual_network_links: {{hub: {{}}}}}}
  far-zone: {{name: {ZONE}, virtual_network_links: {{far: {{}}}}}}
"""
OF_PUBLIC = {
    owner: {"A": [f"10.0.0.{at}"]}
    for owner, at in (("contoso", 7), ("contoso.eastus.data", 8), ("contoso.westus.data", 9))
}
OF_TWO = dict(list(OF_PUBLIC.items())[:2])
ALONE = PAIRED.replace("POLICY", "Default").replace("private_link: elsewhere", "data_endpoint_enabled: false")
FABRIKAM = ALONE[ALONE.index("  fabrikam-pe:") : ALONE.index("private_dns_zones:")]
RULED = (
    ALONE.replace(FABRIKAM, "").replace("  fabrikam: {location: eastus}\n", "")
    .replace("  partner: {location: westus, data_endpoint_enabled: false}\n", "")
    .replace("      fabrikam: {A: [10.0.0.17]}\n      fabrikam.eastus.data: {A: [10.0.0.18]}\n", "")
    .replace("peerings: [spoke]", "peerings: [spoke, tools, web]").replace("dns_servers: [10.0.1.4]", "peerings: [hub]")
    .replace("private_endpoints:", "  tools: {address_space: [10.3.0.0/16]}\n  web: {address_space: [10.4.0.0/16]}\nprivate_endpoints:")
    .replace("[10.0.1.4]", "[10.0.1.4], outbound_endpoints: [out]")
    + "dns_forwarding_rulesets:\n"
    "  corp: {outbound_endpoint: out, virtual_network_links: [spoke, tools, web], rules: {azurecr.io: [10.0.1.4]}}\n"
)  # fmt: skip
COLLIDING = ("endpoint-records-collide", "far-zone")
GROUP, WEST_RECORD = "dns_zone_group", f"{ZONE}/contoso.westus.data"
Named = set[tuple[str, str]]
CONTRADICTING: dict[str, tuple[str, dict[str, object], tuple[str, ...], set[str], Named, Named]] = {
    "an endpoint that is not approved writes no records": (
        TWO_HOMES, {f"private_endpoints/contoso-pe/{GROUP}": None, "private_dns_zones/far-zone/records": OF_PUBLIC}, (), set(),
        {("shared-record-deleted", ZONE), COLLIDING}, {("endpoint-not-approved", "contoso-pe"), COLLIDING},
    ),
    "the endpoint that writes last writes every record that it has": (
        TWO_HOMES,
        {
            "private_endpoints/contoso-pe/addresses/registry_data_westus": None,
            f"private_endpoints/contoso-pe-far/{GROUP}": None,
            "private_dns_zones/far-zone/records": OF_TWO,
        },
        (), set(),
        {("replica-without-address", "contoso-pe/registry_data_westus"), COLLIDING},
        {
            ("replica-without-address", "contoso-pe-far/registry_data_westus"), COLLIDING,
            ("replica-without-record", WEST_RECORD),
        },
    ),
    "a network that the zone is linked to by now lacks no link": (
        RULED,
        {
            f"{OF_ZONE}/virtual_network_links/hub": None,
            "private_dns_zones/azurecr.io": {"virtual_network_links": {"spoke": {}}, "records": OF_PUBLIC},
        },
        (), set(),
        {("resolver-network-without-zone-link", "hub"), ("zone-of-public-name", "spoke")},
        {("resolver-network-without-zone-link", "hub"), ("vnet-without-zone-link", "spoke")},
    ),
    "links did not fall back when a cache got its answers": (
        ALONE,
        {f"{OF_ZONE}/records/contoso.westus.data": None, "registries/partner/private_link": "elsewhere"},
        ("spoke",), set(),
        {("replica-without-record", WEST_RECORD), (HIDDEN, "partner")},
        {("redirect-masks-missing-record", WEST_RECORD), ("stale-cache", "spoke")},
    ),
    "a registry of which nothing was seen may be what it is in the file": (
        TWO_ZONES, {f"private_dns_zones/{ZONE}/{of}": "Default" for of in (OF_HUB, OF_SPOKE)},
        (), {"legacy.azurecr.io"}, {(HIDDEN, "partner")}, {(HIDDEN, "legacy")},
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "changes", "vantages", "unasked", "true", "false"), CONTRADICTING.values(), ids=CONTRADICTING
)
def test_no_part_of_a_set_contradicts_another_or_what_was_asked(
    text: str, changes: dict[str, object], vantages: tuple[str, ...], unasked: set[str], true: Named, false: Named
) -> None:
    """One that is there in spite of it gives the same answers."""
    found = _diagnosed(text, changes, *vantages, unasked=unasked).diagnoses
    sets = [{(each.fault, each.subject) for each in one.faults} for one in found]
    assert true in sets
    assert false not in sets
