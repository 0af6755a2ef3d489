"""Which findings each answer leads to, and no others: the rules ACR3xx."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.check.endpoints import of_topology
from acrdns.check.facts import Facts
from acrdns.check.rules import TABLE
from acrdns.topology.load import load
from acrdns.topology.samples import located
from tests.check.situations import blind, evidence, judged, observation

if TYPE_CHECKING:
    from acrdns.check.evidence import Kind

PRIVATE = "> contoso.privatelink.azurecr.io "
DATA = "> contoso.eastus.data.privatelink.azurecr.io "
PUBLIC = PRIVATE + "> eus.azcr.io > eus-reg.trafficmanager.net > 20.45.122.144"
DATA_PUBLIC = DATA + "> 20.45.122.150"

# vantage, what resolves otherwise than it should, and the findings: every other endpoint is right
ROWS = {
    # --- nothing wrong ---
    "all right in the hub": ("hub", {}, {}),
    "all right from the internet": ("internet", {}, {}),
    "all right over a peering": ("spoke", {}, {}),
    "all right on premises": ("office", {}, {}),
    "an A record without aliases is right": ("hub", {"contoso": "10.0.0.7"}, {}),
    "the same address twice is one": ("hub", {"contoso": "10.0.0.7 10.0.0.7"}, {}),
    "a public IPv6 address from the internet is right": (
        "internet",
        {"contoso": PUBLIC + " | 2603:1030:20e:3::23c"},
        {},
    ),
    "one of the named public addresses is right": ("internet", {"contoso.eastus.data": DATA_PUBLIC}, {}),
    "any public address is right where none is named": (
        "internet",
        {"contoso.westus.data": "> contoso.westus.data.privatelink.azurecr.io > 203.0.113.77"},
        {},
    ),
    # --- ACR301 ---
    "the login server is public": ("hub", {"contoso": PUBLIC}, {"contoso": "ACR301"}),
    "a data endpoint is public": ("hub", {"contoso.eastus.data": DATA_PUBLIC}, {"contoso.eastus.data": "ACR301"}),
    "both are public": (
        "hub",
        {"contoso": PUBLIC, "contoso.eastus.data": DATA_PUBLIC},
        {"contoso": "ACR301", "contoso.eastus.data": "ACR301"},
    ),
    "public without any alias": ("hub", {"contoso": "20.45.122.144"}, {"contoso": "ACR301"}),
    "public, and IPv6 with it, is one defect": ("hub", {"contoso": PUBLIC + " | 2603:1030::1"}, {"contoso": "ACR301"}),
    "public and wrong private together": ("hub", {"contoso": "10.0.0.99 20.45.122.144"}, {"contoso": "ACR301"}),
    # --- ACR302 ---
    "an address of no endpoint": ("hub", {"contoso": PRIVATE + "> 10.0.0.99"}, {"contoso": "ACR302"}),
    "an address of a disconnected endpoint": ("hub", {"contoso": PRIVATE + "> 10.0.0.66"}, {"contoso": "ACR302"}),
    "an address that leads nowhere": ("hub", {"contoso": "0.0.0.0"}, {"contoso": "ACR302"}),
    "loopback": ("hub", {"contoso": "127.0.0.1"}, {"contoso": "ACR302"}),
    # --- ACR303 ---
    "login server and data endpoint swapped": (
        "hub",
        {"contoso": PRIVATE + "> 10.0.0.8", "contoso.eastus.data": DATA + "> 10.0.0.7"},
        {"contoso": "ACR303", "contoso.eastus.data": "ACR303"},
    ),
    "three endpoints rotated": (
        "hub",
        {"contoso": "10.0.0.8", "contoso.eastus.data": "10.0.0.9", "contoso.westus.data": "10.0.0.7"},
        {"contoso": "ACR303", "contoso.eastus.data": "ACR303", "contoso.westus.data": "ACR303"},
    ),
    "another member's address on an endpoint elsewhere": ("hub", {"contoso": "10.2.0.8"}, {"contoso": "ACR303"}),
    # --- ACR304 ---
    "a data endpoint shares the login server's address": (
        "hub",
        {"contoso.eastus.data": DATA + "> 10.0.0.7"},
        {"contoso.eastus.data": "ACR304"},
    ),
    "a wildcard gives all endpoints one address": (
        "hub",
        {"contoso": "10.0.0.99", "contoso.eastus.data": "10.0.0.99", "contoso.westus.data": "10.0.0.99"},
        {"contoso": "ACR304", "contoso.eastus.data": "ACR304", "contoso.westus.data": "ACR304"},
    ),
    # --- ACR305 ---
    "the record is missing": ("hub", {"contoso.westus.data": "NXDOMAIN"}, {"contoso.westus.data": "ACR305"}),
    "the alias ends in nothing": (
        "hub",
        {"contoso.eastus.data": DATA + "> NXDOMAIN"},
        {"contoso.eastus.data": "ACR305"},
    ),
    "the name has no A record": ("hub", {"contoso": PRIVATE + "> NODATA"}, {"contoso": "ACR305"}),
    "a partner's registry is hidden by a linked zone": (
        "island",
        {"fabrikam": "> fabrikam.privatelink.azurecr.io > NXDOMAIN"},
        {"fabrikam": "ACR305"},
    ),
    "the internet does not know the registry": ("internet", {"tailspin": "NXDOMAIN"}, {"tailspin": "ACR305"}),
    "the endpoint has no address for a replica": ("west", {}, {"contoso.westus.data": "ACR305"}),
    # --- ACR306 ---
    "the right address and a stale one": ("hub", {"contoso": PRIVATE + "> 10.0.0.7 10.0.0.99"}, {"contoso": "ACR306"}),
    "the right address and the public one": ("hub", {"contoso": "20.45.122.144 10.0.0.7"}, {"contoso": "ACR306"}),
    # --- ACR307 ---
    "a zone linked to a network without a way": ("island", {"contoso": PRIVATE + "> 10.0.0.7"}, {"contoso": "ACR307"}),
    "a private answer on the internet": ("internet", {"contoso": "10.0.0.7"}, {"contoso": "ACR307"}),
    "a filter's answer on the internet": ("internet", {"tailspin": "0.0.0.0"}, {"tailspin": "ACR307"}),
    "a private IPv6 address on the internet": ("internet", {"contoso": PUBLIC + " | fd00::7"}, {"contoso": "ACR307"}),
    # --- ACR308 ---
    "an IPv6 address beside the private one": (
        "hub",
        {"contoso": PRIVATE + "> 10.0.0.7 | 2603:1030:20e:3::23c"},
        {"contoso": "ACR308"},
    ),
    "an IPv6 address instead of the private one": (
        "hub",
        {"contoso": PRIVATE + "> NODATA | 2001:db8::7"},
        {"contoso": "ACR305 ACR308"},
    ),
    # --- ACR309 ---
    "SERVFAIL": ("hub", {"contoso": "SERVFAIL"}, {"contoso": "ACR309"}),
    "REFUSED": ("hub", {"contoso": "REFUSED"}, {"contoso": "ACR309"}),
    "no answer in time": ("hub", {"contoso": "TIMEOUT"}, {"contoso": "ACR309"}),
    "another rcode": ("hub", {"contoso": "OTHER"}, {"contoso": "ACR309"}),
    "no answer on the internet": ("internet", {"contoso": "SERVFAIL"}, {"contoso": "ACR309"}),
    # --- ACR310 ---
    "another registry's endpoint": ("hub", {"contoso": PRIVATE + "> 10.0.0.20"}, {"contoso": "ACR310"}),
    # --- ACR311 ---
    "the endpoint of another network": ("hub", {"contoso": PRIVATE + "> 10.2.0.7"}, {"contoso": "ACR311"}),
    "the endpoint of a network without a peering": ("spoke", {"contoso": "10.2.0.7"}, {"contoso": "ACR311"}),
    # --- ACR312 ---
    "AAAA is NXDOMAIN": ("hub", {"contoso": PRIVATE + "> 10.0.0.7 | NXDOMAIN"}, {"contoso": "ACR312"}),
    "AAAA is SERVFAIL": ("hub", {"contoso": PRIVATE + "> 10.0.0.7 | SERVFAIL"}, {"contoso": "ACR312"}),
    "AAAA is not answered": ("internet", {"contoso": PUBLIC + " | TIMEOUT"}, {"contoso": "ACR312"}),
    "A and AAAA are both NXDOMAIN": ("hub", {"contoso": "NXDOMAIN | NXDOMAIN"}, {"contoso": "ACR305"}),
    # --- ACR313 ---
    "another public address than the one named": (
        "internet",
        {"contoso": PRIVATE + "> eus.azcr.io > 20.62.128.38"},
        {"contoso": "ACR313"},
    ),
    # --- ACR314 ---
    "the public chain does not lead over privatelink": (
        "internet",
        {"contoso": "> eus.azcr.io > 20.45.122.144"},
        {"contoso": "ACR314"},
    ),
}

# answers of contoso.azurecr.io and its data endpoints in eastus and westus, without a topology
BLIND_ROWS = {
    "all private": ("10.0.0.7", "10.0.0.8", "10.0.0.9", {}),
    "all public": (PUBLIC, DATA_PUBLIC, "20.45.122.151", {}),
    "an address of a documentation range counts as public": ("192.0.2.1", "192.0.2.2", "192.0.2.3", {}),
    "the login server private, a data endpoint public": (
        "10.0.0.7",
        DATA_PUBLIC,
        "10.0.0.9",
        {"contoso.eastus.data": "ACR301"},
    ),
    "two regions with one address": (
        "10.0.0.7",
        "10.0.0.8",
        "10.0.0.8",
        {"contoso.eastus.data": "ACR304", "contoso.westus.data": "ACR304"},
    ),
    "two public endpoints with one address": ("20.45.122.144", "20.45.122.150", "20.45.122.150", {}),
    "an alias to another endpoint's name": (
        PRIVATE + "> 10.0.0.7",
        "> contoso.westus.data.privatelink.azurecr.io > 10.0.0.8",
        "10.0.0.9",
        {"contoso.eastus.data": "ACR303"},
    ),
    "no record for a region": ("10.0.0.7", "10.0.0.8", "NXDOMAIN", {"contoso.westus.data": "ACR305"}),
    "two private addresses": ("10.0.0.7 10.0.0.99", "10.0.0.8", "10.0.0.9", {"contoso": "ACR306"}),
    "private and public": ("10.0.0.7 20.45.122.144", "10.0.0.8", "10.0.0.9", {"contoso": "ACR306"}),
    "loopback": ("127.0.0.1", "10.0.0.8", "10.0.0.9", {"contoso": "ACR302"}),
    "IPv6 beside private": ("10.0.0.7 | 2603:1030::1", "10.0.0.8", "10.0.0.9", {"contoso": "ACR308"}),
    "IPv6 beside public": (PUBLIC + " | 2603:1030::1", DATA_PUBLIC, "20.45.122.151", {}),
    "refused": ("10.0.0.7", "REFUSED", "10.0.0.9", {"contoso.eastus.data": "ACR309"}),
}


def found(seen: Facts) -> dict[str, str]:
    """Return the codes found for each endpoint."""
    codes: dict[str, list[str]] = {}
    for finding in judged(seen).findings:
        codes.setdefault(finding.fqdn.removesuffix(".azurecr.io"), []).append(finding.code)
    return {fqdn: " ".join(sorted(found)) for fqdn, found in codes.items()}


@pytest.mark.parametrize(("vantage", "answers", "expected"), ROWS.values(), ids=ROWS)
def test_answers_lead_to_these_findings_and_no_others(
    vantage: str, answers: dict[str, str], expected: dict[str, str]
) -> None:
    """Each row says what resolves otherwise than it should, and all that is found then."""
    always = {"contoso.westus.data": "ACR305"} if vantage == "west" else {}
    assert found(evidence(vantage, answers)) == always | expected


@pytest.mark.parametrize(("login", "east", "west", "expected"), BLIND_ROWS.values(), ids=BLIND_ROWS)
def test_without_a_topology_only_what_is_wrong_in_any_case_is_found(
    login: str, east: str, west: str, expected: dict[str, str]
) -> None:
    """Private or public is told, not judged; shared addresses and the like are wrong wherever the client stands."""
    answers = {"contoso": login, "contoso.eastus.data": east, "contoso.westus.data": west}
    assert found(blind(answers, "eastus", "westus")) == expected


@pytest.mark.parametrize(
    "code", [code for code in TABLE if code.startswith("ACR3") and code not in ("ACR315", "ACR316")]
)  # below
def test_every_rule_has_a_row_that_triggers_it_alone(code: str) -> None:
    """No rule is without a situation of its own."""
    assert any(set(expected.values()) == {code} for _, _, expected in ROWS.values())


EXPECTED_ROWS: dict[str, tuple[Kind, str, str, dict[str, str]]] = {
    "private, as expected": ("private", "10.0.0.7", "10.0.0.8", {}),
    "public, as expected": ("public", PUBLIC, DATA_PUBLIC, {}),
    "all public": ("private", PUBLIC, DATA_PUBLIC, {"contoso": "ACR301", "contoso.eastus.data": "ACR301"}),
    "all private": ("public", "10.0.0.7", "10.0.0.8", {"contoso": "ACR307", "contoso.eastus.data": "ACR307"}),
    "one is public": ("private", "10.0.0.7", DATA_PUBLIC, {"contoso.eastus.data": "ACR301"}),
    "shared": ("private", "10.0.0.7", "10.0.0.7", {"contoso": "ACR304", "contoso.eastus.data": "ACR304"}),
}


@pytest.mark.parametrize("expect", ["unknown", "public"])
def test_a_registry_without_any_name_is_one_thing_to_look_at(expect: Kind) -> None:
    """While the login server does not exist either, nobody says that login works, or that data endpoints are off."""
    answers = {"contoso": "NXDOMAIN", "contoso.eastus.data": "NXDOMAIN", "contoso.westus.data": "NXDOMAIN"}
    findings = judged(blind(answers, "eastus", "westus", expect=expect)).findings
    assert [finding.code for finding in findings] == ["ACR305"] * 3
    cause = "; no name of contoso exists here: does the registry exist, and is this the right resolver?"
    assert all(finding.message.endswith(cause) for finding in findings)
    (fixes,) = {finding.fixes for finding in findings}
    assert [fix.text for fix in fixes] == [
        "see whether it exists: az acr show -n contoso; if it does, ask a resolver that its clients use"
    ]
    assert all("login and manifests work" not in finding.message for finding in findings)


def test_a_data_endpoint_alone_that_does_not_exist_is_the_registrys_setting() -> None:
    """The login server answers, so the registry is there, and login works."""
    (finding,) = judged(blind({"contoso": PUBLIC, "contoso.eastus.data": "NXDOMAIN"}, "eastus")).findings
    assert "login and manifests work" in finding.message
    assert finding.message.endswith(
        "; to Azure, contoso has no replica in eastus, or its dedicated data endpoints are off"
    )


@pytest.mark.parametrize(("expect", "login", "data", "expected"), EXPECTED_ROWS.values(), ids=EXPECTED_ROWS)
def test_what_the_user_expects_is_judged(expect: Kind, login: str, data: str, expected: dict[str, str]) -> None:
    """`--expect` makes a verdict of private and public, also without a topology."""
    assert found(blind({"contoso": login, "contoso.eastus.data": data}, "eastus", expect=expect)) == expected


@pytest.mark.parametrize(
    ("machine", "codes"),
    [
        ({}, []),
        ({"contoso.azurecr.io": ("10.0.0.7",)}, []),
        ({"contoso.azurecr.io": ("10.0.0.9",)}, ["ACR315"]),
        ({"contoso.azurecr.io": ()}, ["ACR315"]),
        ({"contoso.azurecr.io": ("10.0.0.7", "10.0.0.9")}, ["ACR315"]),
    ],
)
def test_other_addresses_of_the_machine(machine: dict[str, tuple[str, ...]], codes: list[str]) -> None:
    """ACR315 alone: what DNS answers is right."""
    seen = evidence("hub", {})
    seen.machine = machine
    findings = judged(seen).findings
    assert [finding.code for finding in findings] == codes
    assert all("the cause is on the machine" in finding.message for finding in findings)


@pytest.mark.parametrize(
    ("answer", "status", "codes"),
    [
        ("192.168.0.20", "pass", []),
        ("192.168.0.99", "fail", ["ACR316"]),
        ("192.168.0.20 192.168.0.99", "fail", ["ACR316"]),
        ("NXDOMAIN", "fail", ["ACR316"]),
        ("SERVFAIL", "error", ["ACR316"]),
    ],
)
def test_the_local_name_of_a_connected_registry(answer: str, status: str, codes: list[str]) -> None:
    """ACR316 alone: nobody says of a plant's own name what is said of Azure's."""
    topology = load(located("connected-registry"))
    endpoints = {endpoint.fqdn: endpoint for endpoint in of_topology(topology, "plant")}
    local = endpoints["factory.plant.example"]
    facts = Facts(topology, "plant", (local.observed(observation(local.fqdn, answer)),))
    judgement = judged(facts)
    assert [(str(v.case.member), v.status) for v in judgement.verdicts] == [("connected_registry_factory", status)]
    assert [finding.code for finding in judgement.findings] == codes
    assert "line-1.plant.example" in endpoints
    assert not any(e.member.kind == "connected" for e in of_topology(topology, "internet"))
