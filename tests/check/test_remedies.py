"""The fix of a finding is a command that can be run as it stands, but for what only the reader knows."""

from __future__ import annotations

import pytest

from acrdns.check.answers.public_remedy import for_public_answer
from acrdns.check.endpoints import of_topology
from acrdns.check.facts import Facts
from acrdns.check.fixes.fix import joined
from acrdns.topology.load import loads
from tests.check.situations import ESTATE, FILE, blind, evidence, judged, observation

GROUP = "-g RESOURCE_GROUP -z privatelink.azurecr.io"
RECORD_SET = "az network private-dns record-set"
LASTING = f"{RECORD_SET} a update {GROUP} -n contoso.eastus.data --set ttl=10"
LINK = "az network private-dns link vnet"
PUBLIC = "> contoso.privatelink.azurecr.io > eus.azcr.io > 20.45.122.144"

# vantage, what resolves otherwise than it should, the fix
FIXES = {
    "F01 the zone is not linked: link it": (
        "spoke",
        {"contoso": PUBLIC},
        f"{LINK} create {GROUP} -n spoke-link -v spoke -e false",
    ),
    "F02 own DNS servers: forward and link the network that answers": (
        "own-dns",
        {"contoso": PUBLIC},
        f"on 10.4.0.53: forward azurecr.io to 168.63.129.16; then {LINK} create {GROUP} -n own-dns-link -v own-dns -e false",
    ),
    "F04 the record is missing: add it": (
        "hub",
        {"contoso.eastus.data": "> contoso.eastus.data.privatelink.azurecr.io > NXDOMAIN"},
        f"{RECORD_SET} a add-record {GROUP} -n contoso.eastus.data -a 10.0.0.8 && {LASTING}",
    ),
    "F06 the link hides it: add the record": (
        "masked",
        {"contoso.eastus.data": "> contoso.eastus.data.privatelink.azurecr.io > 20.45.122.150"},
        f"{RECORD_SET} a add-record {GROUP} -n contoso.eastus.data -a 10.0.0.8 && {LASTING}",
    ),
    "F09 a stale record: replace it": (
        "hub",
        {"contoso.eastus.data": "10.0.0.99"},
        (
            f"{RECORD_SET} a remove-record {GROUP} -n contoso.eastus.data -a 10.0.0.99 --keep-empty-record-set && "
            f"{RECORD_SET} a add-record {GROUP} -n contoso.eastus.data -a 10.0.0.8"
        ),
    ),
    "F12 an empty, more specific zone: unlink it, and link the right one": (
        "shadowed",
        {"contoso.eastus.data": "> contoso.eastus.data.privatelink.azurecr.io > NXDOMAIN"},
        (
            f"{LINK} create {GROUP} -n shadowed-link -v shadowed -e false && az network private-dns link vnet delete "
            "-g RESOURCE_GROUP -z eastus.data.privatelink.azurecr.io -n LINK_OF_SHADOWED -y"
        ),
    ),
    "F13 on premises: forward to the inbound endpoint": (
        "office",
        {"contoso": PUBLIC},
        "on the DNS server of office: forward azurecr.io to 10.0.0.4",
    ),
    "F17 a partner's registry: fall back to public DNS": (
        "island",
        {"fabrikam": "> fabrikam.privatelink.azurecr.io > NXDOMAIN"},
        f"{LINK} update {GROUP} -n LINK_OF_ISLAND --resolution-policy NxDomainRedirect",
    ),
    "F19 the link is in progress: wait": (
        "waiting",
        {"contoso": PUBLIC},
        f"{LINK} show {GROUP} -n LINK_OF_WAITING --query virtualNetworkLinkState",
    ),
    "F22 not approved: approve": (
        "hub",
        {"contoso": "> eus.azcr.io > 20.45.122.144"},
        (
            "az acr private-endpoint-connection list -r contoso && "
            "az acr private-endpoint-connection approve -r contoso -n CONNECTION_NAME"
        ),
    ),
    "a surplus address: remove it": (
        "hub",
        {"contoso": "10.0.0.99 10.0.0.7"},
        f"{RECORD_SET} a remove-record {GROUP} -n contoso -a 10.0.0.99",
    ),
    "an IPv6 address: remove it": (
        "hub",
        {"contoso": "10.0.0.7 | 2001:db8::7"},
        f"{RECORD_SET} aaaa remove-record {GROUP} -n contoso -a 2001:db8::7",
    ),
    "a private answer without a way: unlink, or peer": (
        "island",
        {"contoso": "> contoso.privatelink.azurecr.io > 10.0.0.7"},
        f"{LINK} delete {GROUP} -n LINK_OF_ISLAND -y",
    ),
    "a private answer judged as from the internet: say where the resolver stands": (
        "internet",
        {"contoso": "10.0.0.7"},
        "if the resolver asked stands in a network of the topology, say which: --from hub",
    ),
    "no data endpoint in Azure: look, and enable": (
        "internet",
        {"fabrikam.westeurope.data": "NXDOMAIN"},
        "az acr show-endpoints -n fabrikam && az acr update -n fabrikam --data-endpoint-enabled true",
    ),
    "no replica in Azure: the data endpoint of another region exists": (
        "internet",
        {"contoso.eastus.data": "NXDOMAIN"},
        "az acr replication list -r contoso --query [].location -o tsv",
    ),
}

# vantage, what resolves otherwise than it should, the place of the cause
PLACES = {
    "the network without a link": ("spoke", {"contoso": PUBLIC}, "  spoke: {address_space: [10.1.0.0/16]}"),
    "the link in progress": ("waiting", {"contoso": PUBLIC}, "      waiting: {state: InProgress}"),
    "the network's DNS server": ("own-dns", {"contoso": PUBLIC}, "  10.4.0.53: {network: own-dns}"),
    "the other registry's endpoint": (
        "hub",
        {"contoso": "10.0.0.20"},
        "    addresses: {registry: 10.0.0.20, registry_data_westeurope: 10.0.0.21}",
    ),
}


ASKED = {
    "a public resolver is not told what to forward": (
        "hub: {address_space: [10.0.0.0/16], dns_servers: [8.8.8.8]}",
        "hub",
        'az network vnet update -g RESOURCE_GROUP -n hub --dns-servers ""',
    ),
    "a server on premises forwards to an inbound endpoint": (
        "hub: {address_space: [10.0.0.0/16], dns_servers: [192.168.0.53], peerings: [site]}",
        "hub",
        "on 192.168.0.53: forward azurecr.io to 10.0.0.4",
    ),
    "so does one that the file does not describe, by its address": (
        "hub: {address_space: [10.0.0.0/16], dns_servers: [192.168.0.9], peerings: [site]}",
        "hub",
        "on 192.168.0.9: forward azurecr.io to 10.0.0.4",
    ),
    "a server in the network asks Azure, whoever its clients are": (
        "hub: {address_space: [10.0.0.0/16], peerings: [site], clients: {anna: {dns_servers: [10.0.9.9]}}}",
        "hub/anna",
        "on 10.0.9.9: forward azurecr.io to 168.63.129.16",
    ),
    "a resolver on the machine of clients who may have come by VPN asks an inbound endpoint": (
        "hub: {address_space: [10.0.0.0/16], peerings: [site], clients: {anna: {dns_servers: [127.0.0.53]}}}",
        "hub/anna",
        "on 127.0.0.53: forward azurecr.io to 10.0.0.4",
    ),
}


@pytest.mark.parametrize(("hub", "vantage", "fix"), ASKED.values(), ids=ASKED)
def test_each_server_is_told_to_forward_where_it_can(hub: str, vantage: str, fix: str) -> None:
    """An answer that the file does not explain, for clients with DNS servers of their own."""
    topology = loads(
        f"registries: {{contoso: {{location: eastus}}}}\nnetworks:\n  {hub}\n"
        "  site: {kind: on_premises, address_space: [192.168.0.0/16]}\n"
        "dns_servers: {192.168.0.53: {network: site, zones: {corp.example: {}}, forwarders: [10.0.0.4]}}\n"
        "private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}\n"
        "private_endpoints: {pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}}}\n",
        "estate.yaml",
    )
    case = of_topology(topology, vantage)[0].observed(observation("contoso.azurecr.io", PUBLIC))
    assert for_public_answer(topology, vantage, case).fixes[0].text == fix


@pytest.mark.parametrize(("vantage", "answers", "fix"), FIXES.values(), ids=FIXES)
def test_the_fix_names_zone_record_and_address(vantage: str, answers: dict[str, str], fix: str) -> None:
    """Each cause of facts.md section 4 that one endpoint's answer can show has its own fix."""
    assert [finding.fix for finding in judged(evidence(vantage, answers)).findings] == [fix]


@pytest.mark.parametrize(("vantage", "answers", "line"), PLACES.values(), ids=PLACES)
def test_the_place_is_the_line_that_causes_it(vantage: str, answers: dict[str, str], line: str) -> None:
    """A finding points into the topology file."""
    (finding,) = judged(evidence(vantage, answers)).findings
    assert finding.place is not None
    assert (finding.place.file, ESTATE.splitlines()[finding.place.line - 1]) == (FILE, line)


def test_an_endpoint_without_an_address_gets_one_before_its_record() -> None:
    """A replica that the private endpoint knows nothing of needs an address; its zone group then writes the record."""
    (finding,) = judged(evidence("west", {})).findings
    assert finding.fix == (
        "az network private-endpoint ip-config add -g RESOURCE_GROUP --endpoint-name contoso-west-pe "
        "-n registry-data-westus --group-id registry --member-name registry_data_westus --private-ip-address PRIVATE_IP"
    )


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("SERVFAIL", "SERVFAIL: the resolver could not get an answer"),
        ("REFUSED", "REFUSED: the resolver does not resolve"),
        ("TIMEOUT", "timeout: nothing came back"),
        ("OTHER", "the answer cannot be used"),
    ],
)
def test_failures_are_told_apart(outcome: str, said: str) -> None:
    """SERVFAIL, REFUSED and silence have different causes, and different fixes."""
    (finding,) = judged(evidence("hub", {"contoso": outcome})).findings
    assert f"contoso.azurecr.io does not resolve from hub: {said}" in finding.message


def test_messages_say_what_where_why_in_lower_case() -> None:
    """What, from where, what instead and why; in the words of the style guide."""
    (finding,) = judged(evidence("spoke", {"contoso": PUBLIC})).findings
    assert finding.message == (
        "contoso.azurecr.io resolves to the public address 20.45.122.144 from spoke; expected 10.0.0.7 (private endpoint "
        "contoso-pe in hub); traffic goes past the private endpoint, and is refused with 403 where public access is off; "
        "privatelink.azurecr.io is not linked to spoke, so contoso.azurecr.io, contoso.eastus.data.azurecr.io, "
        "contoso.westus.data.azurecr.io and 2 more resolve to their public addresses there, although private endpoint "
        "contoso-pe in hub is in reach; link the zone, since peering does not carry it"
    )


def test_without_a_topology_a_fix_leaves_the_address_to_the_reader() -> None:
    """Nothing says which address is right, so none is made up."""
    alias = "> contoso.eastus.data.privatelink.azurecr.io > NXDOMAIN"
    (finding,) = judged(blind({"contoso": "10.0.0.7", "contoso.eastus.data": alias}, "eastus")).findings
    assert finding.fix == f"{RECORD_SET} a add-record {GROUP} -n contoso.eastus.data -a PRIVATE_IP && {LASTING}"


BEHIND = """
version: 1
registries: {contoso: {location: eastus}, fabrikam: {location: westus, private_link: elsewhere}}
networks:
  hub: {address_space: [10.0.0.0/16], clients: {nodes: {}}}
  spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.1.4]}
  served: {address_space: [10.2.0.0/16], peerings: [hub], dns_servers: [10.0.0.53]}
  office: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub], dns_servers: [192.168.0.53]}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: LINK}}
dns_servers:
  10.0.0.53: {network: hub, forwarders: [168.63.129.16]}
  192.168.0.53: {network: office, conditional_forwarders: {azurecr.io: [10.0.1.4]}}
private_resolvers: {resolver: {network: hub, inbound_endpoints: [10.0.1.4]}}
"""


@pytest.mark.parametrize(
    ("link", "cause", "fix"),
    [
        (
            "{state: InProgress}",
            "link of privatelink.azurecr.io to hub is in progress",
            f"{LINK} show {GROUP} -n LINK_OF_HUB",
        ),
        (
            "{resolution_policy: NxDomainRedirect}",
            "falls back to public DNS",
            f"{RECORD_SET} a add-record {GROUP} -n contoso ",
        ),
        ("{}", "inbound endpoint that was asked answers with what is linked to hub", f"{LINK} list {GROUP} -o table"),
    ],
)
def test_an_inbound_endpoint_is_not_told_to_forward(link: str, cause: str, fix: str) -> None:
    """Nobody can configure that: it answers with the zones and rulesets of its network."""
    topology = loads(BEHIND.replace("LINK", link), FILE)
    case = of_topology(topology, "spoke")[0].observed(observation("contoso.azurecr.io", PUBLIC))
    remedy = for_public_answer(topology, "spoke", case)
    assert cause in remedy.cause
    assert fix in joined(remedy.fixes)
    assert "on 10.0.1.4" not in joined(remedy.fixes)


@pytest.mark.parametrize("vantage", ["hub", "hub/nodes", "spoke", "served", "office"])
def test_a_link_is_that_of_the_network_that_answers(vantage: str) -> None:
    """Sites and clients have no links, and those of a network whose DNS servers stand elsewhere do not count."""
    topology = loads(BEHIND.replace("LINK", "{resolution_policy: NxDomainRedirect}"), FILE)
    endpoint = next(each for each in of_topology(topology, vantage) if each.fqdn == "fabrikam.azurecr.io")
    case = endpoint.observed(observation(endpoint.fqdn, "> fabrikam.privatelink.azurecr.io > NXDOMAIN"))
    (hidden,) = judged(Facts(topology, vantage, (case,))).findings
    assert hidden.fix.startswith(f"{LINK} update {GROUP} -n LINK_OF_HUB --resolution-policy NxDomainRedirect")
