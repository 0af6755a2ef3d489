"""ACR316: the local name of a connected registry does not lead to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.check.answers.classify import NO_ANSWER
from acrdns.check.causes.route import RouteEnd
from acrdns.check.endpoints import local_names
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import finding, listed, seen_from
from acrdns.check.simulate import observe
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.local_cases:
        if set(case.observation.addresses) != set(case.expectation.addresses):
            yield _finding(facts, case, facts.vantage, seen_from(facts))


def _find_in_file(facts: Facts) -> Iterator[Finding]:
    """Return the local names that the file's own simulation gives another address, or none.

    Where nobody answers, and registries are not found either, ACR110 to ACR112 name the cause.
    """
    connected = [each for each in facts.topology.registries.values() if each.connected_registries]
    silent = {r.network for r in facts.layout.failing(RouteEnd.SILENT, RouteEnd.LOOP)} if connected else set()
    for registry in connected:
        for network in dict.fromkeys(each.network for each in registry.connected_registries.values()):
            for endpoint in local_names(registry, network):
                case = endpoint.observed(observe(facts.world, network, endpoint.fqdn))
                explained = case.observation.outcome in NO_ANSWER and network in silent
                if not explained and set(case.observation.addresses) != set(case.expectation.addresses):
                    trace = facts.world.resolve(network, Question(name(endpoint.fqdn), Type.A))
                    found = _finding(facts, case, network, f"from {network}")
                    yield replace(found, networks=(network,), trace=trace)


def _finding(facts: Facts, case: Case, vantage: str, place: str) -> Finding:
    called, address = case.member.region, case.expectation.addresses[0]
    seen = case.observation
    if seen.addresses:
        what = f"resolves to {listed(seen.addresses)} {place}"
    elif seen.outcome in NO_ANSWER:
        what = f"does not resolve {place} ({seen.outcome.value})"
    else:
        what = f"has no address {place} ({seen.outcome.value})"
    message = (
        f"{case.fqdn}, the local name of the connected registry {called}, {what}, so clients there do not find it at "
        f"{address}"
    )
    advice = f"add {case.fqdn} with the address {address} to the DNS servers of {vantage}"
    if seen.addresses:
        wrong = listed(seen.addresses)
        advice = f"on the DNS servers of {vantage}: give {case.fqdn} the address {address}, not {wrong}"
    elif seen.outcome in NO_ANSWER:
        advice = f"see why the DNS servers of {vantage} do not answer; nothing shows that {case.fqdn} is missing there"
    path = ("registries", case.registry, "connected_registries", called, "login_server")
    return finding(facts, case, RULE.code, message, (Advice(advice),), path)


RULE = Rule(
    "ACR316",
    "wrong-local-name",
    Page(
        finds="""\
A connected registry's local name that has another address in its own network than the connected registry, or none.
`lint` finds it in the file, `check` in what a resolver answers.""",
        why="""\
The clients of the plant pull from that name. Azure has no part in it: the name stands in the DNS of the plant, and a
connected registry that is in step with its parent is of no use to clients that do not find it
(`lookup factory.plant.example: no such host`).""",
        example="""\
```yaml
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries:
      factory: {network: plant, login_server: factory.plant.example, address: 192.168.0.20}
# and the plant's DNS server has no factory.plant.example, or another address
```""",
        fixes=(Advice("add factory.plant.example with the address 192.168.0.20 to the DNS servers of plant"),),
        cannot_tell="""\
Whether the connected registry answers at that address, and whether its certificate has the name.""",
        references=(
            "facts section 5 (connected registry)",
            "Microsoft Learn: What is a connected registry?",
        ),
    ),
    _find,
    _find_in_file,
)
