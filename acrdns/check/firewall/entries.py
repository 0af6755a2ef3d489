"""The entries of a list in the order in which a firewall looks at them: the first that is for a connection decides.

A connection is for a host, where its name is known, an address and a port. Where entries are for certain clients, it
passes if it does for all of the clients asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network, summarize_address_range
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence


@dataclass(frozen=True)
class ListEntry:
    """One host, all below a domain, a range of addresses, or a service tag of Azure."""

    host: str
    """In lower case, without the wildcard; an address or range as it is; empty for every host, or with a tag."""
    wildcard: bool
    port: int | None
    """None: any."""
    line: int = 0
    """The line of the list, from 1; 0 in JSON."""
    denies: bool = False
    sources: tuple[IPv4Network, ...] = ()
    """The clients that it is for; none means all."""
    tag: str = ""
    """A service tag, as written."""
    rule: str = ""
    """The name of the rule that it comes from."""
    unless: tuple[ListEntry, ...] = ()
    """Hosts that it is not for."""

    @property
    def written(self) -> str:
        """The entry as a line of a list."""
        name = f"*.{self.host}" if self.wildcard and self.host else self.host or self.tag or "*"
        return name if self.port is None else f"{name}:{self.port}"

    @property
    def everything(self) -> bool:
        """Whether it is for every host and address."""
        return not self.unless and ((not self.host and not self.tag) or self.network == IPv4Network("0.0.0.0/0"))

    @cached_property
    def network(self) -> IPv4Network | None:
        """The addresses that are meant; None where the host is a name."""
        return network_of(self.host)

    def is_for(self, host: str | None, address: str | None, port: int, tags: frozenset[str] = frozenset()) -> bool:
        """Return whether a connection is meant, by its host's name, its address, or the service tags of that."""
        if self.port not in (None, port) or any(each.is_for(host, address, port, tags) for each in self.unless):
            return False
        if self.tag:
            return self.tag.lower() in tags
        if self.network is not None:
            return address is not None and IPv4Address(address) in self.network
        if self.wildcard:
            return not self.host or (host is not None and host.endswith(f".{self.host}"))
        return host == self.host

    def covers_domain(self, domain: str) -> bool:
        """Return whether every host below a domain is meant, at the entry's port."""
        return self.wildcard and not self.tag and (f".{domain}".endswith(f".{self.host}") or not self.host)

    def covers(self, other: ListEntry) -> bool:
        """Return whether everything is meant that another entry means; some of that may be missed."""
        if self.port not in (None, other.port) or self.unless or (self.sources and self.sources != other.sources):
            return False
        if self.everything or (self.tag and self.tag.lower() == other.tag.lower()):
            return True
        if self.network is not None and other.network is not None:
            return other.network.subnet_of(self.network)
        if self.tag or other.tag or self.network is not None or not other.host:
            return False
        return self.covers_domain(other.host) if other.wildcard or self.wildcard else self.host == other.host


_NOBODY = IPv4Network("255.255.255.255/32")
"""The clients of a rule that is for IPv6 addresses alone: no client has this address."""
CLIENTS_OF = "clients in"
"""Begins a note on a group whose clients are not in the list: its rules count as for all."""


class Decision(NamedTuple):
    """The decision of a firewall on a connection, and why it drops it."""

    passes: bool
    denied_by: ListEntry | None = None
    """The entry that drops it; None where no entry lets it pass."""
    not_for: tuple[str, ...] = ()
    """The clients for which no entry lets it pass, where one does for others."""


@dataclass(frozen=True)
class AllowList:
    """The entries in the order of a firewall; what none of them lets pass is dropped."""

    entries: tuple[ListEntry, ...]
    ignored: tuple[str, ...] = ()
    """The parts of another program's rules that say nothing about hosts, such as `FQDN tag AzureKubernetesService`."""
    clients: tuple[IPv4Network, ...] = ()
    """The clients that are asked for; none where nobody knows them."""

    def allows(self, host: str, port: int) -> bool:
        """Return whether connections to a host's port pass by the host's name, wherever that leads."""
        return self.passes(host, None, port)

    def passes(self, host: str | None, address: str | None, port: int, tags: frozenset[str] = frozenset()) -> bool:
        """Return whether a connection passes for all clients."""
        if host is not None and not self.has_order:
            host = host.lower()
            above = (host[at + 1 :] for at, letter in enumerate(host) if letter == ".")
            ports = self._ports.get((host, False), set()).union(
                *(self._ports.get((each, True), ()) for each in (*above, ""))
            )
            if not {None, port}.isdisjoint(ports):
                return True
        return self.decide(host and host.lower(), address, port, tags).passes

    @cached_property
    def has_order(self) -> bool:
        """Whether it counts which entry comes first, or who asks."""
        return any(entry.denies or entry.sources or entry.unless for entry in self.entries)

    @cached_property
    def _ports(self) -> dict[tuple[str, bool], set[int | None]]:
        found: dict[tuple[str, bool], set[int | None]] = {}
        for entry in self.entries:
            if not entry.tag and entry.network is None:
                found.setdefault((entry.host, entry.wildcard), set()).add(entry.port)
        return found

    def decide(self, host: str | None, address: str | None, port: int, tags: frozenset[str] = frozenset()) -> Decision:
        """Return what happens to a connection."""
        return self.first(lambda entry: entry.is_for(host, address, port, tags))

    def decide_domain(self, domain: str, port: int, tags: frozenset[str]) -> Decision:
        """Return what happens to connections to every host below a domain."""
        return self.first(
            lambda entry: (
                entry.port in (None, port)
                and not entry.unless
                and (entry.covers_domain(domain) or entry.tag.lower() in tags)
            )
        )

    def first(self, is_meant: Callable[[ListEntry], bool]) -> Decision:
        """Return what the first entries do that are meant, until it is known for all clients."""
        left: Sequence[IPv4Network] = self.clients
        some = False
        for entry in self.entries:
            if not is_meant(entry):
                continue
            rest = without(left, entry.sources) if entry.sources and self.clients else ()
            if list(rest) == list(left) and left:
                continue  # it is for others
            if entry.denies:
                return Decision(passes=False, denied_by=entry)
            if not rest:
                return Decision(passes=True)
            left, some = rest, True
        return Decision(passes=False, not_for=tuple(map(str, left)) if some else ())

    def letting(self) -> Iterator[ListEntry]:
        """Return the entries that let something pass: no earlier one denies all of it."""
        denying: dict[str, list[ListEntry]] = {}  # by host; those for more than one host together
        for entry in self.entries:
            if entry.denies:
                more = entry.wildcard or entry.tag or entry.network
                denying.setdefault("" if more else entry.host, []).append(entry)
            elif not any(each.covers(entry) for host in {"", entry.host} for each in denying.get(host, ())):
                yield entry


def network_of(text: str) -> IPv4Network | None:
    """Return the range that a text is, or None."""
    try:
        return IPv4Network(text)
    except ValueError:
        return None


def is_ipv6(text: str) -> bool:
    """Return whether a text is an IPv6 address or range, in brackets with a port if it has one."""
    bracketed, _, port = text.removeprefix("[").partition("]")
    if text.startswith("[") and port and not re.fullmatch(r":\d{1,5}", port):
        return False
    try:
        IPv6Network(bracketed if text.startswith("[") else text, strict=False)
    except ValueError:
        return False
    return True


def ipv6_note(text: str) -> str:
    """Return the note on an IPv6 address or range: it is not judged, since private endpoints have none."""
    return f"IPv6 address {text}"


def spans(text: str) -> list[str]:
    """Return `10.0.0.7-10.0.0.9` as ranges; every other text as it is."""
    first, _, last = text.partition("-")
    try:
        return [str(each) for each in summarize_address_range(IPv4Address(first), IPv4Address(last))]
    except ValueError:
        return [text]


def destination(text: str) -> str:
    """Return a range as Azure takes it, which lets host bits pass: `10.0.0.7/24` is `10.0.0.0/24`."""
    try:
        return str(IPv4Network(text, strict=False)) if "/" in text else text
    except ValueError:
        return text


def ranges(texts: Iterable[str]) -> tuple[IPv4Network, ...] | None:
    """Return ranges of clients; none for anybody, None where one of them is no range that is known here."""
    found, nobody = list[IPv4Network](), tuple[IPv4Network, ...]()
    for text in (part for each in texts for part in spans(each)):
        if text.lower() in ("*", "all", "any", "0.0.0.0/0", "virtualnetwork"):
            return ()
        try:
            network = ip_network(text, strict=False)
        except ValueError:
            return None
        if isinstance(network, IPv4Network):
            found.append(network)
        else:
            nobody = (_NOBODY,)
    return tuple(found) or nobody


def without(networks: Iterable[IPv4Network], others: Iterable[IPv4Network]) -> list[IPv4Network]:
    """Return the parts of ranges that are in none of other ranges."""
    left = list(networks)
    for other in others:
        rest: list[IPv4Network] = []
        for each in left:
            if not each.overlaps(other):
                rest.append(each)
            elif not each.subnet_of(other):
                rest += each.address_exclude(other)
        left = rest
    return sorted(left)
