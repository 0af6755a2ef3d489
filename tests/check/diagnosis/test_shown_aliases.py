"""Whether a resolver shows the alias before a negative answer: its other negative answers say so, AAAA ones included."""

from __future__ import annotations

import pytest

from acrdns.check.diagnosis.answer import Answered, Asked, answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.simulate import observe
from acrdns.probe.answer import AddressType, ObservedAnswer, observation
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.world import World
from acrdns.topology.amend import amend
from acrdns.topology.load import loads
from acrdns.topology.text.edit import Drop
from tests.check.diagnosis.observing import search
from tests.check.diagnosis.test_stories import EAST, ESTATE, LOGIN, WEST, ZONE

PUBLIC_ZONE = ("zone-of-public-name", "hub")
SHADOWED = ("shadowed-private-zone", "eastus.data.privatelink.azurecr.io @ hub")


def _answer(fqdn: str, type_: AddressType, tool: str, outcome: Outcome, *addresses: str, alias: bool) -> ObservedAnswer:
    chain = (fqdn, fqdn.replace("azurecr", "privatelink.azurecr")) if alias else (fqdn,)
    return ObservedAnswer(fqdn, type_, outcome, addresses, chain, vantage="hub", tool=tool)


@pytest.mark.parametrize(
    ("tool", "alias", "is_shadowed"),
    [
        ("acrdns", False, False),
        ("acrdns", True, True),
        ("dig", False, False),
        ("nslookup", False, True),  # it shows no alias before NXDOMAIN
    ],
)
def test_a_denial_without_the_alias_that_others_have_is_of_the_public_name(
    tool: str, *, alias: bool, is_shadowed: bool
) -> None:
    """An empty zone of the private name denies behind the alias, one of the public name before it."""
    seen = [
        [
            _answer(LOGIN, "A", tool, Outcome.ANSWER, "10.0.0.7", alias=True),
            _answer(LOGIN, "AAAA", tool, Outcome.NODATA, alias=True),
        ],
        [
            _answer(EAST, "A", tool, Outcome.NXDOMAIN, alias=alias),
            _answer(EAST, "AAAA", tool, Outcome.NXDOMAIN, alias=alias),
        ],
    ]
    observed = [case for every in seen if (case := observation(every[0].fqdn, every))]
    answers = [each for case in observed for each in answers_of(case, "hub", "hub")]
    found = diagnose(loads(ESTATE, "estate.yaml"), answers, {("hub", EAST)}).diagnoses
    single = {(each.faults[0].fault, each.faults[0].subject) for each in found if len(each.faults) == 1}
    assert (SHADOWED in single, PUBLIC_ZONE in single) == (is_shadowed, not alias)


@pytest.mark.parametrize(("alias", "is_unlinked"), [(True, False), (False, True)])
def test_addresses_without_the_alias_that_denials_have_are_of_a_hosts_file(*, alias: bool, is_unlinked: bool) -> None:
    """Public DNS gives the alias, too."""
    topology = loads(ESTATE, "estate.yaml")
    seen = [
        _answer(WEST, "A", "nslookup", Outcome.NXDOMAIN, alias=alias),
        _answer(LOGIN, "A", "nslookup", Outcome.ANSWER, "20.99.1.2", alias=False),
    ]
    answers = [
        each
        for answer in seen
        if (case := observation(answer.fqdn, [answer]))
        for each in answers_of(case, "hub", "hub")
    ]
    unlinked = amend(topology, [Drop(("private_dns_zones", ZONE, "virtual_network_links", "hub"))])
    wrong = {answer.asked.fqdn for answer in search(unlinked, answers).base.mismatches}
    assert (LOGIN not in wrong) == is_unlinked


def test_a_denied_aaaa_question_shows_the_alias_where_a_was_not_asked() -> None:
    """An empty zone of the public name would deny it before the alias."""
    seen = [observation(EAST, [_answer(EAST, "AAAA", "acrdns", Outcome.NXDOMAIN, alias=True)])]
    answers = [each for case in seen if case for each in answers_of(case, "hub", "hub")]
    found = diagnose(loads(ESTATE, "estate.yaml"), answers, {("hub", EAST)}).diagnoses
    single = {(each.faults[0].fault, each.faults[0].subject) for each in found if len(each.faults) == 1}
    assert (SHADOWED in single, PUBLIC_ZONE in single) == (True, False)


PENDING = ESTATE.replace(
    "private_dns_zones:",
    """\
  contoso-second:
    registry: contoso
    network: s1
    status: Pending
    addresses: {registry: 10.1.0.7, registry_data_eastus: 10.1.0.8, registry_data_westus: 10.1.0.9}
    dns_zone_group: [s1-zone]
private_dns_zones:
  s1-zone: {name: privatelink.azurecr.io}""",
)


def test_an_empty_aaaa_answer_where_a_was_not_asked_is_nothing_wrong() -> None:
    """So the file is compared as it is, and not as if the endpoint that is pending were approved."""
    seen = [("hub", _answer(LOGIN, "A", "acrdns", Outcome.NXDOMAIN, alias=True))]
    seen += [("s1", _answer(EAST, "AAAA", "acrdns", Outcome.NODATA, alias=True))]
    seen += [("s1", _answer(WEST, "A", "acrdns", Outcome.ANSWER, "10.0.0.9", alias=True))]
    cases = [(at, case) for at, answer in seen if (case := observation(answer.fqdn, [answer]))]
    answers = [each for at, case in cases for each in answers_of(case, at, at)]
    found = diagnose(loads(PENDING, "estate.yaml"), answers, {("hub", LOGIN), ("s1", EAST)}).diagnoses
    assert next([(each.fault, each.subject) for each in one.faults] for one in found) == [
        ("missing-record", f"{ZONE}/contoso")
    ]
    assert all(len(one.faults) == 1 for one in found)


@pytest.mark.parametrize(
    ("apex", "first"),
    [
        ("eastus.data.privatelink.azurecr.io", SHADOWED),
        ("eastus.data.azurecr.io", PUBLIC_ZONE),
        ("privatelink.azurecr.io", ("missing-record", f"{ZONE}/contoso.eastus.data")),
    ],
)
def test_the_zone_in_the_soa_record_of_a_denial_is_the_likeliest(apex: str, first: tuple[str, str]) -> None:
    """Where the tool shows no aliases; the other faults are not ruled out."""
    denied = Answered(
        Asked("hub", EAST, Type.A), Outcome.NXDOMAIN, chain=(EAST,), denied_by=(apex, "azureprivatedns.net")
    )
    right = Answered(Asked("hub", LOGIN, Type.A), Outcome.ANSWER, ("10.0.0.7",), (LOGIN,))
    found = diagnose(loads(ESTATE, "estate.yaml"), [denied, right], {("hub", EAST)}).diagnoses
    assert [(each.fault, each.subject) for each in found[0].faults] == [first]
    assert len(found) > 1


ITERATES = ESTATE.replace(
    "{network: office, conditional_forwarders: {azurecr.io: [10.0.1.4]}}",
    "{network: office, recursion: iterate, conditional_forwarders: {eastus.data.azurecr.io: [10.0.1.4]}}",
).replace("registries:\n", "registries:\n  fabrikam: {location: eastus, data_endpoint_enabled: true}\n")


@pytest.mark.parametrize(
    ("chains", "outcome", "is_right"),
    [
        ("documented", Outcome.NODATA, True),
        ("documented", Outcome.SERVFAIL, True),
        ("documented", Outcome.NXDOMAIN, False),
        ("observed", Outcome.NODATA, True),
        ("observed", Outcome.SERVFAIL, False),
    ],
)
def test_an_empty_answer_of_a_public_name_is_no_evidence_where_the_form_of_its_chain_decides(
    chains: str, outcome: Outcome, *, is_right: bool
) -> None:
    """BIND refuses one of a zone above the domain that it forwards, and follows an alias; Azure has an alias there."""
    topology = loads(ITERATES.replace("version: 1\n", f"version: 1\nchains: {chains}\n"), "estate.yaml")
    case = observe(World(topology), "office", "fabrikam.eastus.data.azurecr.io")
    assert (case.ipv6_outcome is Outcome.SERVFAIL) == (chains == "documented")
    answers = list(answers_of(case._replace(ipv6_outcome=outcome), "office", "office"))
    assert search(topology, answers).base.explains_all() == is_right


def _published(*lines: str) -> str:
    return ESTATE.replace(
        "replications: [westus]}", f"replications: [westus], public: {{addresses: {{{', '.join(lines)}}}}}}}"
    )


HOME, OTHER = "registry: [20.1.0.1]", "registry_westus: [20.1.0.2]"
DUAL = "registry: [20.1.0.1, '2603::1']"


@pytest.mark.parametrize(
    ("published", "location", "four", "six", "is_right"),
    [
        # Nothing of the file says whether the registry is dual-stack.
        ((), "eastus", "20.9.9.9", "2603::1", True),
        ((), "westus", "20.9.9.9", "2603::1", True),
        ((), "eastus", "20.9.9.9", "fd00::1", False),
        # The file says it of the login server; the front end of the other region is left out, or has another address.
        ((DUAL,), "eastus", "20.1.0.1", "2603::1", True),
        ((DUAL,), "westus", "20.9.9.9", "2603::1", True),
        ((DUAL,), "westus", "20.9.9.9", "", True),
        ((DUAL, OTHER), "westus", "20.1.0.2", "2603::1", True),
        # It has IPv4 alone in both.
        ((HOME, OTHER), "westus", "20.1.0.2", "", True),
        ((HOME, OTHER), "westus", "20.1.0.2", "2603::1", False),
        # Traffic Manager chooses a region by where the resolver is, which the file need not say.
        ((HOME, OTHER), "westus", "20.1.0.1", "", True),
        ((HOME, OTHER), "eastus", "20.1.0.2", "", True),
        ((HOME, OTHER), "eastus", "20.9.9.9", "", False),
    ],
)
def test_public_addresses_of_a_front_end_that_the_file_leaves_open_are_no_evidence(
    published: tuple[str, ...], location: str, four: str, six: str, *, is_right: bool
) -> None:
    """An unlinked network asks for the login server of a registry with a replica."""
    text = (
        _published(*published).replace("s1: {address", f"s1: {{location: {location}, address").replace(", s1: {}", "")
    )
    text = text.replace("version: 1\n", "version: 1\nchains: observed\n").replace(
        "westus], public", "westus], regional_endpoints_enabled: true, public"
    )
    topology = loads(text, "estate.yaml")
    case = observe(World(topology), "s1", LOGIN)
    assert (case.outcome, case.ipv6_outcome) == (
        Outcome.ANSWER,
        Outcome.ANSWER if "::" in str(published) and location == "eastus" else Outcome.NODATA,
    )
    sixes = (six,) if six else ()
    seen = case._replace(
        addresses=(four,), ipv6_outcome=Outcome.ANSWER if six else Outcome.NODATA, ipv6_addresses=sixes
    )
    assert search(topology, list(answers_of(seen, "s1", "s1"))).base.explains_all() == is_right
