"""ACR315: a hosts file pins a name to a wrong address, or programs get another address than the DNS server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding, Scope
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.pin_name import PinName
from acrdns.check.fixes.unpin_name import UnpinName
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import agrees, finding, listed, some
from acrdns.names import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.topology.model import Topology


_CAUSE = (
    "the cause is on the machine: its hosts file, another source in nsswitch.conf, a search domain or a local cache"
)


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.cases:
        machine = facts.machine.get(case.fqdn)
        seen = case.observation
        answered = (*seen.addresses, *seen.ipv6_addresses)
        if machine is None or set(machine) == set(answered):
            continue
        own = facts.own_servers
        message = (
            f"programs on this machine get {listed(machine) if machine else 'no address'} for {case.fqdn}, while "
            f"{'the' if own else 'its'} DNS server {'asked ' * bool(own)}answers "
            f"{listed(answered) if answered else seen.outcome.value}; {_CAUSE}"
        )
        fixes = (_fix(case.fqdn),)
        if own:
            message += f"; or it is the server: programs here ask {own}"
            fixes = (Advice(f"leave --server out, which asks {own}, and compare with that"),)
        yield finding(facts, case, RULE.code, message, fixes, ())


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    topology, pins = facts.topology, dict[tuple[str, str], list[str]]()
    hosts = {vantage: topology.vantage(vantage).hosts for vantage in topology.vantages[1:]}
    for vantage, fqdn in sorted(facts.wrong) if any(hosts.values()) else ():
        if name(fqdn) in hosts.get(vantage, ()):
            pins.setdefault((_place(topology, vantage), fqdn), []).append(vantage)
    for (place, fqdn), vantages in pins.items():
        pinned = listed(hosts[vantages[0]][name(fqdn)])
        clients = [each for each in topology.vantages if each in vantages and each != place]
        message = (
            f"the hosts file of {place} pins {fqdn} to {pinned}{_meant(facts, vantages[0], fqdn)}; a hosts file wins "
            f"over DNS, so that nothing done in Azure changes the answer{'; the same holds from ' if clients else ''}"
            f"{some(clients)}"
        )
        path = (*topology.path_of(place), "hosts", fqdn)
        about = Scope(frozenset(vantages), frozenset((fqdn,)))
        yield Finding(
            RULE.code,
            fqdn,
            message,
            (UnpinName(place, fqdn),),
            topology.place(*path),
            networks=tuple(vantages),
            about=about,
            # Where DNS is no better, the name has to stay in the file.
            otherwise=tuple((PinName(place, fqdn, address),) for address in _right(facts, vantages[0], fqdn)),
        )


def _place(topology: Topology, vantage: str) -> str:
    """Return the vantage point whose hosts file counts: clients without one of their own have their network's."""
    here = topology.vantage(vantage)
    return vantage if not here.client or here.clients[here.client].hosts is not None else here.name


def _meant(facts: Facts, vantage: str, fqdn: str) -> str:
    """Return which addresses a pin would need, to follow a sentence; empty where the file does not say."""
    right, endpoint = _right(facts, vantage, fqdn), facts.layout.by_name[name(fqdn)]
    if not facts.topology.endpoints_in_reach(vantage, endpoint.registry.name):
        public = endpoint.registry.public_addresses.get(endpoint.member, ())
        return f", and its public {agrees(public, 'address is', 'addresses are')} {listed(public)}" if public else ""
    owners = tuple(dict.fromkeys(right.values()))
    return f", and {some(owners)} {agrees(owners, 'has', 'have')} {listed(tuple(right))}" if right else ""


def _right(facts: Facts, vantage: str, fqdn: str) -> dict[str, str]:
    """Return the addresses that the name may have at a vantage point, each with its private endpoint."""
    endpoint = facts.layout.by_name[name(fqdn)]
    near = facts.topology.endpoints_in_reach(vantage, endpoint.registry.name)
    return {e.addresses[endpoint.member]: e.name for e in near if endpoint.member in e.addresses}


def _fix(fqdn: str) -> Advice:
    return Advice(f"see what pins it (grep {fqdn} /etc/hosts; getent -s dns hosts {fqdn}), and take it out")


RULE = Rule(
    "ACR315",
    "hosts-file-pin",
    Page(
        finds="""\
With `check --system`: a name for which `getaddrinfo`, which programs on this machine use, gives other addresses than
the machine's DNS server. Where `--server` names another one, the finding says so: the difference may be that of the
two servers. `lint` finds it where the topology has hosts files (`hosts`) with an address that is wrong there.""",
        why="""\
A pin in a hosts file outlives the private endpoint that it was written for. Every check of DNS is clean, and pulls from
this machine alone time out or go to the public address.""",
        example="""\
```
10.0.0.9  contoso.azurecr.io   # in /etc/hosts, while DNS answers 10.0.0.7
```""",
        fixes=(_fix("contoso.azurecr.io"),),
        cannot_tell="""\
Which of the sources in nsswitch.conf gave the address. Containers have hosts files of their own: run it in them.""",
        references=("facts section 5", "RFC 1123 section 6.1.4.1", "nsswitch.conf(5), getaddrinfo(3)"),
    ),
    _find,
    _find_in_file,
)
