"""The words for an answer: its addresses, each private or public, or how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.record import Rcode, Type, rcode_text

if TYPE_CHECKING:
    from acrdns.resolve.chain import Response
    from acrdns.topology.model import Topology

_ADDRESSES = (Type.A, Type.AAAA)


def addresses_of(response: Response) -> tuple[str, ...]:
    """Return the IPv4 and IPv6 addresses of an answer."""
    return tuple(text for rrset in response.answer if rrset.type in _ADDRESSES for text in rrset.texts())


def state_of_response(topology: Topology, response: Response) -> str:
    """Return an answer in a word: `private`, `public`, `answer` for other records, `NODATA` or the rcode."""
    if response.rcode != Rcode.NOERROR:
        return rcode_text(response.rcode)
    if response.nodata:
        return "NODATA"
    kinds = {kind_of(address, topology) for address in addresses_of(response)}
    if not kinds:
        return "answer"
    # An answer with one public address is public: some of its clients bypass the private endpoint.
    return str(next(k for k in (AddressKind.PUBLIC, AddressKind.UNUSABLE, AddressKind.PRIVATE) if k in kinds).value)


def summary_of(topology: Topology, response: Response) -> str:
    """Return an answer in a few words: `10.0.0.7 (private)`, `NXDOMAIN`, `SERVFAIL (no answer)`."""
    state = state_of_response(topology, response)
    found = addresses_of(response)
    if found:
        return f"{', '.join(found)} ({state})"
    if state == "answer":
        return ", ".join(text for rrset in response.answer[-1:] for text in rrset.texts())
    return f"{state} (no answer)" if response.timed_out else state
