"""The words for a resolution: owners, why the question came, and what would have changed it, on the samples."""

from __future__ import annotations

from functools import cache

import pytest

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.teach.words.explanation import ExplainedChain, explain
from acrdns.teach.words.finding import finding_of
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from tests.check.route_public_reports import virtual_wan

LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"


@cache
def explained(sample: str, vantage: str, name: str = LOGIN) -> ExplainedChain:
    """Return the explanation of a question in a sample."""
    world = World(load(sample))
    return explain(world, world.resolve(vantage, Question(names.name(name), Type.A)))


@pytest.mark.parametrize(
    ("sample", "vantage", "number", "sentence"),
    [
        ("private-link", "hub", 1, "A client in hub asks Azure-provided DNS 168.63.129.16 in hub for contoso.azurecr.io A."),
        ("private-link", "hub", 2, "Azure-provided DNS 168.63.129.16 in hub goes on with contoso.privatelink.azurecr.io A."),
        ("private-link", "internet", 1, "A client asks public DNS for contoso.azurecr.io A."),
        ("hub-and-spoke-resolver", "office", 1, "A client in office asks own DNS server 192.168.0.53 in office for contoso.azurecr.io A."),
        ("hub-and-spoke-resolver", "office", 2, "Own DNS server 192.168.0.53 in office asks inbound endpoint 10.0.1.4 in hub for contoso.azurecr.io A."),
        ("broken/bypassed-azure-dns", "spoke-aks", 1, "A client in spoke-aks asks public DNS 8.8.8.8 for contoso.azurecr.io A."),
        ("broken/azure-dns-from-on-premises", "office", 2, "Own DNS server 192.168.0.53 in office asks Azure-provided DNS 168.63.129.16 for contoso.azurecr.io A."),
        ("broken/ruleset-loop", "spoke-aks", 2, "Inbound endpoint 10.0.1.4 in hub asks inbound endpoint 10.0.1.4 in hub for contoso.azurecr.io A."),
        ("hub-and-spoke-resolver", "spoke-build", 2, "Azure-provided DNS 168.63.129.16 in spoke-build, from hub, asks own DNS server 192.168.0.53 in office for git.corp.example A."),
        ("clients-in-a-network", "aks/laptops", 1, "A client in aks/laptops looks into the hosts file of aks/laptops for contoso.azurecr.io A."),
        ("broken/fallback-hides-silent-forwarder", "office", 2, "Own DNS server 192.168.0.53 in office asks 10.0.1.44 (no DNS server is there) for contoso.azurecr.io A."),
    ],
)  # fmt: skip
def test_who_asks_whom(sample: str, vantage: str, number: int, sentence: str) -> None:
    """Owners have the same words everywhere."""
    name = sentence.split(" for ")[1].split(maxsplit=1)[0] if number == 1 or "corp.example" in sentence else LOGIN
    assert explained(sample, vantage, name).steps[number - 1].asked == sentence


@pytest.mark.parametrize(
    ("sample", "vantage", "name", "number", "sentence"),
    [
        ("broken/network-without-zone-link", "hub", LOGIN, 2, "If the private zone privatelink.azurecr.io were linked to hub, the client would get 10.0.0.7 (private)."),
        ("broken/network-without-zone-link", "hub", LOGIN, 3, "This step would not be taken if the private zone privatelink.azurecr.io were linked to hub (step 2)."),
        ("broken/missing-data-record", "hub", DATA, 2, "If the private zone privatelink.azurecr.io had an A record contoso.eastus.data with 10.0.0.8, the client would get 10.0.0.8 (private)."),
        ("broken/redirect-masks-missing-record", "hub", DATA, 2, "If the link of the private zone privatelink.azurecr.io to hub said Default, the client would get NXDOMAIN."),
        ("broken/wrong-zone-linked", "hub", LOGIN, 2, "If the private zone privatelink.azurecr.io were linked to hub instead of second-zone, the client would get 10.0.0.7 (private)."),
        ("broken/endpoint-not-approved", "hub", LOGIN, 1, "If the private endpoint contoso-pe were approved, the client would get 10.0.0.7 (private)."),
        ("broken/privatelink-only-forwarding", "office", LOGIN, 1, "If 192.168.0.53 in office sent azurecr.io to the inbound endpoint 10.0.1.4 in hub, the client would get 10.0.0.7 (private)."),
        ("broken/ruleset-loop", "spoke-aks", LOGIN, 1, "If the rule for azurecr.io of the ruleset corp were disabled, the client would get 10.0.0.7 (private)."),
        ("broken/bypassed-azure-dns", "spoke-aks", LOGIN, 1, "If clients in spoke-aks asked the inbound endpoint 10.0.1.4 in hub, the client would get 10.0.0.7 (private)."),
        ("broken/branch-outside-the-wan", "branch", LOGIN, 1, "If branch were peered with shared, the client would get 10.0.0.7 (private)."),
        ("broken/rebind-protection", "spoke", LOGIN, 1, "If 10.0.0.53 in hub had no rebinding protection, the client would get 10.0.0.7 (private)."),
        ("clients-in-a-network", "aks/laptops", LOGIN, 1, "If the hosts file of aks/laptops had no line for contoso.azurecr.io, the client would get 20.45.122.144 (public)."),
        ("broken/other-registrys-address", "hub", LOGIN, 2, "If the A record contoso of the private zone privatelink.azurecr.io were 10.0.0.7, the client would get 10.0.0.7 (private)."),
        ("broken/endpoint-records-collide", "east", LOGIN, 2, "If contoso-pe-west wrote no records into the private zone east-zone, the client would get 10.0.0.7 (private)."),
        ("private-link", "internet", LOGIN, 1, "If a client in hub asked, it would get 10.0.0.7 (private)."),
        ("private-link", "hub", LOGIN, 2, "If the private zone privatelink.azurecr.io were not linked to hub, the client would get 20.45.122.144 (public)."),
    ],
)  # fmt: skip
def test_what_would_change_a_step(sample: str, vantage: str, name: str, number: int, sentence: str) -> None:
    """Each sentence was simulated."""
    assert sentence in explained(sample, vantage, name).steps[number - 1].would


ESTATE = """
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.0.53], peerings: [office]}
  office: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.10]}
dns_servers:
  10.0.0.53: {network: hub, forwarders: [168.63.129.16]}
  192.168.0.10: {network: office, conditional_forwarders: {privatelink.azurecr.io: [10.0.0.53]}}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
"""


def test_a_wrong_public_answer_says_what_would_make_it_right() -> None:
    """Another DNS server of one's own is tried, too; and the finding says what its fix leads to."""
    world = World(loads(ESTATE, "t.yaml"))
    resolution = world.resolve("office", Question(names.name(LOGIN), Type.A))
    found = explain(world, resolution)
    forwarder = "192.168.0.10 in office sent azurecr.io to the DNS server 10.0.0.53 in hub"
    assert found.steps[0].would == (f"If {forwarder}, the client would get 10.0.0.7 (private).",)
    assert found.steps[-1].would == (f"This step would not be taken if {forwarder} (step 1).",)
    finding = finding_of(world.topology, resolution)
    assert finding is not None
    assert (finding.finding.code, finding.fixed) == ("ACR109", "10.0.0.7 (private)")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (2, "Step 1 sends the question here."),
        (3, "Step 1 brought no answer, so the same server looks further."),
        (4, "Step 3 sends the question here."),
        (8, "contoso.azurecr.io is an alias, so the same server looks up the name that it leads to."),
        (9, "Step 8 sends the question here."),
        (10, "Step 8 brought no answer, so the same server looks further."),
    ],
)
def test_a_server_that_asked_others_goes_on(number: int, sentence: str) -> None:
    """It is not said to be asked again by the client: it goes on by itself, whoever it asked in between."""
    step = explained("broken/fallback-hides-silent-forwarder", "office").steps[number - 1]
    assert step.reached == sentence
    assert bool(step.whose) is (number in (2, 4, 9))


def test_every_broken_answer_would_change() -> None:
    """In each broken sample, at least one step of a wrong answer says what would change it."""
    for sample in samples():
        world = World(load(sample))
        for vantage in world.vantages if sample.startswith("broken/") else ():
            login = names.name(f"contoso.{world.topology.cloud.registry}")
            found = explain(world, world.resolve(vantage, Question(login, Type.A)))
            if found.cause:
                assert any(step.would for step in found.steps), (sample, vantage)


@pytest.mark.parametrize(
    ("sample", "vantage", "rows"),
    [
        ("hub-and-spoke-resolver", "office", [
            (2, "contoso.azurecr.io", "CNAME", "contoso.privatelink.azurecr.io"),
            (3, "contoso.privatelink.azurecr.io", "A", "10.0.0.7"),
        ]),
        ("broken/azure-dns-from-on-premises", "office", [(2, "contoso.azurecr.io", "A", "no answer")]),
        ("broken/ruleset-loop", "spoke-aks", [(2, "contoso.azurecr.io", "A", "SERVFAIL (loop)")]),
    ],
)  # fmt: skip
def test_the_table(sample: str, vantage: str, rows: list[tuple[int, str, str, str]]) -> None:
    """A record stands where it was looked up, not where it was handed on."""
    assert [(row.step, row.name, row.type, row.value) for row in explained(sample, vantage).table] == rows


def test_no_condition_is_what_azure_refuses() -> None:
    """The hub of a virtual WAN takes no link of a zone."""
    world = World(loads(virtual_wan("10.0.0.132: {network: wan, forwarders: [168.63.129.16]}"), "estate.yaml"))
    steps = explain(world, world.resolve("spoke", Question(names.name(LOGIN), Type.A))).steps
    assert steps
    assert not [each for step in steps for each in step.would if "linked to wan" in each]
