"""Forwarders for fewer names than are meant, where some names are private by a server and others are public.

People enter the login server where the suffix of all registries belongs, or the names one by one before a replica
adds another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.diagnosis.answer import FAILED
from acrdns.check.faults.fault import Candidate
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.names import ancestors, deepest, is_under, name, show
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.topology.text.edit import Put, Rename

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.worlds import Simulated
    from acrdns.names import Name
    from acrdns.topology.model import DnsServer, Topology

_SOME = 4
"""Private names beside which one that is public may have been forgotten."""
_FOR_EACH = 2
"""Private names for each public one: among more than that, a public name rather has a cause of its own."""
_LIKELIHOOD = 0.3
"""One name in place of a suffix, in proportion to a public resolver in place of all that is asked."""

_SILENT = (*FAILED, Outcome.REFUSED)


def narrower(node: Simulated, wrong: Answered) -> Iterator[Candidate]:
    """Return the servers that forward some names in place of the suffix that a public name is under.

    The names that they forward are those whose answers by that server are not public.
    """
    public = _public(node, wrong)
    if public is None:
        return
    for key in sorted(node.passing.servers(public)):
        server = node.topology.dns_servers[key]
        asked = _asked_for(node, server, public)
        domain = deepest(asked, server.conditional_forwarders) if asked else None
        if asked and domain and domain != asked and is_under(domain, _suffix(node.topology, server)):
            kept = _kept(node, key, domain, asked)
            if kept:
                yield _candidate(key, server, domain, kept)


def _public(node: Simulated, wrong: Answered) -> Answered | None:
    """Return the public answer to begin with.

    A server that follows aliases itself fails for AAAA of a name that is forwarded alone: the SOA record of the empty
    answer is above that name.
    """
    if wrong.outcome in _SILENT and wrong.asked.type is Type.AAAA:
        return next((answer for answer in node.mismatches if _is_public(answer, node.topology)), None)
    return wrong if _is_public(wrong, node.topology) else None


def _candidate(key: str, server: DnsServer, domain: Name, kept: Sequence[str]) -> Candidate:
    path, targets = ("dns_servers", key, "conditional_forwarders"), server.conditional_forwarders[domain]
    suffix, (first, *others) = show(domain), kept
    return Candidate(
        key,
        f"{key} forwards {', '.join(kept)} in place of {suffix}, so that other names go to public DNS",
        (Rename((*path, suffix), first), *(Put((*path, other), list(targets)) for other in others)),
        (SetForwarder(key, suffix, targets, first, tuple(others)),),
        (*path, suffix),
        likelihood=_LIKELIHOOD / len(kept),
        for_some=True,
    )


def _kept(node: Simulated, key: str, domain: Name, public: Name) -> list[str]:
    """Return the fewest domains that have the names forwarded for one domain, and none that is public; or none."""
    server, topology = node.topology.dns_servers[key], node.topology
    leaving: dict[Name, bool] = {}
    some_private = False
    for answer in node.passing.through(key):
        asked = _asked_for(node, server, answer) if answer.outcome not in _SILENT else None
        if asked is None or deepest(asked, server.conditional_forwarders) != domain:
            continue
        is_public = _is_public(answer, topology)
        if leaving.setdefault(asked, is_public) != is_public:
            return []  # one server has one answer
        some_private |= bool(answer.addresses) and not is_public
    private = [asked for asked, is_public in leaving.items() if not is_public]
    most = max(_SOME, _FOR_EACH * (len(leaving) - len(private)))
    if not some_private or not leaving.get(public) or len(private) > most:
        return []
    if not _is_a_rule(node, private, leaving):
        return []
    return list(dict.fromkeys(show(_region_of(asked, private, leaving, domain)) for asked in private))


def _is_a_rule(node: Simulated, private: Sequence[Name], leaving: dict[Name, bool]) -> bool:
    """Return whether people could have meant the private names: those of some registries, or one kind of all.

    Any names of a single registry will do.
    """
    kept = [node.layout.by_name[asked] for asked in private]
    left = [node.layout.by_name[asked] for asked, is_public in leaving.items() if is_public]
    if {each.registry.name for each in kept}.isdisjoint(each.registry.name for each in left):
        return True
    if len({each.registry.name for each in (*kept, *left)}) == 1:
        return True
    one_kind = len({each.member.kind for each in kept}) == 1
    return one_kind and {each.member for each in kept}.isdisjoint(each.member for each in left)


def _region_of(asked: Name, private: Sequence[Name], leaving: dict[Name, bool], domain: Name) -> Name:
    """Return the domain of a region that has the data endpoints of several registries, all private; else the name."""
    above = next(name_ for name_ in ancestors(asked) if name_ != asked)
    if above == domain or sum(is_under(other, above) for other in private) < 2:  # noqa: PLR2004 - several registries
        return asked
    return asked if any(is_public and is_under(other, above) for other, is_public in leaving.items()) else above


def _asked_for(node: Simulated, server: DnsServer, answer: Answered) -> Name | None:
    """Return the name by which a server chooses where it forwards a question; one that iterates has the alias, too."""
    endpoint = node.layout.by_name.get(name(answer.asked.fqdn))
    if endpoint is None:
        return None
    return endpoint.public if server.recursion == "forward" else endpoint.alias


def _suffix(topology: Topology, server: DnsServer) -> Name:
    """Return the suffix of the names that have an effect; a server that follows aliases itself asks for those."""
    return name(topology.cloud.registry if server.recursion == "forward" else topology.cloud.privatelink)


def _is_public(answer: Answered, topology: Topology) -> bool:
    return bool(answer.addresses) and {kind_of(each, topology) for each in answer.addresses} == {AddressKind.PUBLIC}
