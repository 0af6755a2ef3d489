"""Every kind of fix: a topology where it is offered, with its command, and a near one where it would be wrong.

The near one differs in a few words: there the fix would change nothing, concern what is not there, lead out of reach,
make a loop, open public access, or be made by another hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from acrdns.check.faults import named
from acrdns.check.faults.site import Site
from acrdns.check.fixes import ACTIONS, action
from acrdns.check.lint import lint
from acrdns.topology.load import loads
from acrdns.topology.samples import located
from tests.check.fixes.test_fixes import are_read, can_be_pasted
from tests.check.test_law_of_fixes import ONE_ZONE_FOR_TWO_NETWORKS
from tests.scenarios.scenario import DIRECTORY, read


class Kind(NamedTuple):
    """One row."""

    action: str
    file: str
    """A sample or a broken twin; `scenario/NAME` is a scenario's topology."""
    says: str
    """The beginning of the fix in one line."""
    near: tuple[str, str]
    """What is written otherwise in the near topology."""
    why: str
    """Why the fix is not offered there."""
    made: tuple[str, str] = ("", "")
    """What is written otherwise where it is offered."""


LINK, ENDPOINT = "az network private-dns link vnet", "az network private-endpoint"
ZONE_GROUP, RULE = f"{ENDPOINT} dns-zone-group", "az dns-resolver forwarding-rule update"
FORWARD = "azurecr.io: [10.0.1.4, 10.0.1.5]\nprivate"
POLICY = "{resolution_policy: NxDomainRedirect}"
TABLE = [
    Kind("add-endpoint-address", "broken/replica-without-address", f"{ENDPOINT} ip-config add",
         ("_eastus: 10.0.0.8\n", "_eastus: 10.0.0.8\n      registry_data_westus: 10.0.0.9\n"), "it has an address"),
    Kind("add-zone-group", "scenario/endpoint-without-zone-group", f"{ZONE_GROUP} create",
         ("_eastus: 10.0.0.8}\n", "_eastus: 10.0.0.8}\n    dns_zone_group: [privatelink.azurecr.io]\n"), "there is one"),
    Kind("advice", "scenario/fallback-to-public-dns", "",
         ("10.0.0.99", "168.63.129.16"), "another cause is known: Azure-provided DNS is asked from on premises"),
    Kind("approve-endpoint", "broken/endpoint-not-approved", "az acr private-endpoint-connection list",
         ("status: Pending", "status: Rejected"), "one that was rejected stays so for ever"),
    Kind("connect-site", "broken/branch-outside-the-wan", "connect branch with",
         ("peerings: [wan-west, shared]", "peerings: [wan-west, shared, branch]"), "they are connected"),
    Kind("connect-to-hub", "virtual-wan", "az network vhub connection create",
         ("peerings: []", "peerings: [aks]"), "they are connected", ("peerings: [aks]", "peerings: []")),
    Kind("create-endpoint", "scenario/unreachable-registry", "",
         ("    public_network_access_enabled: false\n", ""), "the registry is reached by its public addresses"),
    Kind("create-inbound-endpoint", "scenario/on-premises-azure-dns", "az dns-resolver create",
         ("dns_servers:\n  1", "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.1.4]}}\ndns_servers:\n  1"),
         "there is one"),
    Kind("create-zone", "scenario/unlinked-without-zone", "az network private-dns zone create",
         ("private_endpoints", "private_dns_zones: {privatelink.azurecr.io: {}}\nprivate_endpoints"), "there is one"),
    Kind("delete-endpoint", "scenario/several-endpoints-in-network", f"{ENDPOINT} delete",
         ("network: hub\n    addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18}",
          "network: spoke\n    addresses: {registry: 10.1.0.17, registry_data_eastus: 10.1.0.18}"),
         "each is the one of its network"),
    Kind("delete-record-set", "scenario/alias-outside-azure", "az network private-dns record-set cname delete",
         ("CNAME: registry.corp.example", "A: [10.0.0.7]"), "the record is no alias"),
    Kind("delete-server-zone", "scenario/local-zone-on-dns-server", "on 10.0.0.53: delete the zone azurecr.io",
         ("azurecr.io:\n        contoso", "corp.example:\n        contoso"), "the zone is about other names"),
    Kind("delete-zone", "scenario/misspelt-private-zone-only", f"{LINK} delete",
         ("  privatelink.eastus.data.azurecr.io:\n    virtual_network_links: {hub: {}}\n",
          "  corp.example:\n    virtual_network_links: {hub: {}}\n"), "the zone is about other names"),
    Kind("delete-zone-group", "broken/endpoint-records-collide", f"{ZONE_GROUP}",
         ("    dns_zone_group: [east-zone]\n  contoso-pe-west", "  contoso-pe-west"), "one endpoint writes the zone"),
    Kind("disable-rule", "scenario/ruleset-rule-to-public-dns", RULE,
         ("azurecr.io: [8.8.8.8]", "azurecr.io: {target_dns_servers: [8.8.8.8], enabled: false}"), "it is disabled"),
    Kind("enable-data-endpoints", "broken/sync-without-data-endpoint", "az acr show-endpoints",
         ("data_endpoint_enabled: false", "data_endpoint_enabled: true"), "they are enabled"),
    Kind("enable-transit", "broken/hub-without-transit", "az network vnet peering update",
         ("peerings: [shared, aks, office]\n", "peerings: [shared, aks, office]\n    transit: true\n"), "the hub joins them"),
    Kind("first-step", "two networks", f"{ENDPOINT} dns-zone-group",
         ("hub: {}, spoke: {}", "hub: {}"), "the zone is not linked to the other network, which has its own endpoint"),
    Kind("link-zone", "broken/network-without-zone-link",
         f"{LINK} create -g RESOURCE_GROUP -z privatelink.azurecr.io -n hub-link",
         ("    network: hub\n", "    network: far\n"), "its addresses would be out of reach",
         ("networks:\n", "networks:\n  far: {address_space: [10.0.0.0/16]}\n")),
    Kind("peer-networks", "scenario/unreachable-dns-server",
         "az network vnet peering create -g RESOURCE_GROUP -n spoke-to-other",
         ("other: {", "other: {peerings: [spoke], "), "they are peered"),
    Kind("pin-name", "broken/pinned-address-is-stale", "in the hosts file of plant: give contoso.azurecr.io the address",
         ("    peerings: [aks]\n", "    peerings: [aks]\n    dns_servers: [10.0.1.4]\n"),
         "DNS is right there, and the pin is to go"),
    Kind("recreate-endpoint", "scenario/endpoint-rejected", f"{ENDPOINT} delete",
         ("status: Rejected", "status: Pending"), "its approval is enough"),
    Kind("relax-filter", "broken/private-addresses-stripped", "on 192.168.0.53: ",
         ("filters: {rebind_protection: true}", "filters: {rebind_protection: false}"), "it takes nothing out"),
    Kind("set-client-servers", "broken/builds-ask-public-dns", "on aks/builds: ask 10.0.1.4",
         ("builds: {dns_servers: [8.8.8.8]}", "builds: {dns_servers: [168.63.129.16]}"), "they ask Azure-provided DNS"),
    Kind("set-dns-servers", "scenario/public-resolver", "az network vnet update",
         ("dns_servers: [8.8.8.8]", "dns_servers: [168.63.129.16]"), "the network asks Azure-provided DNS"),
    Kind("set-forwarder", "scenario/forwarder-to-public-dns", "on 10.0.0.53: forward azurecr.io to 168.63.129.16",
         ("forwarders: [8.8.8.8]", "forwarders: [168.63.129.16]"), "it forwards there"),
    Kind("set-link", "broken/third-party-hidden", f"{LINK} update",
         ("links:\n      hub: {}", f"links:\n      hub: {POLICY}"), "the link falls back to public DNS"),
    Kind("set-record", "broken/missing-data-record", "az network private-dns record-set a add-record",
         ("    records:\n", "    records:\n      contoso.eastus.data: {ttl: 10, A: [10.0.0.8]}\n"), "the record is there"),
    Kind("set-rule-targets", "broken/rule-target-is-public", RULE,
         ("virtual_network_links: [spoke]", "virtual_network_links: []"), "nobody uses the ruleset"),
    Kind("set-server-record", "scenario/wrong-public-address", "on 10.6.0.53: ",
         ("203.0.113.99", "20.45.122.144"), "the record is right"),
    Kind("set-ttl", "broken/record-ttl-too-long", "az network private-dns record-set a update",
         ("ttl: 3600", "ttl: 10"), "the record lives as long as those of zone groups"),
    Kind("unlink-ruleset", "broken/ruleset-loop", "az dns-resolver vnet-link delete",
         ("virtual_network_links: [spoke-build, hub]", "virtual_network_links: [spoke-build]"), "the hub does not use it"),
    Kind("unlink-zone", "broken/wrong-zone-linked", f"{LINK} delete",
         ("  privatelink.azurecr.io: {}\n  second-zone:\n    name: privatelink.azurecr.io\n", "  privatelink.azurecr.io:\n"),
         "the right zone is linked"),
    Kind("unpin-name", "scenario/hosts-file-pin", "take contoso.azurecr.io out of the hosts file of hub/builds",
         ("contoso.azurecr.io: 10.0.0.99", "contoso.azurecr.io: 10.0.0.7"), "the pin is right"),
    Kind("wait-for-link", "broken/link-in-progress", f"{LINK} show",
         ("state: InProgress", "state: Completed"), "the link is complete"),
]  # fmt: skip
OF_FAULTS = {"link-ruleset", "set-forwarders"}
"""Fixes that only a diagnosis proposes: of what is not as the file says."""


def text_of(file: str) -> str:
    """Return the text of a sample, or of the topology of a scenario."""
    if file == "two networks":
        return ONE_ZONE_FOR_TWO_NETWORKS
    kind, _, name = file.partition("/")
    if kind == "scenario":
        return read(DIRECTORY / f"{name}.yaml").text
    return Path(located(file)).read_text(encoding="utf-8")


def rewritten(text: str, change: tuple[str, str]) -> str:
    """Return a text with a change, which has one place."""
    assert not change[0] or text.count(change[0]) == 1, change
    return text.replace(*change) if change[0] else text


def offered(text: str, name: str) -> list[str]:
    """Return the fixes of a kind that lint offers, each as reports show it; they can be pasted in each language."""
    found = [fix for finding in lint(loads(text, "estate.yaml")) for fix in finding.fixes if type(fix) is action(name)]
    for fix in found:
        can_be_pasted(fix)
        are_read(fix.terraform, fix.bicep)
    return [fix.text for fix in found]


def proposed(text: str, fault: str, name: str) -> list[str]:
    """Return the fixes of a kind that a diagnosis proposes for a fault."""
    places = named(fault).find(Site(loads(text, "estate.yaml")), None)
    return [fix.text for place in places for fix in place.fixes if type(fix) is action(name)]


@pytest.mark.parametrize(("rule", "says"), [("azurecr.io", ["spoke-link"]), ("corp.example", [])])
def test_a_ruleset_is_to_be_linked_where_it_leads_to_registries(rule: str, says: list[str]) -> None:
    """A ruleset for other names is none of a registry's business."""
    text = rewritten(text_of("lists-of-dns-servers"), ("rules:\n      azurecr.io: [10", f"rules:\n      {rule}: [10"))
    found = proposed(text, "vnet-without-zone-link", "link-ruleset")
    assert [link for said in found for link in says if f" -n {link} " in said] == says
    assert all(said.startswith("az dns-resolver vnet-link create") for said in found)
    assert len(found) == len(says)


@pytest.mark.parametrize(
    ("recursion", "says"), [("iterate", ["on 10.0.0.53: forward all other names to 168.63.129.16"]), ("forward", [])]
)
def test_a_server_that_was_sent_elsewhere_gets_back_what_it_forwards(recursion: str, says: list[str]) -> None:
    """For one that trusts the chain which a forwarder returns, a conditional forwarder for registries is enough."""
    change = ("    forwarders: [168", f"    recursion: {recursion}\n    forwarders: [168")
    text = rewritten(text_of("hub-and-spoke-dns-server"), change)
    assert proposed(text, "bypassed-azure-dns", "set-forwarders")[:1] == says


def test_every_kind_has_its_row() -> None:
    """One that is added fails until it has a topology where it is offered, and one where it is not."""
    assert sorted({row.action for row in TABLE} | OF_FAULTS) == sorted(ACTIONS)


@pytest.mark.parametrize("row", TABLE, ids=[row.action for row in TABLE])
def test_a_fix_is_offered_where_it_mends_and_not_where_it_would_be_wrong(row: Kind) -> None:
    """The same change in each language; in the near topology it is not offered, for whatever finding."""
    text = rewritten(text_of(row.file), row.made)
    assert [said for said in offered(text, row.action) if said.startswith(row.says)]
    assert not [said for said in offered(rewritten(text, row.near), row.action) if said.startswith(row.says)], row.why
