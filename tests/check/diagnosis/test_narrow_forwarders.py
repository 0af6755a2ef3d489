"""A server that forwards some names of registries in place of all: a mistake that leaves some names private."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from acrdns.check.diagnosis.answer import answers_of
from acrdns.check.diagnosis.diagnose import diagnose
from acrdns.probe.answer import observation
from acrdns.probe.plain import read
from acrdns.topology.amend import amend
from acrdns.topology.text.edit import Drop, Put
from tests.check.diagnosis.observing import observed
from tests.check.situations import loaded

if TYPE_CHECKING:
    from acrdns.check.diagnosis.diagnosed import Diagnosed
    from acrdns.topology.model import Topology

ESTATE = """\
version: 1
registries:
  contoso: {location: eastus, replications: [westus]}
  fabrikam: {location: eastus, replications: [westus]}
networks:
  hub: {address_space: [10.0.0.0/16]}
  site: {kind: on_premises, address_space: [172.16.0.0/16], peerings: [hub], dns_servers: [172.16.0.10]}
  plant: {kind: on_premises, address_space: [172.17.0.0/16], peerings: [hub, site], dns_servers: [172.16.0.10]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8, registry_data_westus: 10.0.0.9}
    dns_zone_group: [privatelink.azurecr.io]
  fabrikam-pe:
    registry: fabrikam
    network: hub
    addresses: {registry: 10.0.0.17, registry_data_eastus: 10.0.0.18, registry_data_westus: 10.0.0.19}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
private_resolvers:
  hub-resolver: {network: hub, inbound_endpoints: [10.0.1.4]}
dns_servers:
  172.16.0.10: {network: site, recursion: RECURSION, conditional_forwarders: {SUFFIX: [10.0.1.4]}}
"""
FORWARDERS = ("dns_servers", "172.16.0.10", "conditional_forwarders")
LOGIN, EAST, WEST = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "contoso.westus.data.azurecr.io"
PUBLIC = "20.1.2.3"
NARROW = ("bypassed-azure-dns", "172.16.0.10")


def _suffix(recursion: str) -> str:
    """Return the suffix that a server has to forward; one that follows aliases itself asks for those."""
    return "azurecr.io" if recursion == "forward" else "privatelink.azurecr.io"


def _estate(recursion: str) -> str:
    return ESTATE.replace("RECURSION", recursion).replace("SUFFIX", _suffix(recursion))


def _alone(recursion: str = "forward") -> Topology:
    """Return the estate with one registry."""
    parts = _estate(recursion).split("  fabrikam")
    return loaded(parts[0] + parts[1].partition("\n")[2] + parts[2][parts[2].index("private_dns_zones") :], "")


def _both(recursion: str = "forward") -> Topology:
    return loaded(_estate(recursion), "")


def _narrowed(topology: Topology, *domains: str) -> Topology:
    """Return a topology whose server forwards some domains alone."""
    suffix = _suffix(topology.dns_servers["172.16.0.10"].recursion)
    return amend(topology, [Drop((*FORWARDERS, suffix)), *(Put((*FORWARDERS, d), ["10.0.1.4"]) for d in domains)])


def _diagnosed(meant: Topology, real: Topology, *names: str, chains: bool) -> Diagnosed:
    """Return the diagnosis of the answers of a real topology about some names, or all, in the hub and at the site."""
    seen = [a for a in observed(real, ("hub", "site")) if not names or a.asked.fqdn in names]
    seen = seen if chains else [replace(answer, chain=(), shown=()) for answer in seen]
    right = {a.asked: a.addresses for a in observed(meant, ("hub", "site"))}
    return diagnose(meant, seen, {a.asked[:2] for a in seen if a.addresses != right[a.asked]})


class Form(NamedTuple):
    """What the server forwards in fact, and the names that somebody asked for; all where there are none."""

    forwarded: tuple[str, ...]
    asked: tuple[str, ...] = ()
    two: bool = False
    told: tuple[str, ...] = ()
    """The domains that the message has; those forwarded where there are none."""


FORMS = {
    "the login server in place of all": Form((LOGIN,)),
    "the login server, and one data endpoint was asked": Form((LOGIN,), (LOGIN, EAST)),
    "one region, and nobody asked about another": Form((EAST,), (LOGIN, EAST)),
    "a region, and one registry is there": Form(("eastus.data.azurecr.io",), told=(EAST,)),
    "data endpoints without the login server": Form((EAST, WEST)),
    "name by name, and a replica was added later": Form((LOGIN, EAST)),
    "one registry of two": Form((LOGIN, EAST, WEST), two=True),
    "the data endpoints of one region, of two registries": Form(("eastus.data.azurecr.io",), two=True),
    "the login servers of two registries": Form((LOGIN, "fabrikam.azurecr.io"), two=True),
}


def _is_slow(name: str, recursion: str, *, chains: bool) -> bool:
    """Return whether a form takes long: two registries, and all but one where the server follows aliases itself."""
    if recursion == "iterate" and name != "the login server in place of all":
        return True
    return FORMS[name].two or chains != (recursion == "iterate")


@pytest.mark.parametrize(
    ("name", "recursion", "chains"),
    [
        pytest.param(
            name,
            recursion,
            chains,
            id=f"{name}-{recursion}-{'with' if chains else 'without'} aliases",
            marks=[pytest.mark.slow] if _is_slow(name, recursion, chains=chains) else [],
        )
        for name in FORMS
        for recursion in ("forward", "iterate")
        for chains in (True, False)
    ],
)
def test_fewer_names_are_forwarded_than_are_meant(name: str, recursion: str, *, chains: bool) -> None:
    """A server that follows aliases itself has to forward them: there the narrower domains are those of aliases."""
    form = FORMS[name]
    iterates = recursion == "iterate"
    forwarded, told = (
        [each.replace("azurecr", "privatelink.azurecr") if iterates else each for each in domains]
        for domains in (form.forwarded, form.told or form.forwarded)
    )
    meant = (_both if form.two else _alone)(recursion)
    found = _diagnosed(meant, _narrowed(meant, *forwarded), *form.asked, chains=chains)
    (first,) = found.diagnoses[0].faults
    assert (first.fault, first.subject) == NARROW
    suffix = _suffix(recursion)
    listed = first.message.removeprefix("172.16.0.10 forwards ").partition(f" in place of {suffix}, so that")[0]
    assert sorted(listed.split(", ")) == sorted(told)
    assert [fix.text for fix in first.fixes] == [f"on 172.16.0.10: forward {suffix}, not {listed}, to 10.0.1.4"]
    assert found.unexplained == ()


def test_a_server_that_follows_aliases_itself_forwards_no_public_names() -> None:
    """Where azurecr.io is forwarded, nobody enters single aliases: with the names one by one, all would be public."""
    meant = amend(
        _alone("iterate"), [Drop((*FORWARDERS, _suffix("iterate"))), Put((*FORWARDERS, "azurecr.io"), ["10.0.1.4"])]
    )
    first = _first(meant, HUB + f"site {LOGIN} 10.0.0.7\nsite {EAST} {PUBLIC}\nsite {WEST} 10.0.0.9")
    assert first
    assert not any(fault == "bypassed-azure-dns" for fault, _, _ in first)


def _first(meant: Topology, seen: str) -> set[tuple[str, str, str]]:
    """Return the faults that stand first for answers in lines; what is not private as meant is wrong."""
    every = [(a.vantage or "", one) for a in read(seen, "list").answers if (one := observation(a.fqdn, [a]))]
    answers = [part for vantage, one in every for part in answers_of(one, vantage, vantage)]
    found = diagnose(meant, answers, {answer.asked[:2] for answer in answers if PUBLIC in answer.addresses})
    return {(fault.fault, fault.subject, fault.message) for fault in found.diagnoses[0].faults}


HUB = f"hub {LOGIN} 10.0.0.7\nhub {EAST} 10.0.0.8\nhub {WEST} 10.0.0.9\n"
OTHERS = f"site {EAST} 10.0.0.8\nsite {WEST} 10.0.0.9\n" + "".join(
    f"site fabrikam{part}.azurecr.io 10.0.0.1{last}\n"
    for part, last in (("", 7), (".eastus.data", 8), (".westus.data", 9))
)
TWINS = {
    "all names are public": HUB + f"site {LOGIN} {PUBLIC}\nsite {EAST} {PUBLIC}\nsite {WEST} {PUBLIC}",
    "one name of many is public": HUB + OTHERS + f"site {LOGIN} {PUBLIC}",
    "another network that asks the same server has it private": HUB
    + f"site {LOGIN} {PUBLIC}\nsite {EAST} 10.0.0.8\nplant {LOGIN} 10.0.0.7",
    "the public name does not pass the server": f"hub {LOGIN} {PUBLIC}\nsite {EAST} 10.0.0.8",
    "some names of two registries": HUB
    + f"site {LOGIN} {PUBLIC}\nsite {EAST} 10.0.0.8\nsite fabrikam.azurecr.io 10.0.0.17\nsite fabrikam.eastus.data.azurecr.io {PUBLIC}",
    "one region's data endpoint of one registry": HUB
    + f"site {LOGIN} 10.0.0.7\nsite {EAST} {PUBLIC}\nsite {WEST} 10.0.0.9\nsite fabrikam.azurecr.io 10.0.0.17",
    "nobody asked elsewhere, and one record may be gone": f"site {LOGIN} 10.0.0.7\nsite {EAST} {PUBLIC}",
}


@pytest.mark.parametrize("name", TWINS)
def test_a_narrower_forwarder_is_no_cause_of_its_near_twins(name: str) -> None:
    """Where all names are public, one of many is, or the same server has both, another cause stands first."""
    first = _first(_both(), TWINS[name])
    assert first
    assert not any(" in place of azurecr.io, so that" in message for _, _, message in first)


@pytest.mark.parametrize("to", ["10.0.1.4", "8.8.8.8"])
def test_forwarders_for_all_names_that_lead_into_azure_leave_no_name_public(to: str) -> None:
    """A narrower forwarder is harmless beside them, and beside a public resolver it is not."""
    meant = amend(_alone(), [Put(("dns_servers", "172.16.0.10", "forwarders"), [to])])
    seen = HUB + f"site {LOGIN} 10.0.0.7\nsite {EAST} {PUBLIC}\nsite {WEST} {PUBLIC}"
    assert any(" in place of azurecr.io, so that" in message for _, _, message in _first(meant, seen)) == (
        to == "8.8.8.8"
    )


def test_the_login_servers_of_many_registries_are_forwarded_one_by_one() -> None:
    """The same mistake for each of them, at two sites: many names, and all that was forgotten is public."""
    labels = ("contoso", "fabrikam", "tailspin", "wingtip", "litware", "proseware")
    server = "{network: NET, conditional_forwarders: {azurecr.io: [10.0.1.4]}}"
    text = ESTATE.split("registries:", maxsplit=1)[0] + "registries:\n"
    text += "".join(f"  {label}: {{location: eastus}}\n" for label in labels)
    text += "networks:\n  hub: {address_space: [10.0.0.0/16]}\n"
    for key, at in (("site", 16), ("plant", 17)):
        text += f"  {key}: {{kind: on_premises, address_space: [172.{at}.0.0/16], peerings: [hub], dns_servers: [172.{at}.0.10]}}\n"
    text += "private_endpoints:\n"
    for number, label in enumerate(labels):
        addresses = f"{{registry: 10.0.{number}.7, registry_data_eastus: 10.0.{number}.8}}"
        group = "dns_zone_group: [privatelink.azurecr.io]"
        text += f"  {label}-pe: {{registry: {label}, network: hub, addresses: {addresses}, {group}}}\n"
    text += "private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}\n"
    text += "private_resolvers: {hub-resolver: {network: hub, inbound_endpoints: [10.0.1.4]}}\ndns_servers:\n"
    text += "".join(f"  172.{at}.0.10: {server.replace('NET', key)}\n" for key, at in (("site", 16), ("plant", 17)))
    seen = "".join(
        f"{place} {label}.azurecr.io 10.0.{number}.7\n{place} {label}.eastus.data.azurecr.io {PUBLIC}\n"
        for place in ("site", "plant")
        for number, label in enumerate(labels)
    )
    first = _first(loaded(text, ""), seen)
    assert {(fault, subject) for fault, subject, _ in first} == {NARROW, ("bypassed-azure-dns", "172.17.0.10")}
    assert all(f"{labels[-1]}.azurecr.io in place of azurecr.io, so that" in message for _, _, message in first)
