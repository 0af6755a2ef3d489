"""An observed answer, and whether a simulated one equals it.

The outcome must be the same, and so must private addresses. Public addresses are compared only where the file names
them. Of the chain it counts whether it has a privatelink name, where the resolver shows chains. Extended DNS Errors,
SOA records and TTLs do not rule a fault out: what stands in for Azure in a test has others.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.azure import CLOUDS, LOGIN, Member
from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.answers.classify import is_privatelink
from acrdns.check.answers.signs import PUBLIC_PRIMARY, embedded
from acrdns.check.simulate import addresses, denied_by, outcome
from acrdns.probe.answer import NOT_ASKED
from acrdns.probe.observation import Outcome
from acrdns.record import Type
from acrdns.resolve.servers.self_hosted import REFUSES_EMPTY
from acrdns.zone.publish.derive import login_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.names import Name
    from acrdns.probe.observation import Observation
    from acrdns.resolve.chain import Response
    from acrdns.topology.model import Topology

FAILED = frozenset((Outcome.SERVFAIL, Outcome.TIMEOUT))
"""A server on the way turns one into the other."""
_NO_SUCH_NAME = ("no such host", "name or service not known", "name does not resolve", "nodename nor servname")
"""The words of Go, glibc, musl and macOS for a name that a server denied. Of failures they say something else."""
PUBLIC = "public"


class Asked(NamedTuple):
    """A question at a vantage point."""

    vantage: str
    fqdn: str
    type: Type
    """A or AAAA."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to one question, as a live resolver gave it or another tool showed it."""

    asked: Asked
    outcome: Outcome
    """`OTHER`: no address, and the tool does not say why."""
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    """The name asked, then each alias target; the name alone where no alias is shown."""
    ttl: int | None = None
    """Seconds, of the address records."""
    resolver: str = ""
    """The server and the tool. Whether answers show chains is judged for each."""
    denied_by: tuple[str, str] | None = None
    """Of a negative answer: the apex of the zone in its SOA record, and the zone's primary server (RFC 2308)."""
    negative: bool = False
    """Whether `OTHER` is surely NXDOMAIN or NODATA, and no failure."""
    translated: bool = False
    """Whether its IPv6 addresses are the IPv4 addresses of the name, as DNS64 makes them (RFC 6147)."""
    server: str = ""
    """The server that was asked, where it is known."""
    shown: tuple[str, ...] = ()
    """As `chain`, of an AAAA answer; empty where no alias is shown, which says nothing."""

    @property
    def text(self) -> str:
        """The answer as reports show it."""
        return ", ".join(self.addresses) if self.addresses else self.outcome.value


def answers_of(observation: Observation, vantage: str, resolver: str = "") -> Iterator[Answered]:
    """Return the A and the AAAA answer of what `check` observed; AAAA each only if it was asked."""
    four, six = (Asked(vantage, observation.fqdn, type_) for type_ in (Type.A, Type.AAAA))
    if observation.detail != NOT_ASKED:
        yield Answered(
            four,
            observation.outcome,
            observation.addresses,
            observation.chain,
            observation.ttl,
            resolver,
            observation.denied_by,
            negative=any(words in observation.detail.lower() for words in _NO_SUCH_NAME),
            server=observation.server,
        )
    if observation.ipv6_outcome is not None:
        found = observation.ipv6_addresses
        yield Answered(
            six,
            observation.ipv6_outcome,
            found,
            (),  # the chain belongs to the A answer
            None,
            resolver,
            translated=bool(found) and all(_is_made(address, observation.addresses) for address in found),
            server=observation.server,
            shown=observation.ipv6_chain,
        )


def _is_made(address: str, four: tuple[str, ...]) -> bool:
    """Return whether an IPv6 address is made of an IPv4 address of the name, or of one that was not asked for."""
    made_of = embedded(address, four)
    return made_of in four if four else bool(made_of)


class Signature(NamedTuple):
    """The part of a simulated answer that can be compared."""

    outcome: Outcome
    addresses: frozenset[str]
    """Private ones, public ones that the file names, and `public` for any other."""
    privatelink: bool
    """Whether the chain has a privatelink name."""
    pinned: bool = False
    """Whether a hosts file gave it, which shows no alias."""
    also: frozenset[str] = frozenset()
    """Others that do as well, since the file leaves it open: `NODATA`, addresses, `public` for any public address."""

    @property
    def text(self) -> str:
        """The answer as reports show it."""
        return ", ".join(sorted(self.addresses)) if self.addresses else self.outcome.value


class Comparable(NamedTuple):
    """The part of an observed answer that can be compared."""

    outcome: Outcome
    addresses: tuple[str, ...]
    alias: bool
    """Whether an alias is shown."""
    privatelink: bool | None
    """Whether the chain has a privatelink name, or None where the resolver shows no chains."""
    negative: bool = False
    translated: bool = False


def _supposed(topology: Topology) -> Iterator[Name]:
    """Return the regional endpoints whose public address is only supposed to be that of the login server in the file.

    Facts section 7: the chain of a regional endpoint has not been seen.
    """
    for registry in topology.registries.values():
        home = Member("regional", registry.location)
        if registry.regional_endpoints_enabled and home not in registry.public_addresses:
            yield names.name(home.fqdn(registry.dns_label, topology.cloud))


def _of_unknown_ipv6(topology: Topology) -> Iterator[str]:
    """Return the names that may have a public IPv6 address, though the file has none for the front end that is asked.

    A registry may be dual-stack (facts F31). The file says it of an endpoint where it names its public addresses; which
    region's front end a login server's name leads to is Traffic Manager's choice.
    """
    for registry in topology.registries.values():
        login = {LOGIN, *login_members(registry, topology.chains)}
        for member in registry.members():
            given = [registry.public_addresses.get(each, ()) for each in (login if member == LOGIN else (member,))]
            if not all(given) or any(":" in address for addresses_ in given for address in addresses_):
                yield member.fqdn(registry.dns_label, topology.cloud).lower()


def _of_any_region(topology: Topology) -> Iterator[tuple[str, frozenset[str]]]:
    """Return the login servers that the file has several front ends for, and the addresses of these."""
    for registry in topology.registries.values():
        given = [registry.public_addresses.get(each, ()) for each in login_members(registry, topology.chains)]
        if sum(map(bool, given)) > 1:
            yield LOGIN.fqdn(registry.dns_label, topology.cloud).lower(), frozenset(chain.from_iterable(given))


class Comparison:
    """Compares observed answers with simulated ones, resolver by resolver."""

    def __init__(self, observed: Iterable[Answered], topology: Topology, *, exact: bool = True) -> None:
        """Take the observed answers, and compare public addresses that the file names.

        Where it is not `exact`, addresses of the file that nobody saw are left out: they may have changed since.
        """
        observed = tuple(observed)
        seen = {address for answer in observed for address in answer.addresses}
        self._topology = topology
        showing = [answer for answer in observed if len(answer.chain) > 1 or len(answer.shown) > 1]
        # What shows an alias before a negative answer shows one before addresses; some tools do only that.
        self._show_chains = {(a.resolver, positive) for a in showing for positive in {True, bool(a.addresses)}}
        self._named = frozenset(
            address
            for registry in topology.registries.values()
            for addresses_ in registry.public_addresses.values()
            for address in addresses_
            if exact or address in seen
        )
        self._supposed = frozenset(_supposed(topology))
        # For other names nobody saw an IPv6 address, so that it makes no difference whether there may be one.
        six = {answer.asked.fqdn for answer in observed if answer.asked.type is Type.AAAA and answer.addresses}
        self._of_unknown_ipv6 = six.intersection(_of_unknown_ipv6(topology)) if six else frozenset[str]()
        self._of_any_region = dict(_of_any_region(topology))
        self._kind: dict[str, AddressKind] = {}
        self._suffixes = tuple(names.name(cloud.privatelink) for cloud in CLOUDS.values())

    def comparable(self, observed: Answered) -> Comparable:
        """Return what can be compared of an observed answer."""
        outcome_ = Outcome.SERVFAIL if observed.outcome in FAILED else observed.outcome
        shows = bool(observed.chain) and (observed.resolver, bool(observed.addresses)) in self._show_chains
        # An AAAA answer may have come without aliases from what shows them with an A answer.
        seen = observed.chain[1:] if shows else observed.shown[1:]
        privatelink = any(map(is_privatelink, seen)) if shows or seen else None
        alias = len(observed.chain) > 1
        return Comparable(outcome_, observed.addresses, alias, privatelink, observed.negative, observed.translated)

    def signature(self, response: Response, type_: Type, fqdn: str, *, pinned: bool = False) -> Signature:
        """Return what can be compared of a simulated answer."""
        supposed = bool(response.answer) and response.answer[0].name in self._supposed
        named = frozenset[str]() if supposed else self._named
        texts = [PUBLIC if text not in named and self.is_public(text) else text for text in addresses(response, type_)]
        targets = (rrset.target for rrset in response.answer if rrset.type == Type.CNAME)
        privatelink = any(target.endswith(self._suffixes) for target in targets)
        made = Signature(outcome(response), frozenset(texts), privatelink, pinned)
        if pinned or (type_ == Type.A and fqdn not in self._of_any_region):
            return made
        return made._replace(also=frozenset(self._also(made, response, type_, fqdn)))

    def _also(self, made: Signature, response: Response, type_: Type, fqdn: str) -> Iterator[str]:
        """Return what a simulated answer equals as well; which region's front end answers, Traffic Manager chooses."""
        everywhere = self._of_any_region.get(fqdn, frozenset())
        if not everywhere.isdisjoint(made.addresses):
            yield from everywhere
        if type_ == Type.AAAA and not made.addresses:
            hangs_on_form = self._topology.chains == "documented" and REFUSES_EMPTY in response.cause
            if hangs_on_form:
                # With the form that Azure has, it is no failure.
                yield Outcome.NODATA.value
            is_open = fqdn in self._of_unknown_ipv6
            if is_open and (hangs_on_form or (made.outcome is Outcome.NODATA and self._is_of_public_dns(response))):
                yield PUBLIC

    def _is_of_public_dns(self, response: Response) -> bool:
        """Return whether an empty answer is that of a public zone, or of a host behind the privatelink name."""
        last = response.answer[-1].target if response.answer else b""
        _, primary = denied_by(response) or ("", "")
        return PUBLIC_PRIMARY in primary or bool(last and not last.endswith(self._suffixes))

    def visible(self, simulated: Signature) -> tuple[Outcome, frozenset[str], *tuple[bool, ...]]:
        """Return the part of a simulated answer that an observer would tell apart."""
        return simulated[:4] if self._show_chains else simulated[:2]

    def equal(self, observed: Comparable, simulated: Signature) -> bool:
        """Return whether an observed answer is the simulated one."""
        if observed.outcome is Outcome.OTHER:
            denied = simulated.outcome in (Outcome.NXDOMAIN, Outcome.NODATA)
            return denied if observed.negative else not simulated.addresses
        if observed.translated and simulated.outcome is Outcome.NODATA:
            return True
        # No fault makes a server refuse: a silent one stands for it, and other faults are left out (`candidates`).
        if observed.outcome is Outcome.REFUSED and simulated.outcome is Outcome.SERVFAIL:
            return True
        if (simulated.pinned and observed.alias) or not (
            self._is_also(observed, simulated) or self._is_same(observed, simulated)
        ):
            return False
        # A failure shows no aliases, and a hosts file has none.
        hidden = simulated.pinned or simulated.outcome in (Outcome.SERVFAIL, Outcome.REFUSED)
        return hidden or observed.privatelink in (None, simulated.privatelink)

    def _is_same(self, observed: Comparable, simulated: Signature) -> bool:
        same = observed.outcome is simulated.outcome
        return same and self._kinds(observed.addresses, simulated) == simulated.addresses

    def _is_also(self, observed: Comparable, simulated: Signature) -> bool:
        also = simulated.also
        if not also or not observed.addresses:
            return observed.outcome.value in also
        return all(each in also or (PUBLIC in also and self.is_public(each)) for each in observed.addresses)

    def is_public(self, address: str) -> bool:
        """Return whether an address is public: neither private by its range nor in a network of the file."""
        return self.kind(address) is AddressKind.PUBLIC

    def kind(self, address: str) -> AddressKind:
        """Return the kind of an address."""
        found = self._kind.get(address)
        if found is None:
            found = self._kind[address] = kind_of(address, self._topology)
        return found

    def _kinds(self, texts: tuple[str, ...], simulated: Signature) -> frozenset[str]:
        """Return observed addresses; any public one is `public`, unless the file names the address that is due."""
        exact = not self._named.isdisjoint(simulated.addresses)
        return frozenset(text if exact or not self.is_public(text) else PUBLIC for text in texts)
