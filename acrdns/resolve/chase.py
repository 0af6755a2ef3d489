"""Following aliases: one question becomes a chain of hops, each of which may have another server (RFC 1034 5.2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from acrdns.names import Name, show
from acrdns.record import Rcode, RRset
from acrdns.resolve.chain import Question, Response
from acrdns.zone.answer import MAX_CHAIN

if TYPE_CHECKING:
    from collections.abc import Callable

ALIAS_LOOP = "alias loop at"
TOO_LONG = "more than"
"""How the causes of chains without an end begin."""
DEAD_END = "an alias leads to a name that does not exist"
"""The cause where no server gives a better one. The answer shows the name."""


class Hop(NamedTuple):
    """The result at one name of the chain. A named tuple, as every resolution makes several."""

    rcode: Rcode
    answer: tuple[RRset, ...] = ()
    authority: tuple[RRset, ...] = ()
    target: Name | None = None
    """Where the chain goes on; None at its end."""
    cause: str = ""
    blocked: bool = False
    unreached: bool = False
    """Whether no server that was asked has answered."""


def chase(question: Question, hop: Callable[[Question], Hop]) -> Response:
    """Ask hop after hop until the chain ends. The answer is the whole chain, the rcode that of its end.

    A chain that ends in SERVFAIL, and a CNAME loop, is an answer without records.
    """
    answer: list[RRset] = []
    seen = {question.name}
    cause = ""
    asked = question
    while True:
        found = hop(asked)
        answer += found.answer
        cause = found.cause or cause
        if found.target is None:
            # A resolver that fails hands out no part of the chain, as BIND and Unbound do.
            chain = () if found.rcode == Rcode.SERVFAIL else tuple(answer)
            if chain and found.rcode == Rcode.NXDOMAIN:
                cause = cause or DEAD_END
            return Response(
                found.rcode, chain, found.authority, cause=cause, unreached=found.unreached, blocked=found.blocked
            )
        if found.target in seen:
            return Response(Rcode.SERVFAIL, cause=f"{ALIAS_LOOP} {show(found.target)}")
        if len(seen) > MAX_CHAIN:
            return Response(Rcode.SERVFAIL, cause=f"{TOO_LONG} {MAX_CHAIN} aliases from {show(question.name)}")
        seen.add(found.target)
        asked = Question(found.target, question.type)
