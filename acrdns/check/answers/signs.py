"""Signs in an answer besides its addresses: the zone that denied the name, a filter, addresses that DNS64 made.

These signs come from the resolver that was asked, so they hold where the topology file is wrong or missing.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.answers.classify import is_privatelink
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.probe.observation import Observation

AZURE_PRIVATE_DNS = "azureprivatedns.net"
"""The primary server in the SOA record of every Azure private DNS zone (facts.md section 1.4)."""
PUBLIC_PRIMARY = ".azure-dns."
"""Part of the primary servers' names of Azure's public zones: `ns1-01.azure-dns.com`."""
NAT64 = ip_network("64:ff9b::/96")
"""The well-known prefix of RFC 6052."""
_EDE = re.compile(r"\bEDE:? (\d+)\b")
_FILTERED = frozenset((15, 16, 17, 18))
"""Extended DNS Errors Blocked, Censored, Filtered and Prohibited (RFC 8914 section 4)."""
_STALE = frozenset((3, 19))
"""Stale Answer and Stale NXDOMAIN Answer."""
_NOT_VALID = frozenset((1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 25, 27))
"""Those about DNSSEC, from Unsupported DNSKEY Algorithm to Unsupported NSEC3 Iterations Value."""
_UNREACHABLE = frozenset((22, 23))
"""No Reachable Authority and Network Error."""


def is_of_azure(primary: str) -> bool:
    """Return whether the primary server in an SOA record is one of Azure's, for private or public zones."""
    return primary.endswith(AZURE_PRIVATE_DNS) or PUBLIC_PRIMARY in primary


def is_filtered(observation: Observation) -> bool:
    """Return whether the resolver says that it withholds the answer."""
    return _says_one_of(observation, _FILTERED)


def is_stale(observation: Observation) -> bool:
    """Return whether the resolver says that it remembers the answer from before its servers fell silent (RFC 8767)."""
    return _says_one_of(observation, _STALE)


def is_not_valid(observation: Observation) -> bool:
    """Return whether the resolver says that the answer fails its DNSSEC validation."""
    return _says_one_of(observation, _NOT_VALID)


def is_cut_off(observation: Observation) -> bool:
    """Return whether the resolver says that it reaches none of the servers behind it."""
    return _says_one_of(observation, _UNREACHABLE)


def _says_one_of(observation: Observation, codes: frozenset[int]) -> bool:
    return not codes.isdisjoint(int(code) for code in _EDE.findall(observation.detail))


def shows_private_zone(observation: Observation) -> bool:
    """Return whether a private zone of Azure gave an answer: a private address, or a name that it does not have."""
    denied = (observation.denied_by or ("", ""))[1] == AZURE_PRIVATE_DNS
    return denied or any(kind_of(address) is AddressKind.PRIVATE for address in observation.addresses)


def asks_public_dns(observation: Observation) -> bool:
    """Return whether the resolver says that public DNS had the answer, as this program's server does."""
    return "public DNS was asked" in observation.detail


def is_stripped(observation: Observation) -> bool:
    """Return whether an answer looks like that of rebinding protection: an alias into privatelink, and no address.

    A name server that has no address for the alias target adds the SOA record of its zone (RFC 2308 section 2.2); a
    resolver that removed a private address does not have one.
    """
    ends_private = len(observation.chain) > 1 and is_privatelink(observation.chain[-1])
    return observation.outcome is Outcome.NODATA and ends_private and observation.denied_by is None


def embedded(address: str, known: Iterable[str] = ()) -> str:
    """Return the IPv4 address in an IPv6 address that DNS64 made, or empty.

    In another prefix than the well-known one, it is one of the IPv4 addresses that are known.
    """
    parsed = ip_address(address)
    if not isinstance(parsed, IPv6Address):
        return ""
    if parsed in NAT64:
        return ".".join(map(str, parsed.packed[-4:]))
    return next((four for four in known if ip_address(four).version == 4 and _is_around(parsed.packed, four)), "")  # noqa: PLR2004


def _is_around(packed: bytes, four: str) -> bool:
    """Return whether an address is an IPv4 address in a prefix of 32, 40, 48, 56, 64 or 96 bits, and nothing else.

    Octet 8 is zero in the shorter ones, and so is what follows the IPv4 address (RFC 6052 section 2.2).
    """
    if packed[12:] == ip_address(four).packed:
        return True
    whole = packed[:8] + packed[9:]
    ends = [start for start in range(4, 9) if whole[start:] == ip_address(four).packed + bytes(11 - start)]
    return packed[8] == 0 and bool(ends)
