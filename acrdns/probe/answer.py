"""One answer as it was saved, or as another tool printed it: a question of one type, or of both in one.

A live probe gives an `Observation` of both types at once; `observation` makes one of such answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from acrdns.probe.observation import Observation, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.errors import Problem

AddressType = Literal["A", "AAAA"]
NOT_ASKED = "no A question was observed"
"""The detail of an observation about AAAA alone."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the file that an answer was read from; counted from 1."""

    file: str
    """The path of the file, or `-` for standard input."""
    line: int
    """The number of the line, from 1."""


@dataclass(frozen=True, slots=True)
class IgnoredLine:
    """A line that was not understood, or that cannot be used, and why."""

    file: str
    line: int
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class ObservedAnswer:
    """The answer to one question."""

    fqdn: str
    """The name asked, in lower case, without the last dot."""
    type: AddressType | None
    """None where a tool asks for both types in one."""
    outcome: Outcome
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    """The name asked, then each alias that was shown; it ends at the owner of the addresses."""
    server: str | None = None
    """The resolver that answered; without port 53 where another tool names it."""
    vantage: str | None = None
    tool: str = "acrdns"
    source: SourceLine | None = None
    detail: str = ""
    time: str | None = None
    """RFC 3339, in UTC."""
    ttl: int | None = None
    """Seconds, of the address records."""
    milliseconds: float | None = None
    ede: tuple[str, ...] = ()
    """Extended DNS Errors (RFC 8914) as text."""
    soa: tuple[str, str] | None = None
    """Of a negative answer: the apex of the zone in its SOA record, and the zone's primary server (RFC 2308)."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The content of one file."""

    answers: tuple[ObservedAnswer, ...]
    """In the order of the file."""
    ignored: tuple[IgnoredLine, ...] = ()
    torn: bool = False
    """Whether the last line was cut off while the file was written; it is left out."""
    redacted: bool = False
    """Whether names and addresses were replaced when it was saved."""
    problems: tuple[Problem, ...] = ()
    """Lines that must be mended before anything is judged."""


_WHOLE = frozenset(("acrdns", "dig", "kdig", "drill"))
"""The tools that show whole DNS messages: an alias before a negative answer, too, whether NODATA or NXDOMAIN."""


def observation(fqdn: str, answers: Iterable[ObservedAnswer]) -> Observation | None:
    """Return what answers about one name say together, or None without any.

    Later answers replace earlier ones, but for those of tools that do not say why there is no address.
    """
    four: ObservedAnswer | None = None
    six: ObservedAnswer | None = None
    for answer in answers:
        vague = answer.outcome is Outcome.OTHER and not answer.addresses
        if answer.type != "AAAA" and not (vague and four):
            four = answer
        if answer.type != "A" and not (vague and six):
            six = answer
    if four is None and six is None:
        return None
    first = four or six
    assert first is not None
    return Observation(
        fqdn=fqdn,
        outcome=_outcome(four, 4),
        addresses=_of_family(four, 4),
        chain=first.chain or (fqdn,),
        ttl=four.ttl if four else None,
        ipv6_outcome=_outcome(six, 6) if six and (six.type or _of_family(six, 6)) else None,
        ipv6_addresses=_of_family(six, 6),
        milliseconds=four.milliseconds if four else None,
        detail=four.detail if four else NOT_ASKED,
        denied_by=four.soa if four else None,
        server=(first.server or "").removesuffix(":53"),
        ipv6_chain=six.chain if six and six.type and six.tool in _WHOLE and six.chain[1:] else (),
    )


def _outcome(answer: ObservedAnswer | None, family: int) -> Outcome:
    """Return how the question of a family ended; a tool that shows addresses of the other family alone found none."""
    if answer is None:
        return Outcome.OTHER
    if answer.outcome is Outcome.ANSWER and not _of_family(answer, family):
        return Outcome.NODATA
    return answer.outcome


def _of_family(answer: ObservedAnswer | None, family: int) -> tuple[str, ...]:
    return tuple(address for address in answer.addresses if (":" in address) is (family == 6)) if answer else ()  # noqa: PLR2004
