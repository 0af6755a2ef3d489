"""What a flood of names below made-up parents may cost: each datagram is looked at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.names import wire
from acrdns.resolve.world import World
from acrdns.serve.service import Service
from acrdns.serve.udp import mmsg
from acrdns.topology.load import load
from acrdns.wire.answering import Answering
from acrdns.wire.remembered.cache import AnswerCache
from acrdns.wire.remembered.learnt import _MOST_CREDIT, _PRICE, Learnt
from acrdns.wire.responder import Responder, always
from tests.serve.udp.shortcuts import IN_FLIGHT, answering
from tests.wire.strategies import OPT, query

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE = Path(__file__).parents[3] / "zones" / "private-link-geo.yaml"
COUNT = 3000


class Counted:
    """What was learnt, and how often it was asked for."""

    def __init__(self, reply: Callable[[bytes, bytes], bytes | None]) -> None:
        self.asked = 0
        self._reply = reply

    def __call__(self, packet: bytes, lowered: bytes) -> bytes | None:
        """Count, and ask."""
        self.asked += 1
        return self._reply(packet, lowered)


@pytest.mark.parametrize(
    "batches",
    [
        pytest.param(True, marks=pytest.mark.skipif(not mmsg.AVAILABLE, reason="no recvmmsg here"), id="batches"),
        pytest.param(False, id="one-by-one"),
    ],
)
def test_made_up_parents_do_not_use_up_the_lessons_of_real_names(batches: bool) -> None:
    """Each of them comes once, so hardly any makes a family, and the credit for lessons is not spent."""
    world = World(load(str(SAMPLE)))
    no = always(authoritative=False)
    learnt = Learnt(no, world=world, vantage="hub")
    counted = Counted(learnt.reply)
    responder = Responder(lambda question: world.answer("hub", question), no)
    service = Service("hub", Answering(responder, AnswerCache(0), counted))
    packets = [query(number, 0x0100, wire(f"a.made{number}.azurecr.io"), 1, OPT) for number in range(COUNT)]
    with answering([service], batches=batches) as (client,):
        for start in range(0, COUNT, IN_FLIGHT):
            sent = packets[start : start + IN_FLIGHT]
            for packet in sent:
                client.send(packet)
            assert {client.recv(4096)[:2] for _ in sent} == {packet[:2] for packet in sent}
    assert counted.asked == COUNT
    assert len(learnt._families) < COUNT // 50
    assert learnt._credit > _MOST_CREDIT - _PRICE * COUNT // 50
