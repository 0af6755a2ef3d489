"""Question and response: the two values that every DNS server of the simulation works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.names import show
from acrdns.record import Rcode, Type, type_text

if TYPE_CHECKING:
    from acrdns.names import Name
    from acrdns.record import RRset


MAX_CHAIN = 16
"""Aliases in a row that are followed for one question; BIND's and Unbound's limits are of this size."""


@dataclass(frozen=True, slots=True)
class Question:
    """A name and a type; the class is IN."""

    name: Name
    type: int

    def __str__(self) -> str:
        return f"{show(self.name)} {type_text(self.type)}"


@dataclass(frozen=True, slots=True)
class Response:
    """A server's answer to a question."""

    rcode: Rcode
    answer: tuple[RRset, ...] = ()
    """The whole chain in order."""
    authority: tuple[RRset, ...] = ()
    """The SOA of the zone that said no, for NXDOMAIN and NODATA; the NS records of a delegation."""
    additional: tuple[RRset, ...] = ()
    authoritative: bool = False
    """AA: only for zones that people bring."""
    timed_out: bool = False
    """No server answered. The rcode is SERVFAIL then, as a client's own resolver reports it."""
    unreached: bool = False
    """The server that answers SERVFAIL got no answer itself."""
    blocked: bool = False
    """A filter took the addresses out; goes out as Extended DNS Error 15 (RFC 8914 section 4.16)."""
    alternatives: tuple[Response, ...] = ()
    """Different answers to the same question, where any of several DNS servers may answer it."""
    cause: str = ""
    """Why this is not what a working Private Link gives; goes out as an Extended DNS Error (RFC 8914)."""

    @property
    def nodata(self) -> bool:
        """NOERROR, but no record of the type that was asked for (RFC 2308 section 2.2)."""
        return self.rcode == Rcode.NOERROR and (not self.answer or self.answer[-1].type == Type.CNAME)
