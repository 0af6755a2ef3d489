"""Whose address an answer gives, and why it is not the one that a client there should get.

The servers on the way know why a name is missing or public; a private address that belongs to somebody else looks right
to all of them. So the end of the way is held against the private endpoints: a stale record (facts.md F09), another
endpoint's address (F07, F32), one that nobody approved (F22), and IPv6, which no private endpoint has (F31).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns import names
from acrdns.names import LOGIN, Member
from acrdns.record import Rcode, Type, is_private, rdata
from acrdns.topology.model import INTERNET

if TYPE_CHECKING:
    from acrdns.names import Name
    from acrdns.record import RRset
    from acrdns.resolve.chain import Question, Response
    from acrdns.topology.model import PrivateEndpoint, Registry, Topology

_KINDS = {b"data": "data", b"geo": "regional"}
_NO_HOME = ("", b"")
_LABELS = 2
"""`eastus.data`, between the registry's label and the suffix."""


class Owner(NamedTuple):
    """Whose address it is: a member of a private endpoint, approved or not."""

    endpoint: PrivateEndpoint
    member: Member


class Ownership:
    """The private endpoints of a topology by their addresses, and the registries by their names."""

    def __init__(self, topology: Topology) -> None:
        self._topology = topology
        self._suffixes = tuple(names.name(text) for text in (topology.cloud.privatelink, topology.cloud.registry))
        self._registries = {registry.dns_label.encode(): registry for registry in topology.registries.values()}
        self._waiting: dict[str, list[PrivateEndpoint]] = {}
        self._owners: dict[str, list[Owner]] = {}
        self._homes: dict[bytes, tuple[str, bytes]] = {}
        """By packed address: the network of an approved endpoint, and the name below the suffixes that it is for."""
        for endpoint in topology.private_endpoints.values():
            if not endpoint.approved:
                self._waiting.setdefault(endpoint.registry, []).append(endpoint)
            label = topology.registries[endpoint.registry].dns_label
            for member, address in endpoint.addresses.items():
                owners = self._owners.setdefault(address, [])
                owners.append(Owner(endpoint, member))
                if endpoint.approved and len(owners) == 1:
                    relative = names.wire(member.relative(label))[:-1]
                    self._homes[rdata(Type.A, address)] = endpoint.network, relative

    def cause(self, vantage: str, question: Question, response: Response) -> str:
        """Say why an answer is not what a working Private Link gives at a vantage point; empty where it may be.

        Only addresses of registry endpoints are looked at, whether they are asked for by their public or their
        privatelink names.
        """
        type_ = question.type
        if (
            (response.answer and self._is_at_home(response.answer[-1], vantage, question.name))
            or vantage == INTERNET
            or type_ not in (Type.A, Type.AAAA)
            or response.rcode != Rcode.NOERROR
        ):
            return ""
        found = [text for rrset in response.answer if rrset.type == type_ for text in rrset.texts()]
        subject = self._subject(question.name) if found or type_ == Type.A else None
        if subject is None:
            return ""
        registry, member = subject
        reach = self._topology.endpoints_in_reach(vantage, registry.name)
        if type_ == Type.AAAA:
            return f"{_names(reach)} has no IPv6 address, and {found[0]} goes round it" if reach else ""
        right = {endpoint.addresses.get(member) for endpoint in reach}
        wrong = next((address for address in found if address not in right), None)
        if wrong is None and (found or not reach):
            return ""
        if right == {None}:
            return f"{_names(reach)} has no address for {member}"
        return self._wrong(wrong, vantage, registry, member, reach)

    def _is_at_home(self, last: RRset, vantage: str, name: Name) -> bool:
        """Tell the usual answer apart quickly: the one address that an endpoint in this network has for the name."""
        network, relative = self._homes.get(last.rdatas[0], _NO_HOME)
        return network == vantage and len(last.rdatas) == 1 and name.removeprefix(relative) in self._suffixes

    def _subject(self, name: Name) -> tuple[Registry, Member] | None:
        """Give the registry and the member of an endpoint's name; None for another name."""
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
        """Say whose address it is that none of the endpoints in reach has for this member; None: there is none."""
        if address is None:
            return f"there is no address, and {_names(reach)} is in reach of {vantage}"
        owners = self._owners.get(address)
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
        owner: Owner,
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
        instead = f"where {_names(reach)} is in reach" if reach else f"which {vantage} has no way to"
        return f"{address} is {endpoint.name}'s in {endpoint.network}, {instead}"

    def _public(self, address: str, vantage: str, registry: Registry, reach: tuple[PrivateEndpoint, ...]) -> str:
        if reach:
            return f"{address} is public, and {_names(reach)} is in reach of {vantage}"
        peerings = self._topology.networks[vantage].peerings
        for endpoint in self._waiting.get(registry.name, ()):
            if endpoint.network == vantage or endpoint.network in peerings:
                return f"{endpoint.name} is {endpoint.status}, so it has no part in this"
        return ""


def _distance(owner: Owner, registry: Registry, member: Member) -> tuple[bool, bool, bool]:
    """Sort owners of one address: who is nearest to what was asked for explains it best."""
    endpoint = owner.endpoint
    return endpoint.registry != registry.name, owner.member != member, not endpoint.approved


def _names(endpoints: tuple[PrivateEndpoint, ...]) -> str:
    return " or ".join(endpoint.name for endpoint in endpoints)
