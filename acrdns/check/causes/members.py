"""Lists of DNS servers whose members give different answers: which member gives which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from acrdns.azure import AZURE_DNS, LOGIN
from acrdns.check.estate.rows import as_expected, state_of
from acrdns.check.expectation import expect
from acrdns.check.simulate import outcome
from acrdns.names import ROOT, is_under, name, show
from acrdns.record import Type
from acrdns.resolve.chain import CLIENT, Question, Resolution
from acrdns.resolve.equivalence.structure import Describer, TooTangledError
from acrdns.resolve.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.errors import Path
    from acrdns.names import Name
    from acrdns.resolve.chain import Response
    from acrdns.resolve.world import World
    from acrdns.topology.model import Network, Registry, Selection, Topology


class ServerList(NamedTuple):
    """A list of DNS servers in the file."""

    asker: Network
    servers: tuple[str, ...]
    selection: Selection
    path: Path
    domain: Name | None = None
    """The names that it is asked for, or None for all."""
    elsewhere: tuple[Name, ...] = ()
    """The names under which other lists are asked."""
    asked_by: str = CLIENT
    """The address of the server that asks, or `client`."""

    def is_asked(self, owner: Name) -> bool:
        """Return whether the list is asked for a name."""
        under = self.domain is None or is_under(owner, self.domain)
        return under and not any(is_under(owner, domain) for domain in self.elsewhere)


class Disagreement(NamedTuple):
    """A name for which members of a list give different answers."""

    listed: ServerList
    fqdn: str
    answers: tuple[tuple[str, Response], ...]
    """Each member that answers, and its answer."""
    right: tuple[str, ...]
    """The members whose answer is as expected."""
    trace: Resolution
    """The first wrong answer, step by step."""
    silent: tuple[str, ...] = ()
    """The members that do not answer, where all others agree."""


def disagreements(world: World, registries: Sequence[str], *selections: Selection) -> Iterator[Disagreement]:
    """Return, for each list with one of the selections, the first of the registries that its members disagree about.

    Where they are asked in order, the first has the right answer: if it has not, no standby is the cause.
    """
    topology = world.topology
    for listed in server_lists(topology):
        if listed.selection not in selections or _equivalent(world, listed):
            continue
        for registry in registries:
            fqdn = LOGIN.fqdn(topology.registries[registry].dns_label, topology.cloud)
            if listed.is_asked(name(fqdn)):
                found = _ask(world, listed, topology.registries[registry], fqdn)
                if found and (listed.selection != "order" or found.answers[0][0] in found.right):
                    yield found
                    break


def server_lists(topology: Topology) -> Iterator[ServerList]:
    """Return every list of several DNS servers, in the order of the file."""
    seen: set[tuple[Path, Selection]] = set()
    for vantage in topology.vantages[1:]:
        network, path = topology.vantage(vantage), topology.dns_path_of(vantage)
        if len(network.dns_servers) > 1 and (path, network.selection) not in seen:
            seen.add((path, network.selection))
            yield ServerList(network, network.dns_servers, network.selection, path)
    for server in topology.dns_servers.values():
        asker = topology.vantage(server.host) if server.client else topology.networks[server.network]
        at: Path = ("dns_servers", server.key or server.address)
        if len(server.forwarders) > 1:
            others = tuple(server.conditional_forwarders)
            own = (*at, "forwarders")
            yield ServerList(asker, server.forwarders, server.selection, own, None, others, server.address)
        for domain, targets in server.conditional_forwarders.items():
            if len(targets) > 1:
                path = (*at, "conditional_forwarders", show(domain))
                yield ServerList(asker, targets, server.selection, path, domain, asked_by=server.address)
    yield from _rule_lists(topology)


def _rule_lists(topology: Topology) -> Iterator[ServerList]:
    """Return the targets of ruleset rules that apply somewhere: the next one is asked where one is silent."""
    resolvers = topology.private_resolvers.values()
    outbound = {endpoint: resolver.network for resolver in resolvers for endpoint in resolver.outbound_endpoints}
    for ruleset in topology.dns_forwarding_rulesets.values():
        asker = topology.networks[outbound[ruleset.outbound_endpoint]]
        for rule in ruleset.rules if ruleset.links else ():
            skipped = rule.domain == ROOT and topology.assumptions.wildcard_rule_skips_registries
            if rule.enabled and len(rule.targets) > 1 and not skipped:
                others = (r.domain for r in ruleset.rules if r.enabled and r.domain != rule.domain)
                longer = tuple(domain for domain in others if is_under(domain, rule.domain))
                path: Path = ("dns_forwarding_rulesets", ruleset.name, "rules", show(rule.domain))
                yield ServerList(asker, rule.targets, "order", path, rule.domain, longer, AZURE_DNS)


def has_lists_in_order(topology: Topology) -> bool:
    """Return whether some DNS servers are asked only when others are silent."""
    return any(listed.selection == "order" for listed in server_lists(topology))


def _equivalent(world: World, listed: ServerList) -> bool:
    """Return whether all members answer every question equally, by their structures."""
    signatures = set()
    for server in listed.servers:
        describer = Describer(world.directory.find)
        try:
            structure = describer.ask(listed.asker, server)
        except TooTangledError:
            return False
        signatures.add((structure, tuple(map(id, describer.zones))))
    return len(signatures) == 1


def _ask(world: World, listed: ServerList, registry: Registry, fqdn: str) -> Disagreement | None:
    """Ask each member; silent ones are passed over, unless nothing else is wrong with the list."""
    question = Question(name(fqdn), Type.A)
    walks = [(server, Walk()) for server in listed.servers]
    asked = [(server, world.directory.ask(listed.asker, server, question, walk), walk) for server, walk in walks]
    heard = [(server, response, walk) for server, response, walk in asked if not response.timed_out]
    silent = tuple(server for server, response, _ in asked if response.timed_out)
    contents = [(response.rcode, frozenset(addresses_of(response))) for _, response, _ in heard]
    right = tuple(server for server, response, _ in heard if _is_right(world.topology, listed, registry, response))
    # Of several private endpoints in reach, each may be given.
    agree = len(set(contents)) == 1 or len(right) == len(heard)
    if not heard or (agree and not (silent and right)):
        return None
    others = [each for each, content in zip(heard, contents, strict=True) if content != contents[0]]
    wrong = [each for each in heard if each[0] not in right] or others or [each for each in asked if each[0] in silent]
    _, response, walk = wrong[0]
    steps = tuple(replace(step, asked_by=listed.asked_by) if step.asked_by == CLIENT else step for step in walk.steps)
    trace = Resolution(listed.asker.vantage, question, response, steps)
    answers = tuple((server, response) for server, response, _ in heard)
    return Disagreement(listed, fqdn, answers, right, trace, silent if agree else ())


def _is_right(topology: Topology, listed: ServerList, registry: Registry, response: Response) -> bool:
    """Return whether an answer about a login server is as expected where the list is asked from."""
    expectation, found = expect(topology, listed.asker.vantage, registry, LOGIN), tuple(addresses_of(response))
    return as_expected(expectation, state_of(outcome(response), found), found)


def addresses_of(response: Response) -> Sequence[str]:
    """Return the IPv4 addresses of a response."""
    return [text for rrset in response.answer if rrset.type == Type.A for text in rrset.texts()]
