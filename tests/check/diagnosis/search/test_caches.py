"""Stale caches: a cache is named where each wrong answer may have passed it, also behind lists of servers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.check.diagnosis.diagnosed import CACHE
from acrdns.check.diagnosis.witness import with_witnesses
from acrdns.probe.answer import ObservedAnswer, ReadFile, observation
from acrdns.probe.observation import Outcome
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.topology.model import Topology

ZONE = "privatelink.azurecr.io"
LOGIN, EAST = (f"contoso{part}.azurecr.io" for part in ("", ".eastus.data"))
AZURE = "conditional_forwarders: {azurecr.io: [168.63.129.16]}"
ESTATE = f"""\
version: 1
registries:
  contoso: {{location: eastus}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [spoke, plant]}}
  spoke:
    address_space: [10.1.0.0/16]
    peerings: [hub]
    dns_servers: [SPOKE]
  plant: {{kind: on_premises, address_space: [192.168.0.0/16], peerings: [hub], dns_servers: [PLANT]}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
private_dns_zones:
  {ZONE}:
    virtual_network_links: {{hub: {{}}}}
    records:
      contoso: {{A: [10.0.0.7]}}
      contoso.eastus.data: {{A: [10.0.0.8]}}
dns_servers:
  10.0.0.53: {{network: hub, {AZURE}}}
  10.0.0.54: {{network: hub, {AZURE}}}
  10.0.0.55: {{network: hub, {AZURE}}}
  10.0.0.56: {{network: hub, conditional_forwarders: {{azurecr.io: [10.0.0.99]}}}}
  192.168.0.53: {{network: plant, conditional_forwarders: {{azurecr.io: [FORWARDERS]}}}}
"""
CLIENTS = "\n    clients: {pods: {dns_servers: [PODS]}}"
RULESET = """\
private_resolvers:
  resolver: {network: hub, inbound_endpoints: [10.0.1.4], outbound_endpoints: [out]}
dns_forwarding_rulesets:
  corp:
    outbound_endpoint: out
    virtual_network_links: [RULED]
    rules: {azurecr.io: {target_dns_servers: [TARGETS]}}
"""
OTHERWISE = {
    "SPOKE": "10.0.0.53",
    "PODS": "10.0.0.53",
    "PLANT": "192.168.0.53",
    "FORWARDERS": "10.0.0.53",
    "RULED": "",
    "TARGETS": "10.0.0.53",
}
FURTHER = ("10.0.0.55", "10.0.0.56")
OLD = {LOGIN: "10.0.0.77", EAST: "10.0.0.78"}
RIGHT = {LOGIN: "10.0.0.7", EAST: "10.0.0.8"}


class Story(NamedTuple):
    """Lists of servers, where old answers were observed, and the places whose cache may have had them."""

    lists: dict[str, str]
    old: dict[str, tuple[str, ...]]
    """The names that have old answers, by vantage point and, after an `@`, the server that is known to have answered."""
    places: set[str]
    selection: str = ""
    right: tuple[str, ...] = ()
    """Other vantage points, where all answers are right."""


ALL = (LOGIN, EAST)
BOTH = "10.0.0.53, 10.0.0.54"
STORIES = {
    "one server": Story({"PLANT": "10.0.0.53"}, {"plant": ALL}, {"plant", "10.0.0.53"}),
    "the first in order": Story({"PLANT": BOTH}, {"plant": ALL}, {"plant", "10.0.0.53"}),
    "a silent first": Story({"PLANT": f"10.0.0.99, {BOTH}"}, {"plant": ALL}, {"plant", "10.0.0.53"}),
    "a first that fails, which ends the list": Story(
        {"PLANT": f"10.0.0.56, {BOTH}"}, {"plant": ALL}, {"plant", "10.0.0.56"}
    ),
    "any at random": Story({"PLANT": BOTH}, {"plant": ALL}, {"plant", "10.0.0.53", "10.0.0.54"}, "PLANT random"),
    "the fastest": Story({"PLANT": BOTH}, {"plant": ALL}, {"plant", "10.0.0.53", "10.0.0.54"}, "PLANT fastest"),
    "any, one of them silent": Story(
        {"PLANT": "10.0.0.99, 10.0.0.54"}, {"plant": ALL}, {"plant", "10.0.0.54"}, "PLANT random"
    ),
    "old and right answers of any": Story(
        {"PLANT": BOTH}, {"plant": (EAST,)}, {"plant", "10.0.0.53", "10.0.0.54"}, "PLANT random"
    ),
    "one that is known to have answered": Story(
        {"PLANT": BOTH}, {"plant@10.0.0.54": ALL}, {"plant", "10.0.0.54"}, "PLANT random"
    ),
    "two that are known to have answered": Story(
        {"PLANT": BOTH}, {"plant@10.0.0.54": (LOGIN,), "plant@10.0.0.53": (EAST,)}, {"plant"}, "PLANT random"
    ),
    "a client's list in order": Story({"PODS": BOTH}, {"spoke/pods": ALL}, {"spoke", "spoke/pods", "10.0.0.53"}),
    "a client's list": Story(
        {"PODS": BOTH}, {"spoke/pods": ALL}, {"spoke", "spoke/pods", "10.0.0.53", "10.0.0.54"}, "PODS fastest"
    ),
    "forwarders in order": Story(
        {"FORWARDERS": BOTH}, {"plant": ALL}, {"plant", "192.168.0.53", "10.0.0.53"}
    ),
    "any forwarder": Story(
        {"FORWARDERS": BOTH},
        {"plant": ALL},
        {"plant", "192.168.0.53", "10.0.0.53", "10.0.0.54"},
        "FORWARDERS random",
    ),
    "any server, and any forwarder of one": Story(
        {"PLANT": "192.168.0.53, 10.0.0.55", "FORWARDERS": BOTH},
        {"plant": ALL},
        {"plant", "192.168.0.53", "10.0.0.53", "10.0.0.54", "10.0.0.55"},
        "PLANT random, FORWARDERS random",
    ),
    "the one that forwards to any is known to have answered": Story(
        {"PLANT": "192.168.0.53, 10.0.0.55", "FORWARDERS": BOTH},
        {"plant@192.168.0.53": ALL},
        {"plant", "192.168.0.53", "10.0.0.53", "10.0.0.54"},
        "PLANT random, FORWARDERS random",
    ),
    "targets of a rule": Story(
        {"SPOKE": "", "RULED": "spoke", "TARGETS": BOTH}, {"spoke": ALL}, {"spoke", "10.0.0.53"}
    ),
    "targets of a rule, the first silent": Story(
        {"SPOKE": "", "RULED": "spoke", "TARGETS": f"10.0.0.99, {BOTH}"}, {"spoke": ALL}, {"spoke", "10.0.0.53"}
    ),
    "a server of both": Story(
        {"PLANT": BOTH}, {"plant": ALL, "spoke": ALL}, {"10.0.0.53"}, "PLANT random"
    ),
    "two lists with one server in common": Story(
        {"PLANT": BOTH, "SPOKE": "10.0.0.54, 10.0.0.55"},
        {"plant": (LOGIN,), "spoke": (EAST,)},
        {"10.0.0.54"},
        "PLANT random, SPOKE fastest",
    ),
    "two lists with nothing in common": Story(
        {"PLANT": BOTH, "SPOKE": "10.0.0.55"}, {"plant": ALL, "spoke": ALL}, set(), "PLANT random"
    ),
    "a server asked by hand": Story(
        {"PLANT": "10.0.0.53"}, {"plant@10.0.0.54": ALL}, {"10.0.0.54"}
    ),
    "a server asked by hand that forwards to any": Story(
        {"PLANT": "10.0.0.55", "FORWARDERS": BOTH},
        {"plant@192.168.0.53": ALL},
        {"192.168.0.53", "10.0.0.53", "10.0.0.54"},
        "FORWARDERS random",
    ),
}  # fmt: skip
FURTHER_STORIES = {
    "two that are known to have answered",
    "a client's list",
    "forwarders in order",
    "any server, and any forwarder of one",
    "two lists with one server in common",
    "one server",
    "the fastest",
    "any, one of them silent",
    "old and right answers of any",
    "the one that forwards to any is known to have answered",
    "targets of a rule, the first silent",
    "two lists with nothing in common",
    "a server asked by hand that forwards to any",
}
"""What each has in it is in another story, too, on its own."""


def _topology(story: Story) -> Topology:
    """Return the estate with its lists; clients, rules and further servers are there where the story has them."""
    text = ESTATE + (RULESET if "RULED" in story.lists else "")
    if "PODS" in story.lists:
        text = text.replace("[SPOKE]", f"[SPOKE]{CLIENTS}")
    for place, servers in {**OTHERWISE, **story.lists}.items():
        chosen = next((each.split()[1] for each in story.selection.split(", ") if each.startswith(place)), "order")
        between, after = ("}, ", "}") if place == "FORWARDERS" else ("\n    " if place == "SPOKE" else ", ", "")
        selects = f"{between}selection: {chosen}" if chosen != "order" else after
        text = text.replace(f"[{place}]{after}", f"[{servers}]{selects}")
    further = [line for line in text.splitlines() if line[2:11] in FURTHER and text.count(line[2:11]) == 1]
    return loads("\n".join(line for line in text.splitlines() if line not in further), "caches.yaml")


def _answer(vantage: str, fqdn: str, address: str, server: str = "") -> ObservedAnswer:
    return ObservedAnswer(fqdn, "A", Outcome.ANSWER, (address,), (fqdn,), vantage=vantage, server=server or None)


def _seen(story: Story) -> Iterator[ObservedAnswer]:
    """Return the old answers, and right ones: of the other names there, and in the network of the servers."""
    old = {tuple(each.partition("@")[::2]): names for each, names in story.old.items()}
    for (vantage, server), names in old.items():
        yield from (_answer(vantage, fqdn, OLD[fqdn], server) for fqdn in names)
    for vantage, _, server in (each.partition("@") for each in story.right):
        yield from (_answer(vantage, fqdn, address, server) for fqdn, address in RIGHT.items())
    for vantage in ("hub", *dict.fromkeys(vantage for vantage, _ in old)):
        stale = {fqdn for (asker, _), names in old.items() if asker == vantage for fqdn in names}
        yield from (_answer(vantage, fqdn, address) for fqdn, address in RIGHT.items() if fqdn not in stale)


def _diagnosed(topology: Topology, seen: Iterable[ObservedAnswer]) -> Diagnosed:
    topology, given = with_witnesses(topology, ReadFile(tuple(seen)), None)
    cases = [(answer.vantage, observation(answer.fqdn, [answer])) for answer in given.answers]
    answers = [each for vantage, case in cases if case and vantage for each in answers_of(case, vantage)]
    return diagnose(topology, answers, {answer.asked[:2] for answer in answers})


def _places(topology: Topology, seen: Iterable[ObservedAnswer]) -> set[str]:
    """Return the places whose stale cache explains what was observed, by itself."""
    sets = [each.faults for each in _diagnosed(topology, seen).diagnoses if each.rank == 1]
    return {faults[0].subject for faults in sets if len(faults) == 1 and faults[0].fault == CACHE}


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(story, id=name, marks=[pytest.mark.slow] if name in FURTHER_STORIES else [])
        for name, story in STORIES.items()
    ],
)
def test_a_cache_is_named_where_each_old_answer_may_have_passed(story: Story) -> None:
    """And no other one: the network and the client always, a server where it may have been asked."""
    assert _places(_topology(story), _seen(story)) == story.places


@pytest.mark.parametrize(
    "said", ["SERVFAIL", *(pytest.param(said, marks=pytest.mark.slow) for said in ("TIMEOUT", "REFUSED"))]
)
def test_no_cache_keeps_that_a_server_failed(said: str) -> None:
    """But for seconds."""
    story = Story({}, {"plant": (LOGIN,)}, set())
    failed = replace(_answer("plant", LOGIN, ""), outcome=Outcome[said], addresses=())
    seen = [failed if (a.vantage, a.fqdn) == ("plant", LOGIN) else a for a in _seen(story)]
    assert _places(_topology(story), seen) == set()


def test_the_proof_predicts_fresh_answers_of_names_that_the_cache_does_not_have() -> None:
    """Beside another fault, which gives these: no zone is linked to the hub, and all is public but what the plant has."""
    old = {("plant", EAST): "NXDOMAIN"}
    due = {(vantage, fqdn): old.get((vantage, fqdn), "public") for vantage in ("hub", "plant") for fqdn in ALL}
    public = {asked: _answer(*asked, "20.45.122.144") for asked in due}
    denied = {asked: replace(public[asked], outcome=Outcome.NXDOMAIN, addresses=()) for asked in old}
    diagnosed = _diagnosed(_topology(Story({}, {}, set())), {**public, **denied}.values())
    caches = [each for each in diagnosed.diagnoses if any(fault.fault == CACHE for fault in each.faults)]
    assert caches
    for each in caches:
        assert {p.answer.asked[:2]: p.predicted for p in each.proof} == due


def test_a_cache_keeps_the_aaaa_answer_of_a_name_whose_a_answer_it_has() -> None:
    """From before a zone of the public name was unlinked; since then all records were deleted."""

    def aliased(vantage: str, fqdn: str) -> ObservedAnswer:
        chain = (fqdn, fqdn.replace("azurecr", "privatelink.azurecr"))
        return replace(_answer(vantage, fqdn, ""), outcome=Outcome.NXDOMAIN, addresses=(), chain=chain)

    seen = [[aliased(*each)] for each in (("hub", LOGIN), ("hub", EAST), ("spoke", LOGIN))]
    old = _answer("spoke", EAST, "10.0.0.8")
    seen.append([old, replace(old, type="AAAA", outcome=Outcome.NODATA, addresses=())])
    cases = [(every[0].vantage or "", observation(every[0].fqdn, every)) for every in seen]
    answers = [each for vantage, case in cases if case for each in answers_of(case, vantage)]
    found = diagnose(_topology(Story({}, {}, set())), answers, {answer.asked[:2] for answer in answers}).diagnoses
    assert {("shared-record-deleted", ZONE), (CACHE, "spoke")} in [
        {(f.fault, f.subject) for f in e.faults} for e in found
    ]


def test_a_server_has_no_old_answers_of_a_change_that_is_not_behind_it() -> None:
    """It holds the zone itself; machines of the plant asked past it before."""
    records = "{contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}}"
    own = f"192.168.0.53: {{network: plant, recursion: iterate, zones: {{{ZONE}: {records}}}}}"
    text = "\n".join(f"  {own}" if line.startswith("  192.168.0.53:") else line for line in ESTATE.splitlines())
    for place, servers in OTHERWISE.items():
        text = text.replace(f"[{place}]", f"[{servers}]")
    seen = [_answer("plant", LOGIN, "20.45.122.144"), _answer("plant", EAST, "10.0.0.8")]
    diagnosed = _diagnosed(loads(text, "own.yaml"), seen).diagnoses
    old = {fault.subject: fault.message for each in diagnosed for fault in each.faults if fault.fault == CACHE}
    assert old["plant"].endswith("as if a public resolver is asked by plant")
    assert old["192.168.0.53"].endswith("as if private endpoint contoso-pe is not approved")


@pytest.mark.parametrize("aliased", [False, True])
@pytest.mark.parametrize(
    ("recursion", "forwarded"),
    [("forward", "azurecr.io"), ("iterate", ZONE), ("unbound", ZONE), ("iterate", "azurecr.io")],
)
def test_what_a_server_keeps_is_an_answer_to_what_it_is_asked(recursion: str, forwarded: str, *, aliased: bool) -> None:
    """One that is asked for the alias alone keeps no answer without it: who asks puts the public alias before it."""
    group, records = f"\n    dns_zone_group: [{ZONE}]\nprivate_dns_zones:", ESTATE.index("    records:")
    estate = ESTATE[:records] + ESTATE[ESTATE.index("dns_servers:\n") :]
    estate = estate.replace("\nprivate_dns_zones:", group)
    own = f"192.168.0.53: {{network: plant, recursion: {recursion}, conditional_forwarders: {{{forwarded}: [10.0.0.53]}}}}"
    text = "\n".join(f"  {own}" if line.startswith("  192.168.0.53:") else line for line in estate.splitlines())
    for place, servers in OTHERWISE.items():
        text = text.replace(f"[{place}]", f"[{servers}]")
    chains = {fqdn: (fqdn, fqdn.replace("azurecr", "privatelink.azurecr")) for fqdn in ALL}
    seen = [replace(_answer("plant", LOGIN, RIGHT[LOGIN]), chain=chains[LOGIN])]
    seen += [replace(_answer("hub", fqdn, address), chain=chains[fqdn]) for fqdn, address in RIGHT.items()]
    seen.append(replace(seen[0], type="AAAA", outcome=Outcome.NODATA, addresses=()))
    denied = replace(_answer("plant", EAST, ""), outcome=Outcome.NXDOMAIN, addresses=())
    seen.append(replace(denied, chain=chains[EAST]) if aliased else denied)
    behind = {"10.0.0.53"} if aliased or forwarded != ZONE else set()
    assert _places(loads(text, "alias.yaml"), seen) == {"plant", "192.168.0.53"} | behind


def test_a_server_that_keeps_an_alias_keeps_what_is_behind_it() -> None:
    """One that follows aliases itself gets nothing else from it: where that one has right answers, another server is old."""
    text = ESTATE.replace("{network: plant, ", "{network: plant, recursion: iterate, ")
    for place, servers in {**OTHERWISE, "SPOKE": BOTH, "FORWARDERS": BOTH}.items():
        text = text.replace(f"[{place}]", f"[{servers}]" + ("\n    selection: fastest" if place == "SPOKE" else ""))
    chains = {fqdn: (fqdn, fqdn.replace("azurecr", "privatelink.azurecr")) for fqdn in ALL}
    seen = [
        replace(_answer(vantage, fqdn, address), chain=chains[fqdn])
        for fqdn in ALL
        for vantage, address in (("hub", RIGHT[fqdn]), ("plant", RIGHT[fqdn]), ("spoke", "20.45.122.144"))
    ]
    assert _places(loads(text, "behind.yaml"), seen) == {"spoke", "10.0.0.54"}
