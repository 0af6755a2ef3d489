"""How long a change takes to arrive: the seconds that resolvers and clients may still cache the old answer.

The worst case is a cache filled just before the change, in the client or in any server on the new route: others may
have asked that server before. A cache holds a record set for its TTL, a negative answer for the negative TTL of its
zone (RFC 2308 section 5), and a failure not at all. An alias that does not change counts where a server, asked for the
target alone, forwards it elsewhere. Forwarders in a row do not add up, because each passes on the remaining TTL. The
time that Azure takes to carry out a change is not included.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acrdns.record import Rcode, Type, negative_ttl
from acrdns.resolve.chain import MatchKind
from acrdns.resolve.servers.public_dns import PUBLIC_DNS
from acrdns.resolve.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.resolve.chain import Question, Resolution, Response
    from acrdns.resolve.world import World


def seconds_until_settled(before: World, after: World, vantage: str, question: Question) -> int:
    """Return the worst-case seconds until a client gets the later world's answer; 0 if nothing old is cached.

    Raises KeyError for a vantage point that one of the worlds does not have.
    """
    new = after.resolve(vantage, question)
    if new.steps and new.steps[0].matched.kind is MatchKind.HOSTS:
        # A hosts file is read for each question, before any cache.
        return 0
    held = (before.answer(vantage, question), *_remembered(before, vantage, new))
    chain, denied = _chain(question, new.response), _denied(question, new.response)
    seconds = [_seconds(question, old, chain, denied) for old in held]
    aliases = {rrset for old in held for rrset in old.answer if rrset.type == Type.CNAME and rrset in chain.values()}
    return max(*seconds, *(alias.ttl for alias in aliases if _leads_elsewhere(alias, after, new)), 0)


def _leads_elsewhere(alias: RRset, world: World, new: Resolution) -> bool:
    """Return whether a server on the route answers the target alone otherwise than as the rest of the chain."""
    answer = new.response.answer
    rest = _said(new.response.rcode, answer[answer.index(alias) + 1 :])
    question = replace(new.question, name=alias.target)
    for step in new.steps:
        server = world.topology.dns_servers.get(step.server)
        if server is not None:
            asker = world.topology.networks[server.network]
            alone = world.directory.ask(asker, step.server, question, Walk(recording=False))
            if _said(alone.rcode, alone.answer) != rest:
                return True
    return False


def _said(rcode: Rcode, answer: Iterable[RRset]) -> tuple[object, ...]:
    return (rcode, *((rrset.name, rrset.type, rrset.rdatas) for rrset in answer))


def _remembered(before: World, vantage: str, new: Resolution) -> Iterator[Response]:
    """Return the answers that each server on the new route gave, before the change, to the questions it gets now."""
    client = before.topology.vantage(vantage) if vantage in before.topology.vantages[1:] else None
    for step in new.steps:
        here = client is not None and step.network in ("", client.name)
        asker = client if here else before.topology.networks.get(step.network)
        if step.server == PUBLIC_DNS:
            yield before.directory.ask_public(asker, step.question, Walk(recording=False))
        elif asker is not None:
            yield before.directory.ask(asker, step.server, step.question, Walk(recording=False))


def _seconds(question: Question, old: Response, chain: _Said, denied: _Denied | None) -> int:
    """Return how many seconds a cached part of the old answer can hide the new one."""
    stale = [rrset.ttl for rrset in old.answer if rrset.name in chain and rrset != chain[rrset.name]]
    was_denied = _denied(question, old)
    if was_denied is not None and was_denied != denied and was_denied[0] in chain:
        stale += [negative_ttl(rrset) for rrset in old.authority if rrset.type == Type.SOA]
    return max(stale, default=0)


_Said = dict["Name", "RRset | None"]
"""The record set of each name in a chain, or None for a name without records."""
_Denied = tuple["Name", int]
"""The name without an address, and the rcode: caches hold NXDOMAIN and NODATA apart (RFC 2308 section 5)."""


def _chain(question: Question, response: Response) -> _Said:
    said: _Said = {question.name: None}
    for rrset in response.answer:
        said[rrset.name] = rrset
        if rrset.type == Type.CNAME:
            said.setdefault(rrset.target, None)
    return said


def _denied(question: Question, response: Response) -> _Denied | None:
    """Return the name that an answer denies, or None if it has an address or failed."""
    if response.rcode != Rcode.NXDOMAIN and not response.nodata:
        return None
    return response.answer[-1].target if response.answer else question.name, response.rcode
