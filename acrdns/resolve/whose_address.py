"""The owner of an answer's address, and why a client at the vantage point should have got another one.

The servers know why a name is missing or public; the address of another private endpoint looks right to all of them.
So the addresses of an answer are compared with the private endpoints: a stale record (facts.md F09), another endpoint's
address (F07, F32), an endpoint that is not approved (F22), and IPv6, which no private endpoint has (F31).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.azure import INTERNET, LOGIN, Member
from acrdns.record import Rcode, Type, is_private, is_private_packed, packed_address, rdata_text
from acrdns.topology.network import not_joined

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from acrdns.names import Name
    from acrdns.resolve.chain import Question, Response
    from acrdns.topology.model import AddressOwner, PrivateEndpoint, Registry, Topology

_KINDS = {b"data": "data", b"geo": "regional"}
_NO_HOME = ("", b"")
_LABELS = 2
"""`eastus.data`, between the registry's label and the suffix."""


class Reachability(NamedTuple):
    """The endpoints in reach of one network, packed so that an expected answer is recognized quickly."""

    network: str
    peers: frozenset[str]
    own: Collection[bytes]
    """The labels of registries with an approved private endpoint in the network itself."""
    watched: Collection[bytes]
    """The labels of those with a private endpoint in it or in a peered network, approved or not."""
    registries: Collection[bytes]
    """The labels of all registries."""
    homes: Mapping[bytes, tuple[str, bytes]]
    suffixes: tuple[Name, ...]

    def is_expected(self, type_: int, name: Name, rdatas: tuple[bytes, ...]) -> bool:
        """Return whether a name's addresses are as expected; False where they have to be looked into.

        `name` is that of the question, `rdatas` are the A or AAAA records at the end of the answer, if any.
        """
        label = name[1 : 1 + name[0]]
        if label not in self.registries:
            return True
        if label not in self.watched:
            # No endpoint in reach, so that public addresses are right, and IPv6 as well.
            if type_ == Type.AAAA:
                return True
            return bool(rdatas) and not any(each in self.homes or is_private_packed(each) for each in rdatas)
        if type_ == Type.AAAA:
            return not rdatas
        if len(rdatas) != 1:
            return False
        network, relative = self.homes.get(rdatas[0], _NO_HOME)
        near = network == self.network or (network in self.peers and label not in self.own)
        return near and name.removeprefix(relative) in self.suffixes


class Ownership:
    """The private endpoints of a topology by their addresses, and the registries by their names."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._suffixes = tuple(names.name(text) for text in (topology.cloud.privatelink, topology.cloud.registry))
        self._registries = {registry.dns_label.encode(): registry for registry in topology.registries.values()}
        self._not_approved: dict[str, list[PrivateEndpoint]] = {}
        self._homes: dict[bytes, tuple[str, bytes]] = {}
        """By packed address: the network of an approved endpoint, and the name below the suffixes that it is for. The
        address of an endpoint that is not approved has neither."""
        tails: dict[Member, bytes] = {}
        for endpoint in topology.private_endpoints.values():
            if not endpoint.approved:
                self._not_approved.setdefault(endpoint.registry, []).append(endpoint)
            label = topology.registries[endpoint.registry].dns_label.encode()
            start = bytes((len(label),)) + label
            for member, address in endpoint.addresses.items():
                if member not in tails:
                    tails[member] = names.wire(member.relative("x"))[2:-1]
                home = (endpoint.network, start + tails[member]) if endpoint.approved else _NO_HOME
                packed = packed_address(address)
                if self._homes.get(packed, _NO_HOME) == _NO_HOME:
                    self._homes[packed] = home
        self._reachabilities = self._all_reachabilities()

    def cause(self, vantage: str, question: Question, response: Response) -> str:
        """Explain why an answer is not what a working Private Link gives at a vantage point; empty where it may be.

        Only addresses of registry endpoints are looked at, whether they are asked for by their public or their
        privatelink names.
        """
        type_ = question.type
        if vantage == INTERNET or type_ not in (Type.A, Type.AAAA) or response.rcode != Rcode.NOERROR:
            return ""
        rdatas = tuple(rdata for rrset in response.answer if rrset.type == type_ for rdata in rrset.rdatas)
        if self.reachability(vantage).is_expected(type_, question.name, rdatas):
            return ""
        subject = self.subject(question.name)
        return self._judge(vantage, type_, [rdata_text(type_, rdata) for rdata in rdatas], *subject) if subject else ""

    def _judge(self, vantage: str, type_: int, found: list[str], registry: Registry, member: Member) -> str:
        reach = self._topology.endpoints_in_reach(vantage, registry.name)
        if type_ == Type.AAAA:
            return self._ipv6(found[0], member, reach) if reach and found else ""
        right = {endpoint.addresses.get(member) for endpoint in reach}
        wrong = next((address for address in found if address not in right), None)
        if wrong is None and found:
            return ""
        if not reach and not found:
            return "there is no address, private or public" if member in registry.members() else ""
        if right == {None}:
            return f"{_names(reach)} has no address for {member}"
        return self._wrong(wrong, vantage, registry, member, reach)

    def _ipv6(self, address: str, member: Member, reach: tuple[PrivateEndpoint, ...]) -> str:
        embedded = ".".join(map(str, packed_address(address)[12:]))
        if embedded in {endpoint.addresses.get(member) for endpoint in reach}:
            return f"{address} is {embedded} by DNS64"
        return f"{_names(reach)} has no IPv6 address, and {address} goes round it"

    def reachability(self, vantage: str) -> Reachability:
        """Return the endpoints in reach of a network, packed. Raises KeyError for an unknown network."""
        return self._reachabilities[vantage]

    def _all_reachabilities(self) -> dict[str, Reachability]:
        """Make all at once: going through all endpoints takes longer than a question may wait."""
        networks, labels = self._topology.networks, self._registries.keys()
        own: dict[str, set[bytes]] = {name: set() for name in networks}
        watched: dict[str, set[bytes]] = {name: set() for name in networks}
        for endpoint in self._topology.private_endpoints.values():
            label = self._topology.registries[endpoint.registry].dns_label.encode()
            home = endpoint.network
            if endpoint.approved:
                own[home].add(label)
            for name in (home, *self._topology.reach(home)):
                watched[name].add(label)
        packed = {
            name: Reachability(
                name, self._topology.reach(name), own[name], watched[name], labels, self._homes, self._suffixes
            )
            for name in networks
        }
        vantages = self._topology.vantages[1:]
        return {vantage: packed[self._topology.vantage(vantage).name] for vantage in vantages}

    def subject(self, name: Name) -> tuple[Registry, Member] | None:
        """Return the registry and the member of an endpoint's name; None for another name."""
        suffix = next((apex for apex in self._suffixes if name.endswith(apex)), None)
        if suffix is None:
            return None
        below = 1 + name[0]
        registry = self._registries.get(name[1:below])
        if registry is None:
            return None
        rest = name[below : -len(suffix)]
        if not rest:
            return registry, LOGIN
        labels = tuple(names.labels(rest + names.ROOT)) if names.is_under(name, suffix) else ()
        if len(labels) != _LABELS or labels[1] not in _KINDS:
            return None
        return registry, Member(_KINDS[labels[1]], labels[0].decode())

    def _wrong(
        self, address: str | None, vantage: str, registry: Registry, member: Member, reach: tuple[PrivateEndpoint, ...]
    ) -> str:
        """Explain an address that no reachable endpoint has for this member, or why there is no address (None)."""
        if address is None:
            return f"there is no address, and {_names(reach)} is in reach of {vantage}"
        owners = self._topology.owners_of(address)
        if owners:
            owner = min(owners, key=lambda owner: _distance(owner, registry, member))
            return self._of_another(address, owner, vantage, registry, member, reach)
        if not is_private(address):
            return self._public(address, vantage, registry, reach)
        ours = "; ".join(f"{each.name} has {each.addresses[member]}" for each in reach if member in each.addresses)
        return f"{address} is no private endpoint's address" + (f"; {ours}" if ours else "")

    def _of_another(
        self,
        address: str,
        owner: AddressOwner,
        vantage: str,
        registry: Registry,
        member: Member,
        reach: tuple[PrivateEndpoint, ...],
    ) -> str:
        endpoint = owner.endpoint
        if endpoint.registry != registry.name:
            return f"{address} is {endpoint.name}'s, which is registry {endpoint.registry}'s and not {registry.name}'s"
        if not endpoint.approved:
            return f"{address} is {endpoint.name}'s, which is {endpoint.status}"
        if owner.member != member:
            fqdn = owner.member.fqdn(registry.dns_label, self._topology.cloud)
            return f"{address} is {endpoint.name}'s address for {fqdn}"
        there = f"{address} is {endpoint.name}'s in {endpoint.network}"
        if reach:
            return f"{there}, where {_names(reach)} is in reach"
        hubs = self._topology.joining(self._topology.vantage(vantage).name, endpoint.network)
        return f"{there}, which {vantage} has no way to{not_joined(hubs)}"

    def _public(self, address: str, vantage: str, registry: Registry, reach: tuple[PrivateEndpoint, ...]) -> str:
        if reach:
            return f"{address} is public, and {_names(reach)} is in reach of {vantage}"
        home = self._topology.vantage(vantage).name
        for endpoint in self._not_approved.get(registry.name, ()):
            if endpoint.network == home or endpoint.network in self._topology.reach(home):
                return f"{endpoint.name} is {endpoint.status}, so it has no part in this"
        return ""


def _distance(owner: AddressOwner, registry: Registry, member: Member) -> tuple[bool, bool, bool]:
    """Sort owners of one address: who is nearest to what was asked for explains it best."""
    endpoint = owner.endpoint
    return endpoint.registry != registry.name, owner.member != member, not endpoint.approved


def _names(endpoints: tuple[PrivateEndpoint, ...]) -> str:
    return " or ".join(endpoint.name for endpoint in endpoints)
