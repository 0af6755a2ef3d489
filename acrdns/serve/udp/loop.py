"""UDP: one loop over all sockets, in batches (performance.md, points 1 to 4).

Nothing else runs in the loop's process, so nothing holds it up: TCP, loading, watching and writing are others' work. It
blocks in epoll, or in its socket if it has but one, takes what is there, answers hits from the cache in place and
the rest by the responder, and sends the batch. Where the system has no recvmmsg, datagrams go one by one.
"""

from __future__ import annotations

import os
import select
import socket
import struct
import time
from functools import partial
from typing import TYPE_CHECKING

from acrdns.serve.observe import counters
from acrdns.serve.service import PENDING
from acrdns.serve.udp import mmsg
from acrdns.serve.udp.datagrams import OneByOne, note, send_late
from acrdns.serve.udp.gate import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from acrdns.serve.observe.querylog import LogPipe
    from acrdns.serve.udp.datagrams import Listener, Loop
    from acrdns.serve.upstream.relay import Relay

_PATIENCE = 0.01
"""Seconds without a query after which a socket is idle, and between two looks at whether to stop while it is not."""
_TIMEVAL = struct.Struct("@ll")
_STARTS = tuple((slot, slot * mmsg.SLOT, slot * mmsg.SLOT + 2) for slot in range(mmsg.SLOTS))
"""Each slot, where it starts, and where what follows the ID does."""


def run(
    listeners: Sequence[Listener],
    stop: int,
    log: LogPipe | None = None,
    *,
    batches: bool = True,
    gate: Gate | None = None,
    relay: Relay | None = None,
    ended: Callable[[], bool] = lambda: True,
) -> None:
    """Answer until the descriptor `stop` can be read and `ended` says so.

    `relay` brings the answers from upstream.
    """
    make = _Batches.make if batches and mmsg.AVAILABLE else OneByOne.make
    made = make(listeners, log, gate or Gate())
    if relay is not None:
        made[relay.fileno()] = relay
    if len(made) == 1 and isinstance(only := next(iter(made.values())), _Batches):
        _run_one(only, stop, ended)
    else:
        _run_all(made, stop, ended)
    if relay is not None:
        relay.finish()


def _run_one(only: _Batches, stop: int, ended: Callable[[], bool]) -> None:
    """Serve one socket: wait in it while it is busy, which saves a system call, and by poll once it is not.

    The kernel wakes an epoll set for every datagram that leaves the socket, even if nobody waits in it.
    """
    only.be_patient(_PATIENCE)
    poll = select.poll()
    for descriptor in (only.fileno(), stop):
        poll.register(descriptor, select.POLLIN)
    while stop not in dict(poll.poll()) or not ended():
        due = time.monotonic() + _PATIENCE
        while only.wait():
            if time.monotonic() > due:
                break


def _run_all(loops: dict[int, Loop], stop: int, ended: Callable[[], bool]) -> None:
    poll = select.epoll() if hasattr(select, "epoll") else select.poll()
    for descriptor in (*loops, stop):
        poll.register(descriptor, select.POLLIN)
    while True:
        for descriptor, _ in poll.poll():
            if descriptor != stop:
                loops[descriptor].answer()
            elif ended():
                return


class _Batches:
    """A socket read and written by batches; sockets of the same kind share the buffers."""

    def __init__(self, listener: Listener, batch: mmsg.DatagramBatch, log: LogPipe | None, gate: Gate) -> None:
        self._socket = listener.socket
        self._descriptor = listener.socket.fileno()
        self._served = listener.served
        self._batch = batch
        self._log = log
        # The log notes all queries, and the gate may have to see who asks.
        self._one_by_one = log is not None or gate.looks_at_clients
        self._reply = gate.reply if self._one_by_one else gate.resolve
        self._exact = True
        """Whether to look packets up as they are before they are looked up in lower case."""
        counted = listener.served.meter is not None
        self._answer_known = self._count_known if counted else self._fill_known

    @classmethod
    def make(cls, listeners: Sequence[Listener], log: LogPipe | None, gate: Gate) -> dict[int, Loop]:
        kinds = {(listener.ipv6, listener.wildcard) for listener in listeners}
        batches = {(ipv6, wildcard): mmsg.DatagramBatch(ipv6=ipv6, wildcard=wildcard) for ipv6, wildcard in kinds}
        return {each.socket.fileno(): cls(each, batches[each.ipv6, each.wildcard], log, gate) for each in listeners}

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._descriptor

    def be_patient(self, seconds: float) -> None:
        """Let `wait` block for so long."""
        whole, rest = divmod(round(seconds * 1_000_000), 1_000_000)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIMEVAL.pack(whole, rest))
        os.set_blocking(self._descriptor, True)

    def answer(self) -> None:
        """Answer what the socket has, up to a batch."""
        self._answer(self._batch.receive(self._descriptor))

    def wait(self) -> bool:
        """Answer the next datagrams, and return whether any came while the socket waited."""
        count = self._batch.wait(self._descriptor)
        self._answer(count)
        return count > 0

    def _answer(self, count: int) -> None:
        missed = list(range(count)) if self._one_by_one else self._answer_known(count)
        self._send_but(missed, count)  # what is known first, so that it does not wait for what has to be resolved
        if missed:
            made = {slot for slot in missed if self._fill(slot)}
            self._send_but([slot for slot in range(count) if slot not in made], count)
        if self._log is not None:
            self._log.flush()

    def _send_but(self, left_out: list[int], count: int) -> None:
        """Send the slots up to `count`, but for some."""
        start = 0
        for slot in left_out:
            self._batch.send(self._descriptor, start, slot)
            start = slot + 1
        self._batch.send(self._descriptor, start, count)

    def _fill_known(self, count: int) -> list[int]:
        """Write the replies that are remembered or learnt into their slots, and return the slots that are left."""
        answering = self._served.service.answering
        cache, learnt = answering.remembered, answering.learnt
        buffer, lengths, sending = self._batch.buffer, self._batch.lengths, self._batch.sending
        get = cache.table.get
        exact, packet, lowered = self._exact, b"", b""
        made = 0
        left = []
        for slot, start, body in _STARTS[:count]:
            packet = buffer[body : start + lengths[slot]]
            if exact and (entry := get(packet)) is not None:
                kept, size, _ = entry
                buffer[body : start + size] = kept
                sending[slot] = size
                continue
            lowered = packet.lower()
            entry = get(lowered)
            if entry is None and not exact:
                entry = get(packet)
            if entry is not None:
                _, size, (end, before, behind) = entry
                buffer[body : start + 12] = before
                buffer[start + end : start + size] = behind
                sending[slot] = size
                continue
            reply = learnt(packet, lowered)
            if reply is None:
                left.append(slot)
                continue
            made += 1
            size = len(reply) + 2
            buffer[body : start + size] = reply
            sending[slot] = size
            answering.keep_learnt(packet, reply)
        if lowered:
            self._exact = packet in cache.table  # as the last one came, so the next ones will
        cache.hits += count - made - len(left)
        cache.misses += made + len(left)
        return left

    def _count_known(self, count: int) -> list[int]:
        """Do as `_fill_known`, and count: each answer took as long as all (`serve.observe.counters`)."""
        meter, cache = self._served.meter, self._served.service.answering.remembered
        assert meter is not None
        hits, started = cache.hits, time.perf_counter_ns()
        left = self._fill_known(count)
        hits, answered = cache.hits - hits, count - len(left)
        if answered:
            row = meter.row
            row.time(time.perf_counter_ns() - started, answered)
            row.cells[counters.HITS] += hits
            row.cells[counters.MISSES] += answered - hits
            without = frozenset(left)
            row.count_slots(self._batch.buffer, mmsg.SLOT, [slot for slot in range(count) if slot not in without])
        return left

    def _fill(self, slot: int) -> bool:
        """Write the reply to a slot's datagram into it, and return whether there is one now."""
        batch, served = self._batch, self._served
        start = slot * mmsg.SLOT
        packet = batch.buffer[start : start + batch.lengths[slot]]
        client = batch.client(slot)
        later = partial(send_late, self._log, served, client, self._way_back(slot), packet)
        reply = self._reply(served, packet, client[0], later)
        note(self._log, served, client, packet, reply)
        if reply is None or reply is PENDING:
            return False
        batch.buffer[start : start + len(reply)] = reply
        batch.sending[slot] = len(reply)
        return True

    def _way_back(self, slot: int) -> Callable[[bytes], int]:
        """Return what sends a reply to a slot's client later, when the slot holds another datagram."""
        if self._served.service.upstream is None:
            return len  # nothing is sent later
        ancillary, peer = self._batch.way_back(slot)
        return lambda reply: self._socket.sendmsg([reply], ancillary, socket.MSG_DONTWAIT, peer)
