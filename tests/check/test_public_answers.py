"""What the reporters of public estates saw, and the cause that `check` and `diagnose` name for it.

Each report of `test_public_reports` has the answers at its vantage points, as a ticket has them: written down by hand,
and not taken from the simulation, so that they hold both.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from acrdns.check.endpoints import names_by_vantage
from acrdns.check.lint import lint
from acrdns.cli.check_endpoints import plan_of_name, plan_of_topology
from acrdns.cli.judging import causes_of, judge_place, known, report_of
from acrdns.probe.collected import by_vantage, read_any
from acrdns.report.findings.text import render
from acrdns.report.report import Style
from acrdns.topology.load import loads
from tests.check.further_public_reports import FURTHER
from tests.check.public_tickets import DATA, LOGIN, seen
from tests.check.public_tickets import TICKETS as EARLIER
from tests.check.record_public_reports import OF_RECORDS
from tests.check.route_public_reports import FORWARDS, OF_ROUTES, with_clients
from tests.check.test_public_reports import REPORTS, first_error
from tests.check.test_reports import HUB, HUB_LINKED, INBOUND, PLANT, estate, wrong

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.finding import Finding
    from acrdns.report.report import Report as Told
    from acrdns.topology.model import Topology


WITH_TICKETS = OF_RECORDS | OF_ROUTES | FURTHER
TICKETS = EARLIER | {name: ticket for name, (_, ticket) in WITH_TICKETS.items() if ticket}


def once_each(keys: Iterable[str]) -> Iterator[object]:
    """Return the tickets; those of a fault that an earlier one has are slow tests."""
    known: set[str] = set()
    for key in keys:
        fault = TICKETS[key].fault.partition(" ")[0] or ("" if key in REPORTS else key)
        yield pytest.param(key, marks=[pytest.mark.slow] if fault in known else [])
        known.add(fault)


def told(topology: Topology, lines: str) -> Told:
    """Return what `diagnose` says of a ticket's lines."""
    found = read_any(lines.encode(), "ticket.txt")
    assert not found.problems
    answers_at = by_vantage(topology, found, names_by_vantage(topology))
    plans = [plan_of_topology(topology, vantage, None, "") for vantage in answers_at]
    causes = causes_of(plans[0])
    places = [judge_place(plan, None, known(plan, answers_at), causes=causes) for plan in plans]
    return report_of("estate.yaml", places)


def name_of(key: str) -> str:
    """Return the key of the report in full."""
    return key if key in REPORTS else next(n for n in REPORTS if n.startswith((f"{key}:", f"{key},", f"{key} of")))


@cache
def finding_of(key: str) -> Finding:
    """Return the finding of `lint` that a report is about."""
    return first_error(REPORTS[name_of(key)])


def meant(key: str) -> Topology:
    """Return the file as the reporter meant it: with what `lint` says made."""
    topology = loads(REPORTS[name_of(key)].text, "estate.yaml")
    for fix in finding_of(key).fixes:
        topology = fix.apply(topology)
    assert wrong(topology) == []
    return topology


SEEN_ONLY = {
    "kubernetes/kubernetes#136171: the nodes' resolver remembers that the name did not exist": (
        estate(
            with_clients("{nodes: {dns_servers: [169.254.10.10]}}"),
            zones=(HUB_LINKED,),
            servers=("local: {network: hub, client: nodes, address: 169.254.10.10, forwarders: [168.63.129.16]}",),
        ),
        seen(hub="private", hub__nodes="NXDOMAIN"),
        "stale-cache local",
    ),
    "MicrosoftDocs/azure-docs#115313: a server that does not wait for Azure's answer asks public DNS": (
        estate(
            "hub: {address_space: [10.0.0.0/16]}",
            "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4]}",
            zones=(HUB_LINKED,),
            servers=("10.0.2.4: {network: hub, forwarders: [168.63.129.16]}",),
        ),
        seen(hub="private", spoke="public"),
        "bypassed-azure-dns 10.0.2.4",
    ),
    "hashicorp/terraform-provider-azurerm#7726: the endpoint is new, and a client still has the old address": (
        estate(HUB, PLANT, zones=(HUB_LINKED,), servers=(FORWARDS,), more=INBOUND),
        seen(hub="private", plant="10.0.0.17 10.0.0.18"),
        "stale-cache plant",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("text", "lines", "cause"), SEEN_ONLY.values(), ids=SEEN_ONLY)
def test_where_the_file_is_right_what_was_seen_gives_the_cause(text: str, lines: str, cause: str) -> None:
    """Nothing in the file is to be mended."""
    topology = loads(text, "estate.yaml")
    assert lint(topology) == ()
    found = told(topology, lines)
    assert cause in subjects(found)
    assert found.diagnosed.unexplained == ()
    assert not any(each.in_file for each in found.diagnosed.diagnoses)


def subjects(report: Told) -> list[str]:
    """Return the diagnoses, each as its fault and subject."""
    return [
        " and ".join(f"{fault.fault} {fault.subject}" for fault in each.faults) for each in report.diagnosed.diagnoses
    ]


def test_every_report_has_a_ticket() -> None:
    """And every ticket a report."""
    silent = [name for name, (_, ticket) in WITH_TICKETS.items() if ticket is None]
    assert [name_of(key) for key in TICKETS] == [name for name in REPORTS if name not in silent]


@pytest.mark.parametrize("key", [*once_each(TICKETS)])
def test_the_file_as_it_is_has_the_cause_in_the_words_and_with_the_fix_of_lint(key: str) -> None:
    """One story: the cause once, its words, its line, and a fix that mends every answer."""
    ticket, finding = TICKETS[key], finding_of(key)
    found = told(loads(REPORTS[name_of(key)].text, "estate.yaml"), ticket.seen)
    text = " ".join(render(found, Style()).split())
    if not ticket.fault:
        assert found.diagnosed.diagnoses == ()
        assert finding.message in text
        assert finding.fixes in [each.fixes for each in found.judgement.findings]
        return
    assert subjects(found) == [ticket.fault]
    (diagnosis,) = found.diagnosed.diagnoses
    assert (diagnosis.in_file, diagnosis.explains) == (True, diagnosis.of)
    wrong_answers = min(text.index(status) for status in ("fail ", "error ") if status in text)
    assert text.index(diagnosis.faults[0].message.partition(", which")[0]) < text.index("fix: ") < wrong_answers
    if len(diagnosis.faults) == 1:
        (fault,) = diagnosis.faults
        assert (fault.message, fault.fixes, fault.place) == (finding.message, finding.fixes, finding.place)


@pytest.mark.parametrize("key", [*once_each(key for key, ticket in TICKETS.items() if ticket.meant)])
def test_the_file_as_it_is_meant_and_what_was_seen_give_the_cause(key: str) -> None:
    """The true cause is among those that give these answers; where there are several, the report says what to ask."""
    ticket = TICKETS[key]
    found = told(meant(key), ticket.seen)
    assert set(ticket.meant) <= set(subjects(found))
    assert found.diagnosed.unexplained == ()
    true = next(each for each in found.diagnosed.diagnoses if ticket.meant[0].startswith(each.faults[0].fault))
    assert not true.in_file
    assert all(fault.fixes for fault in true.faults)
    assert len(found.diagnosed.diagnoses) == 1 or found.diagnosed.next


@pytest.mark.parametrize("key", [key for key, ticket in TICKETS.items() if ticket.blind])
def test_without_a_file_nothing_is_claimed_that_cannot_be_known(key: str) -> None:
    """The true cause is named as one of several, or what would decide it."""
    ticket = TICKETS[key]
    lines = "\n".join(line for line in ticket.seen.splitlines() if line.startswith(f"{ticket.blind} "))
    plan = plan_of_name(LOGIN, None, None, "eastus", regional=False, expect=None)
    answers = read_any(lines.encode(), "ticket.txt").answers
    found = report_of(LOGIN, [judge_place(plan, None, known(plan, {"": list(answers)}))])
    text = " ".join(render(found, Style()).split())
    assert ticket.told in text
    assert "sure: no other" not in text
    assert not text.startswith("The cause:")


def test_a_login_server_alone_that_does_not_exist_is_hidden() -> None:
    """The registry exists where its data endpoint has an address."""
    plan = plan_of_name(LOGIN, None, None, "eastus", regional=False, expect=None)
    answers = read_any(f"x {LOGIN} NXDOMAIN\nx {DATA} 10.0.0.8\n".encode(), "ticket.txt").answers
    found = report_of(LOGIN, [judge_place(plan, None, known(plan, {"": list(answers)}))])
    text = " ".join(render(found, Style()).split())
    assert "other names of contoso have addresses, so it exists: a zone without a record contoso hides this one" in text
    assert "no name of contoso exists here" not in text


@pytest.mark.parametrize("address", ["0.0.0.0", "127.0.0.1", "198.18.0.7"])
def test_addresses_that_lead_nowhere_come_of_a_filter(address: str) -> None:
    """Not of records that share an address, and they are neither private nor public ones."""
    plan = plan_of_name(LOGIN, None, None, "eastus", regional=False, expect=None)
    answers = read_any(f"x {LOGIN} {address}\nx {DATA} {address}\n".encode(), "ticket.txt").answers
    found = report_of(LOGIN, [judge_place(plan, None, known(plan, {"": list(answers)}))])
    assert found.diagnosed.diagnoses == ()
    assert {each.code for each in found.judgement.findings} == {"ACR302"}
    text = " ".join(render(found, Style()).split())
    assert "a hosts file, an ad blocker, a filter or a proxy gives such addresses" in text
    assert "fix: exempt azurecr.io from hosts files, ad blockers, filters and proxies on the way" in text
    assert "all its addresses are public" not in text
    assert "private address of its own" not in text


@pytest.mark.parametrize(
    ("login", "data", "message", "fix"),
    [
        ("10.0.0.7 10.0.0.8", "10.0.0.8", "has 2 addresses, and 10.0.0.8 is not its own", "-a 10.0.0.8"),
        ("10.0.0.8", "10.0.0.8 10.0.0.7", "has 2 addresses, and 10.0.0.8 is not its own", "-a 10.0.0.8"),
        ("10.0.0.7 20.45.122.144", "10.0.0.8", "addresses, and 20.45.122.144 is not its own", "-a 20.45.122.144"),
        ("10.0.0.7 10.0.0.9", "10.0.0.8", "has 2 addresses, 10.0.0.7, 10.0.0.9, of which one may be", "-a WRONG_IP"),
        ("10.0.0.7 10.0.0.8", "10.0.0.8 10.0.0.7", "addresses, 10.0.0.7, 10.0.0.8, of which one may be", "-a WRONG_IP"),
    ],
)
def test_without_a_file_the_right_one_of_two_addresses_stays(login: str, data: str, message: str, fix: str) -> None:
    """The answers show which is wrong only where the other endpoint has it, or it is public."""
    plan = plan_of_name(LOGIN, None, None, "eastus", regional=False, expect=None)
    answers = read_any(f"x {LOGIN} {login}\nx {DATA} {data}\n".encode(), "ticket.txt").answers
    first = report_of(LOGIN, [judge_place(plan, None, known(plan, {"": list(answers)}))]).diagnosed.diagnoses[0]
    assert message in first.faults[0].message
    for fault in first.faults:
        ((command,),) = (each.az for each in fault.fixes)
        assert "remove-record" in command
        assert command.endswith(fix)


AGENTS = "agents for access (Zscaler ZPA, Cloudflare WARP, Tailscale app connectors: 100.64.0.0/10) and proxies"


@pytest.mark.parametrize(
    ("space", "owned", "login", "noted"),
    [
        ("10.0.0.0/16", "10.0.0.7", "100.64.1.7", True),
        ("10.0.0.0/16", "10.0.0.7", "198.18.0.7", True),
        ("10.0.0.0/16", "10.0.0.7", "100.128.0.7", False),
        ("10.0.0.0/16", "10.0.0.7", "10.0.0.9", False),
        ("100.64.0.0/16", "100.64.0.7", "100.64.0.7", False),
        ("100.64.0.0/16", "100.64.0.7", "100.64.0.9", False),
        ("100.64.0.0/16", "100.64.0.7", "100.65.0.9", True),
    ],
)
def test_addresses_that_agents_give_are_noted_unless_a_network_has_them(
    space: str, owned: str, login: str, *, noted: bool
) -> None:
    """A note in words; no simulation shows an agent, so that none is a cause."""
    hub = f"hub: {{address_space: [{space}], clients: {{laptop: {{}}}}}}"
    endpoint = f"pe: {{registry: contoso, network: hub, addresses: {{registry: {owned}}}, dns_zone_group: [z]}}"
    zone = "z: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}"
    topology = loads(estate(hub, endpoints=(endpoint,), zones=(zone,)), "estate.yaml")
    found = told(topology, f"hub {LOGIN} {owned}\nhub/laptop {LOGIN} {login}\n")
    notes = [note for note in found.notes if AGENTS in note]
    assert [note.startswith(f"hub/laptop: {login}: ") for note in notes] == [True] * noted


def test_without_a_file_addresses_that_agents_give_pass_with_a_note() -> None:
    """A private endpoint has such an address where its virtual network has this space."""
    plan = plan_of_name(LOGIN, None, None, "eastus", regional=False, expect=None)
    answers = read_any(f"x {LOGIN} 100.64.1.7\nx {DATA} 100.64.1.8\n".encode(), "ticket.txt").answers
    found = report_of(LOGIN, [judge_place(plan, None, known(plan, {"": list(answers)}))])
    assert found.judgement.clean
    assert [note.partition(": ")[0] for note in found.notes if AGENTS in note] == ["100.64.1.7, 100.64.1.8"]


def test_a_set_has_a_fault_at_a_subject_once() -> None:
    """Two zones that are linked to one network are one fault there, with both in its words and fixes."""
    topology = loads(
        estate(HUB, registries=("contoso: {location: eastus}", "fabrikam: {location: westus}"), zones=(HUB_LINKED,)),
        "e.yaml",
    )
    found = told(topology, f"hub {LOGIN} 10.0.0.7\nhub {DATA} NXDOMAIN\nhub fabrikam.azurecr.io NXDOMAIN\n")
    for each in found.diagnosed.diagnoses:
        assert len({(fault.fault, fault.subject) for fault in each.faults}) == len(each.faults)
    (fault,) = next(e.faults for e in found.diagnosed.diagnoses if e.faults[0].fault == "zone-of-public-name")
    for words in (
        "private zone azurecr.io is linked to hub, with our records",
        "zone eastus.data.azurecr.io is linked",
    ):
        assert words in fault.message
    assert len(fault.fixes) == len({*fault.fixes}) == 2


def test_old_answers_of_a_client_with_a_resolver_of_its_own_are_there() -> None:
    """A cache of its network, where other machines get the right answers, is the last that is named."""
    hub = "hub: {address_space: [10.0.0.0/16], clients: {nodes: {dns_servers: [169.254.10.10]}}}"
    own = "node-cache: {address: 169.254.10.10, network: hub, client: nodes, forwarders: [168.63.129.16]}"
    topology = loads(estate(hub, zones=(HUB_LINKED,), servers=(own,)), "estate.yaml")
    right, old = ("10.0.0.7", "10.0.0.8"), ("10.0.0.17", "10.0.0.18")
    lines = (f"{at} {LOGIN} {a}\n{at} {DATA} {b}\n" for at, (a, b) in {"hub": right, "hub/nodes": old}.items())
    stale = [each for each in subjects(told(topology, "".join(lines))) if each.startswith("stale-cache")]
    assert stale == ["stale-cache hub/nodes", "stale-cache node-cache", "stale-cache hub"]


def test_wrong_answers_may_be_those_of_a_standby() -> None:
    """Private DNS for enterprise AI workloads (techcommunity): names were right in one moment, and wrong in the next."""
    hub = "hub: {address_space: [10.0.0.0/16], transit: true}"
    spoke = "spoke: {address_space: [10.1.0.0/16], peerings: [hub], dns_servers: [10.0.2.4, 10.0.2.5]}"
    servers = ("10.0.2.4: {network: hub, forwarders: [168.63.129.16]}", "10.0.2.5: {network: hub}")
    topology = loads(estate(hub, spoke, zones=(HUB_LINKED,), servers=servers), "e.yaml")
    (note,) = (note for note in told(topology, seen(spoke="public")).notes if note.startswith("perhaps a first server"))
    assert (
        "10.0.2.5 gives 198.51.100.3; whenever one is silent, the next one answers; fix: on 10.0.2.5: forward" in note
    )
    assert not any("perhaps" in note for note in told(topology, seen(spoke="private")).notes)
