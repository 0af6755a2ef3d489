"""ACR315: programs on this machine get another address than its DNS server answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import finding, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


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


def _fix(fqdn: str) -> Advice:
    return Advice(f"see what pins it (grep {fqdn} /etc/hosts; getent -s dns hosts {fqdn}), and take it out")


RULE = Rule(
    "ACR315",
    "hosts-file-pin",
    Page(
        finds="""\
With `check --system`: a name for which `getaddrinfo`, which programs on this machine use, gives other addresses than
the machine's DNS server. Where `--server` names another one, the finding says so: the difference may be that of the
two servers.""",
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
)
