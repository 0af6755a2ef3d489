"""The three ways from a packet over UDP to its reply at one address, and their order (`Answering`).

1. remembered: the same octets were asked before (`remembered.cache`);
2. learnt: a query that differs in its first label was resolved before (`remembered.learnt`);
3. resolved: the query is read, the question answered, the reply written (`responder`).

The law: the first two give the bytes that the third gives, or nothing. A property test at the socket holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from acrdns.wire.message.reply import Keep, Made, Reply
from acrdns.wire.remembered.cache import AnswerCache

if TYPE_CHECKING:
    from acrdns.wire.responder import Responder

Shortcut = Callable[[bytes, bytes], "bytes | None"]
"""From a packet without its ID, as it came and in lower case, to the reply without its ID, or None."""


def _is_positive(reply: bytes) -> bool:
    """Return whether a reply without its ID has an answer and no error, as `Keep.of` says of a response."""
    return reply[4:6] != b"\0\0" and not reply[1] & 15


def _learn_nothing(_packet: bytes, _lowered: bytes) -> None:
    """Return no reply."""


class Answering:
    """The replies of one address. The UDP loop looks into `remembered.table` itself, then calls the other two."""

    __slots__ = ("learnt", "remembered", "responder")

    def __init__(
        self, responder: Responder, remembered: AnswerCache | None = None, learnt: Shortcut | None = None
    ) -> None:
        self.responder = responder
        self.remembered = AnswerCache() if remembered is None else remembered
        self.learnt: Shortcut = learnt or _learn_nothing
        """Called once for each packet that is not remembered: it notes what it could not answer, and learns from it."""

    def reply(self, packet: bytes, client: bytes, now: int) -> Reply | None:
        """Return the reply to a packet over UDP, or None if none must be sent."""
        return self.known(packet) or self.resolve(packet, client, now)

    def known(self, packet: bytes) -> Reply | None:
        """Return the reply to a packet if it is remembered or learnt; both are the same for all clients."""
        found = self.remembered.get(packet)
        if found is not None:
            return Reply(found, Keep.NO, Made.REMEMBERED)
        body = packet[2:]
        found = self.learnt(body, body.lower())
        if found is None:
            return None
        self.keep_learnt(body, found)
        return Reply(packet[:2] + found, Keep.NO, Made.LEARNT)

    def keep_learnt(self, body: bytes, reply: bytes) -> None:
        """Remember a reply that was learnt; both without their ID. Negative ones are made as fast as they are found."""
        if self.remembered.keeps and _is_positive(reply):
            self.remembered.put(b"\0\0" + body, Reply(b"\0\0" + reply, Keep.POSITIVE))

    def resolve(self, packet: bytes, client: bytes, now: int) -> Reply | None:
        """Return the reply to a packet that is neither remembered nor learnt, or None if none must be sent.

        It is for the caller to `keep`, unless somebody else gives the final answer.
        """
        return self.responder.reply(packet, tcp=False, client=client, now=now)

    def keep(self, packet: bytes, reply: Reply) -> None:
        """Remember a reply, if it may be kept."""
        self.remembered.put(packet, reply)
