"""What people observed, and the diagnosis that an engineer of Azure networks would give first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.probe.answer import observation
from acrdns.probe.plain import read
from acrdns.probe.transcripts import read as transcripts
from tests.check.situations import loaded

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.probe.answer import ObservedAnswer
    from acrdns.topology.model import Topology

ZONE = "privatelink.azurecr.io"
LOGIN, EAST, WEST = (f"contoso{part}.azurecr.io" for part in ("", ".eastus.data", ".westus.data"))
SPOKES = ("s1", "s2", "s3", "s4")
ESTATE = f"""\
version: 1
registries:
  contoso: {{location: eastus, replications: [westus]}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [s1, s2, s3, s4, office]}}
  s1: {{address_space: [10.1.0.0/16]}}
  s2: {{address_space: [10.2.0.0/16]}}
  s3: {{address_space: [10.3.0.0/16]}}
  s4: {{address_space: [10.4.0.0/16], dns_servers: [10.0.1.4]}}
  office: {{kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}}
private_dns_zones:
  {ZONE}:
    virtual_network_links: {{hub: {{}}, s1: {{}}, s2: {{}}, s3: {{}}}}
    records:
      contoso: {{A: [10.0.0.7]}}
      contoso.eastus.data: {{A: [10.0.0.8]}}
      contoso.westus.data: {{A: [10.0.0.9]}}
dns_servers:
  192.168.0.53: {{network: office, conditional_forwarders: {{azurecr.io: [10.0.1.4]}}}}
private_resolvers:
  hub-resolver: {{network: hub, inbound_endpoints: [10.0.1.4]}}
"""
GROUPED = ESTATE.replace("10.0.0.9}\n", f"10.0.0.9}}\n    dns_zone_group: [{ZONE}]\n").split("    records:")[0] + (
    "dns_servers:" + ESTATE.rsplit("dns_servers:", maxsplit=1)[-1]
)

REGIONAL = ESTATE.replace("      contoso.eastus.data: {A: [10.0.0.8]}\n", "").replace(
    "dns_servers:\n",
    f"""\
  eastus.data.{ZONE}:
    virtual_network_links: {{hub: {{}}, s1: {{}}, s2: {{}}, s3: {{}}}}
    records: {{contoso: {{A: [10.0.0.8]}}}}
dns_servers:
""",
)


def _at(fault: str, *subjects: str) -> frozenset[tuple[str, str]]:
    return frozenset((fault, subject) for subject in subjects)


def _records(fault: str, *owners: str) -> frozenset[tuple[str, str]]:
    return _at(fault, *(f"{ZONE}/{owner}" for owner in owners))


PINNED = ESTATE.replace(
    "s1: {address_space: [10.1.0.0/16]}",
    f"s1: {{address_space: [10.1.0.0/16], hosts: {{{EAST}: 10.0.0.8}}, clients: {{pods: {{}}}}}}",
)
OWNERS = ("contoso", "contoso.eastus.data", "contoso.westus.data")
PUBLIC = "20.1.2.3"


class Story(NamedTuple):
    """What was observed, and the first diagnosis."""

    seen: str
    first: frozenset[tuple[str, str]]
    file: str = ESTATE


STORIES = {
    "three networks are not linked": Story(
        f"hub {LOGIN} 10.0.0.7\ns1 {LOGIN} {PUBLIC}\ns2 {LOGIN} {PUBLIC}\ns3 {LOGIN} {PUBLIC}",
        _at("vnet-without-zone-link", "s1", "s2", "s3"),
    ),
    "four networks are not linked": Story(
        "".join(f"{v} {LOGIN} {PUBLIC}\n" for v in SPOKES) + f"hub {LOGIN} 10.0.0.7",
        _at("vnet-without-zone-link", *SPOKES),
        ESTATE.replace("s3: {}}", "s3: {}, s4: {}}").replace(", dns_servers: [10.0.1.4]", ""),
    ),
    "four networks are not linked, with a zone group": Story(
        "".join(f"{v} {LOGIN} {PUBLIC}\n" for v in SPOKES) + f"hub {LOGIN} 10.0.0.7",
        _at("vnet-without-zone-link", *SPOKES),
        GROUPED.replace("s3: {}}", "s3: {}, s4: {}}").replace(", dns_servers: [10.0.1.4]", ""),
    ),
    "two networks are public, and nobody asked in others": Story(
        f"s1 {LOGIN} {PUBLIC}\ns2 {LOGIN} {PUBLIC}", _at("vnet-without-zone-link", "s1", "s2")
    ),
    "all records are missing": Story(
        f"hub {LOGIN} NXDOMAIN\nhub {EAST} NXDOMAIN\nhub {WEST} NXDOMAIN\ns1 {LOGIN} NXDOMAIN",
        _at("shared-record-deleted", ZONE),
    ),
    "two records are missing, one is right": Story(
        f"hub {LOGIN} NXDOMAIN\nhub {EAST} NXDOMAIN\nhub {WEST} 10.0.0.9",
        _records("missing-record", "contoso", "contoso.eastus.data"),
    ),
    "the endpoint was created again": Story(
        f"hub {LOGIN} 10.0.0.17\nhub {EAST} 10.0.0.18\nhub {WEST} 10.0.0.19", _records("stale-private-ip", *OWNERS)
    ),
    "the endpoint was created again, and a zone group wrote the records": Story(
        f"hub {LOGIN} 10.0.0.17\ns1 {EAST} 10.0.0.18\ns2 {WEST} 10.0.0.19",
        _records("stale-private-ip", *OWNERS),
        GROUPED,
    ),
    "three networks are not linked, and a record is missing": Story(
        f"hub {LOGIN} 10.0.0.7\nhub {EAST} NXDOMAIN\n" + "".join(f"{v} {LOGIN} {PUBLIC}\n" for v in SPOKES[:3]),
        _at("vnet-without-zone-link", *SPOKES[:3]) | _records("missing-record", "contoso.eastus.data"),
    ),
    "three networks are public, a record is missing, and the office's server is dead": Story(
        f"hub {LOGIN} 10.0.0.7\nhub {EAST} NXDOMAIN\ns1 {EAST} {PUBLIC}\ns4 {EAST} NXDOMAIN\n"
        + "".join(f"{v} {LOGIN} {PUBLIC}\n" for v in SPOKES[:3])
        + f"s4 {LOGIN} 10.0.0.7\noffice {LOGIN} SERVFAIL\noffice {EAST} SERVFAIL",
        _at("vnet-without-zone-link", *SPOKES[:3])
        | _records("missing-record", "contoso.eastus.data")
        | _at("unreachable-dns-server", "192.168.0.53"),
    ),
    "two records have one wrong address each": Story(
        f"hub {LOGIN} 10.9.9.9\nhub {EAST} 10.9.9.8", _records("stale-private-ip", "contoso", "contoso.eastus.data")
    ),
    "a record has two addresses": Story(
        f"hub {LOGIN} 10.0.0.7 10.9.9.9\nhub {EAST} 10.0.0.8", _records("stale-private-ip", "contoso")
    ),
    "a record has the address of another one, too": Story(
        f"hub {LOGIN} 10.0.0.7 10.0.0.8\nhub {EAST} 10.0.0.8", _records("shared-address", "contoso")
    ),
    "one network is wrong, and another one sees the record": Story(
        f"hub {LOGIN} 10.9.9.9\ns1 {LOGIN} 10.0.0.7", _at("stale-cache", "hub")
    ),
    "a client of a network with pins has a filter": Story(
        f"hub {LOGIN} 10.0.0.7\ns1 {LOGIN} 10.0.0.7\ns1 {EAST} 10.0.0.8\ns1/pods {LOGIN} 0.0.0.0\ns1/pods {EAST} 10.0.0.8",
        _at("hosts-file-pin", "s1/pods"),
        PINNED,
    ),
    "a client pins a name otherwise than its network": Story(
        f"hub {EAST} 10.0.0.8\ns1 {LOGIN} 10.0.0.7\ns1 {EAST} 10.0.0.8\ns1/pods {LOGIN} 10.0.0.7\ns1/pods {EAST} 10.0.7.7",
        _at("hosts-file-pin", "s1/pods"),
        PINNED,
    ),
    "a pin of the file has another address on the machines": Story(
        f"hub {EAST} 10.0.0.8\ns1 {LOGIN} 10.0.0.7\ns1 {EAST} 10.0.7.7\ns1/pods {EAST} 10.0.7.7",
        _at("hosts-file-pin", "s1"),
        PINNED,
    ),
    "a sinkhole": Story(f"hub {LOGIN} 0.0.0.0\nhub {EAST} 10.0.0.8", _at("hosts-file-pin", "hub")),
    "all names are the machine itself": Story(
        f"hub {LOGIN} 127.0.0.1\nhub {EAST} 127.0.0.1\nhub {WEST} 127.0.0.1", _at("hosts-file-pin", "hub")
    ),
    "the server of the office does not answer": Story(
        f"office {LOGIN} TIMEOUT\noffice {EAST} TIMEOUT\nhub {LOGIN} 10.0.0.7",
        _at("unreachable-dns-server", "office"),
    ),
    "the server of the office answers, and nobody answers it": Story(
        f"office {LOGIN} SERVFAIL\noffice {EAST} SERVFAIL\nhub {LOGIN} 10.0.0.7",
        _at("unreachable-dns-server", "192.168.0.53"),
    ),
    "the inbound endpoint does not answer": Story(
        f"office {LOGIN} SERVFAIL\ns4 {LOGIN} TIMEOUT\nhub {LOGIN} 10.0.0.7",
        _at("unreachable-dns-server", "office", "s4"),
    ),
    "the endpoint waits for approval": Story(
        f"hub {LOGIN} {PUBLIC}\nhub {EAST} {PUBLIC}\nhub {WEST} {PUBLIC}\ns1 {LOGIN} {PUBLIC}\n"
        f"s4 {LOGIN} {PUBLIC}\noffice {LOGIN} {PUBLIC}",
        _at("endpoint-not-approved", "contoso-pe"),
    ),
    "the forwarder, not the network, is what was changed": Story(
        f"office {LOGIN} {PUBLIC}\noffice {EAST} {PUBLIC}\nhub {LOGIN} 10.0.0.7\ns4 {LOGIN} 10.0.0.7",
        _at("bypassed-azure-dns", "192.168.0.53"),
    ),
    "the server of the office refuses": Story(
        f"office {LOGIN} REFUSED\noffice {EAST} REFUSED\nhub {LOGIN} 10.0.0.7", _at("unreachable-dns-server", "office")
    ),
    "three networks are refused, and a record is missing": Story(
        f"office {LOGIN} REFUSED\ns4 {LOGIN} REFUSED\ns3 {LOGIN} REFUSED\nhub {LOGIN} 10.0.0.7\nhub {EAST} NXDOMAIN",
        _at("unreachable-dns-server", "office", "s3", "s4") | _records("missing-record", "contoso.eastus.data"),
    ),
    "nothing answers in a network with Azure-provided DNS": Story(
        f"s1 {LOGIN} TIMEOUT\ns1 {EAST} SERVFAIL", _at("unreachable-dns-server", "s1")
    ),
    "one network has the public address that the file names, and another one has not": Story(
        f"hub {LOGIN} 10.0.0.7\ns1 {LOGIN} 20.45.122.150\ns2 {LOGIN} 20.99.1.2",
        _at("vnet-without-zone-link", "s1") | _at("hosts-file-pin", "s2"),
        ESTATE.replace("[westus]", "[westus], public: {addresses: {registry: [20.45.122.150]}}"),
    ),
    "two networks are not linked, and nobody has the public address that the file names": Story(
        f"hub {LOGIN} 10.0.0.7\ns1 {LOGIN} 20.99.1.1\ns2 {LOGIN} 20.99.1.2",
        _at("vnet-without-zone-link", "s1", "s2"),
        ESTATE.replace("[westus]", "[westus], public: {addresses: {registry: [20.45.122.150]}}"),
    ),
    "data endpoints are public, and public addresses are others than the file names": Story(
        f"hub {LOGIN} 10.0.0.7\nhub {EAST} {PUBLIC}",
        _records("redirect-masks-missing-record", "contoso.eastus.data"),
        ESTATE.replace("[westus]", "[westus], public: {addresses: {registry_data_eastus: [20.45.122.150]}}"),
    ),
    "a wildcard has no address, and the endpoint of a partner is elsewhere": Story(
        f"hub {LOGIN} 10.0.0.7\nhub fabrikam.azurecr.io NODATA",
        _at("third-party-hidden", "fabrikam"),
        ESTATE.replace("networks:", "  fabrikam: {location: eastus}\nnetworks:", 1),
    ),
    "pods ask a public resolver, and what else is in their network does not": Story(
        f"s1/pods {LOGIN} {PUBLIC}\ns1 {LOGIN} 10.0.0.7",
        _at("bypassed-azure-dns", "s1/pods"),
        ESTATE.replace("10.1.0.0/16]", "10.1.0.0/16], clients: {pods: {}}"),
    ),
    "a name has a record of another type": Story(
        f"hub {LOGIN} NODATA\ns1 {LOGIN} NODATA\nhub {EAST} 10.0.0.8", _records("missing-record", "contoso")
    ),
}


DIG = f"""\
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 53421
;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 1, ADDITIONAL: 1

;; QUESTION SECTION:
;{LOGIN}.\t\tIN\tA

;; ANSWER SECTION:
{LOGIN}.\t3600\tIN\tCNAME\tcontoso.{ZONE}.

;; AUTHORITY SECTION:
{ZONE}.\t3600\tIN\tSOA\tPRIMARY. hostmaster.corp.example. 12 900 600 86400 3600

;; SERVER: 192.168.0.53#53(192.168.0.53)
"""
NSLOOKUP = f"""\
Server:    10.0.1.4
Address 1: 10.0.1.4

Name:      {LOGIN}
Address 1: {PUBLIC}
"""
PRINTED = {
    "a domain controller holds the zone": (
        "office", DIG.replace("PRIMARY", "dc01.corp.example"), _at("zone-of-public-name", "192.168.0.53"),
    ),
    "Azure's zone has no record": (
        "office", DIG.replace("PRIMARY", "azureprivatedns.net"), _records("missing-record", "contoso"),
    ),
    "servers of Azure's public zones deny it": (
        "office", DIG.replace("PRIMARY", "ns1-01.azure-dns.com"), _records("missing-record", "contoso"),
    ),
    "the inbound endpoint itself answers with a public address": (
        "s4", NSLOOKUP, _at("resolver-network-without-zone-link", "hub"),
    ),
    "Go says that there is no such host": (
        "office", f"dial tcp: lookup {LOGIN} on 192.168.0.53:53: no such host", _records("missing-record", "contoso"),
    ),
}  # fmt: skip
"""Where it was observed, what a tool printed, and the first diagnosis."""


@pytest.mark.parametrize("name", PRINTED)
def test_what_tools_print_is_evidence(name: str) -> None:
    """The zone that denied the name, the server that answered, and words that exclude a silent server."""
    vantage, text, first = PRINTED[name]
    diagnosed = _diagnosed(loaded(ESTATE, ""), transcripts.read(text.encode(), "printed").answers, vantage)
    assert {(fault.fault, fault.subject) for fault in diagnosed.diagnoses[0].faults} == first
    named = {(f.fault, f.subject) for each in diagnosed.diagnoses for f in each.faults}
    assert "unreachable-dns-server" not in {fault for fault, _ in named}
    assert ("zone-of-public-name", "192.168.0.53") not in named - first


def _diagnosed(topology: Topology, seen: Iterable[ObservedAnswer], default: str = "") -> Diagnosed:
    """Return the diagnosis of answers; all that is not as the file says is wrong."""
    answers = [
        part
        for answer in seen
        if (one := observation(answer.fqdn, [answer]))
        for part in answers_of(one, answer.vantage or default, answer.vantage or default)
    ]
    return diagnose(topology, answers, {answer.asked[:2] for answer in answers})


FURTHER = {
    "one network has the public address that the file names, and another one has not",
    "the inbound endpoint does not answer",
    "two records are missing, one is right",
    "two networks are not linked, and nobody has the public address that the file names",
    "three networks are public, a record is missing, and the office's server is dead",
    "three networks are not linked, and a record is missing",
}
"""Stories that take long; others have three faults, several networks, silent servers, and public addresses that the file names."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in FURTHER else []) for name in STORIES]
)
def test_the_first_diagnosis_is_that_of_an_engineer(name: str) -> None:
    """The likeliest set of misconfigurations, with all its places."""
    story = STORIES[name]
    diagnosed = _diagnosed(loaded(story.file, ""), read(story.seen, "list").answers)
    first = diagnosed.diagnoses[0]
    assert {(fault.fault, fault.subject) for fault in first.faults} == story.first
    assert first.explains == first.of
    assert diagnosed.unexplained == ()


@pytest.mark.parametrize(
    ("file", "answer", "fault"),
    [
        (REGIONAL, "NXDOMAIN", ("misspelt-private-zone", f"eastus.data.{ZONE}")),
        (
            REGIONAL.replace("{}", "{resolution_policy: NxDomainRedirect}"),
            PUBLIC,
            ("redirect-masks-missing-record", f"eastus.data.{ZONE}/contoso"),
        ),
    ],
)
def test_faults_of_a_regional_zone_are_candidates(file: str, answer: str, fault: tuple[str, str]) -> None:
    """The zone above it has no record of that region."""
    seen = read(f"hub {LOGIN} 10.0.0.7\nhub {EAST} {answer}\ns1 {EAST} {answer}", "list").answers
    found = _diagnosed(loaded(file, ""), seen).diagnoses
    assert [fault] in [[(each.fault, each.subject) for each in one.faults] for one in found]


@pytest.mark.parametrize(
    ("login", "east", "is_one"),
    [
        ("10.0.0.17", "10.0.0.18", True),
        ("10.0.0.17", "10.0.0.17", False),
        ("10.0.0.17", "10.1.0.18", False),
        ("10.0.0.17", "10.99.0.18", False),
        ("10.99.0.17", "10.99.0.18", True),
    ],
    ids=["two of one network", "one for two names", "two networks", "one of no network", "two of no network"],
)
def test_the_addresses_of_one_endpoint_are_of_one_subnet(login: str, east: str, *, is_one: bool) -> None:
    """Each name has its own. So an endpoint that the file does not have has not written all others."""
    seen = read(f"hub {LOGIN} {login}\nhub {EAST} {east}", "list").answers
    sets = [{f.fault for f in each.faults} for each in _diagnosed(loaded(ESTATE, ""), seen).diagnoses]
    assert ({"endpoint-records-collide"} in sets) == is_one


@pytest.mark.parametrize("file", [ESTATE, GROUPED])
def test_an_endpoint_that_the_file_does_not_have_may_have_written_the_records(file: str) -> None:
    """The endpoint was created again, or another one writes into its zone; beside a right record it has not."""
    again = f"hub {LOGIN} 10.0.0.17\nhub {EAST} 10.0.0.18\nhub {WEST} 10.0.0.19\noffice {LOGIN} 10.0.0.17"
    everywhere = "".join(f"{v} {LOGIN} 10.0.0.17\n{v} {EAST} 10.0.0.18\n" for v in ("hub", *SPOKES, "office"))
    alone = f"hub {LOGIN} 10.0.0.17"
    one = f"{alone}\nhub {EAST} 10.0.0.8"
    for seen, owners in ((again, OWNERS), (everywhere, OWNERS[:2]), (alone, OWNERS[:1]), (one, ())):
        diagnosed = _diagnosed(loaded(file, ""), read(seen, "list").answers)
        sets = [{(fault.fault, fault.subject) for fault in each.faults} for each in diagnosed.diagnoses]
        assert ({("endpoint-records-collide", ZONE)} in sets) == bool(owners)
        assert sets[0] == _records("stale-private-ip", *(owners or ("contoso",)))


REGIONS = f"""\
version: 1
registries:
  contoso: {{location: eastus}}
networks:
  east: {{address_space: [10.0.0.0/16], peerings: [spoke]}}
  west: {{address_space: [10.1.0.0/16]}}
  spoke: {{address_space: [10.2.0.0/16], dns_servers: [10.0.1.4]}}
private_endpoints:
  one:
    registry: contoso
    network: east
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
    dns_zone_group: [east-zone]
  two:
    registry: contoso
    network: west
    addresses: {{registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}}
    dns_zone_group: [west-zone]
private_dns_zones:
  east-zone: {{name: {ZONE}, virtual_network_links: {{east: {{}}}}}}
  west-zone: {{name: {ZONE}, virtual_network_links: {{west: {{}}}}}}
private_resolvers:
  hub-resolver: {{network: east, inbound_endpoints: [10.0.1.4]}}
"""


def test_the_endpoint_that_stands_first_in_the_file_may_have_written_last() -> None:
    """Into the zone of the other region, whose records have its addresses then."""
    seen = f"west {LOGIN} 10.0.0.7\nwest {EAST} 10.0.0.8\neast {LOGIN} 10.0.0.7\nspoke {LOGIN} 10.0.0.7"
    found = _diagnosed(loaded(REGIONS, ""), read(seen, "list").answers).diagnoses
    sets = [[(fault.fault, fault.subject) for fault in each.faults] for each in found]
    assert sets[:2] == [[("wrong-zone-linked", "west")], [("endpoint-records-collide", "west-zone")]]


BY_TWO_WAYS = (
    REGIONS.replace("peerings: [spoke]", "peerings: [north]")
    .replace("dns_servers: [10.0.1.4]}", "peerings: [east, north], dns_servers: [10.2.0.53]}")
    .replace("  spoke:", "  north: {address_space: [10.3.0.0/16]}\n  spoke:")
    .replace(
        "private_dns_zones:\n",
        "  three:\n    registry: contoso\n    network: north\n    dns_zone_group: [north-zone]\n"
        "    addresses: {registry: 10.3.0.7, registry_data_eastus: 10.3.0.8}\nprivate_dns_zones:\n",
    )
    .replace(
        "private_resolvers:\n",
        f"  north-zone: {{name: {ZONE}, virtual_network_links: {{north: {{}}}}}}\n"
        "private_resolvers:\n  north-resolver: {network: north, inbound_endpoints: [10.3.1.4]}\n",
    )
    + f"""\
dns_servers:
  10.2.0.53:
    network: spoke
    conditional_forwarders: {{azurecr.io: [10.0.1.4], {EAST}: [10.3.1.4]}}
"""
)
"""No one fault of the past has what the spoke is told: its names go by two ways."""

AS_IN_WEST = "the answers at spoke are exactly those of west: see whether spoke asks the DNS servers that west asks"


def _at_spoke(*addresses: str, **right: str) -> list[ObservedAnswer]:
    """Return answers with aliases, so that no hosts file explains them; those elsewhere are `right`, by network."""
    hosts = {"east": "10.0.0", **right}
    text = "".join(
        "".join(f"{place} {name} {host}.{last}\n" for place, host in hosts.items()) + f"spoke {name} {address}\n"
        for name, last, address in zip((LOGIN, EAST), (7, 8), addresses, strict=True)
    )
    answers = read(text, "list").answers
    return [replace(a, chain=(a.fqdn, a.fqdn.replace("azurecr", "privatelink.azurecr"))) for a in answers]


def test_answers_that_are_exactly_those_of_another_network_say_whose_they_are() -> None:
    """The client asks another network's server, which is no fault of the table and looks like an old answer."""
    (cache,) = _diagnosed(loaded(REGIONS, ""), _at_spoke("10.1.0.7", "10.1.0.8")).diagnoses
    assert [(fault.fault, fault.otherwise) for fault in cache.faults] == [("stale-cache", AS_IN_WEST)]


@pytest.mark.slow
def test_where_nothing_explains_them_the_first_unexplained_answer_says_whose_they_are() -> None:
    """Only where all that was observed there agrees."""
    for address, says in (("10.1.0.8", [True, False]), ("10.1.0.9", [False, False])):
        found = _diagnosed(loaded(BY_TWO_WAYS, ""), _at_spoke("10.1.0.7", address, west="10.1.0", north="10.3.0"))
        assert found.diagnoses == ()
        assert [AS_IN_WEST in each.predicted for each in found.unexplained] == says


def test_a_server_that_refuses_is_said_to_and_is_not_replaced() -> None:
    """No other fault makes a server refuse, and the remedy is not another server."""
    diagnosed = _diagnosed(loaded(ESTATE, ""), read(f"office {LOGIN} REFUSED\nhub {LOGIN} 10.0.0.7", "list").answers)
    named = [(fault.fault, fault.subject) for each in diagnosed.diagnoses for fault in each.faults]
    assert named == [("unreachable-dns-server", "office"), ("unreachable-dns-server", "192.168.0.53")]
    fault = diagnosed.diagnoses[0].faults[0]
    assert "refuses the questions of office" in fault.message
    assert "allow-recursion" in fault.fixes[0].text
    assert not any("SERVFAIL" in each.because.predicted for each in diagnosed.excluded)


TWO_SERVERS = ESTATE.replace(
    "dns_servers: [10.0.1.4]}", "dns_servers: [10.0.0.53, 10.0.0.54], selection: random}"
).replace(
    "dns_servers:\n",
    """dns_servers:
  10.0.0.53: {network: hub, conditional_forwarders: {azurecr.io: [168.63.129.16]}}
  10.0.0.54: {network: hub, conditional_forwarders: {azurecr.io: [168.63.129.16]}}
""",
)


@pytest.mark.parametrize(("server", "blamed"), [("10.0.0.54", {"10.0.0.54"}), (None, {"10.0.0.53", "10.0.0.54"})])
def test_of_several_servers_the_one_that_answered_is_judged(server: str | None, blamed: set[str]) -> None:
    """Clients choose any of them; where nobody knows which one answered, each may have."""
    seen = [replace(answer, server=server) for answer in read(f"s4 {LOGIN} {PUBLIC}", "list").answers]
    diagnosed = _diagnosed(loaded(TWO_SERVERS, ""), seen)
    subjects = {fault.subject for each in diagnosed.diagnoses for fault in each.faults}
    assert subjects & {"10.0.0.53", "10.0.0.54"} == blamed
