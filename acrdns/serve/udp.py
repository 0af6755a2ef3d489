"""UDP: one loop over all sockets, in batches (performance.md, points 1 to 4).

Nothing else runs in the loop's process, so nothing holds it up: TCP, loading, watching and writing are others' work. It
blocks in epoll, takes what a socket has, answers hits from the cache in place and the rest by the responder, and sends
the batch. Where the system has no recvmmsg, datagrams go one by one.
"""

from __future__ import annotations

import select
import time
from typing import TYPE_CHECKING

from acrdns.serve import counters, mmsg
from acrdns.serve.listener import maker, note, send_or_drop
from acrdns.serve.onebyone import OneByOne
from acrdns.wire.quick import is_positive
from acrdns.wire.reply import Keep, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.serve.guard import Guard
    from acrdns.serve.listener import Listener, Loop, Make
    from acrdns.serve.querylog import LogPipe
    from acrdns.serve.relay import Relay


def run(
    listeners: Sequence[Listener],
    stop: int,
    log: LogPipe | None = None,
    *,
    batches: bool = True,
    guard: Guard | None = None,
    relay: Relay | None = None,
) -> None:
    """Answer until the descriptor `stop` can be read, or its other end is closed. With a guard, it answers.

    `relay` brings the answers from upstream.
    """
    make = _Batches.make if batches and mmsg.AVAILABLE else OneByOne.make
    made = make(listeners, log, guard)
    if relay is not None:
        made[relay.fileno()] = relay
    if hasattr(select, "epoll"):
        _run_epoll(made, stop)
    else:
        _run_select(made, stop)


def _run_epoll(loops: dict[int, Loop], stop: int) -> None:
    with select.epoll() as poll:
        for descriptor in (*loops, stop):
            poll.register(descriptor, select.EPOLLIN)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == stop:
                    return
                loops[descriptor].answer()


def _run_select(loops: dict[int, Loop], stop: int) -> None:
    while True:
        ready, _, _ = select.select((*loops, stop), (), ())
        if stop in ready:
            return
        for descriptor in ready:
            loops[descriptor].answer()


class _Batches:
    """A socket read and written by batches; sockets of the same kind share the buffers."""

    def __init__(self, listener: Listener, batch: mmsg.Batch, log: LogPipe | None, guard: Guard | None) -> None:
        self._socket = listener.socket
        self._descriptor = listener.socket.fileno()
        self._desk = listener.desk
        self._batch = batch
        self._log = log
        # The log notes hits as well, and the guard has to see who asks.
        self._one_by_one = log is not None or (guard is not None and guard.looks_at_clients)
        self._make: Make = maker(guard, hits=self._one_by_one)
        counted = listener.desk.meter is not None
        self._answer_hits = self._count_known if counted else self._answer_known
        self._answer_easy = self._count_quickly if counted else self._answer_quickly

    @classmethod
    def make(cls, listeners: Sequence[Listener], log: LogPipe | None, guard: Guard | None) -> dict[int, Loop]:
        kinds = {(listener.ipv6, listener.wildcard) for listener in listeners}
        batches = {(ipv6, wildcard): mmsg.Batch(ipv6=ipv6, wildcard=wildcard) for ipv6, wildcard in kinds}
        return {each.socket.fileno(): cls(each, batches[each.ipv6, each.wildcard], log, guard) for each in listeners}

    def answer(self) -> None:
        batch = self._batch
        count = batch.receive(self._descriptor)
        if self._one_by_one:
            missed = list(range(count))
        else:
            missed = self._answer_hits(count)
            if missed:
                missed = self._answer_easy(missed)
        self._send_but(missed, count)  # nobody whose answer is known waits for those that have to be made
        if missed:
            made = {slot for slot in missed if self._answer_miss(slot)}
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

    def _answer_known(self, count: int) -> list[int]:
        """Write the answers that the cache has into their slots, and give the slots that it has none for."""
        buffer, sending = self._batch.buffer, self._batch.sending
        cache = self._desk.service.cache
        get = cache.table.get
        if not cache.table:
            cache.misses += count
            return list(range(count))
        missed = []
        start = 0
        for slot, length in enumerate(self._batch.lengths[:count]):
            key = buffer[start + 2 : start + length]
            entry = get(key)
            if entry is not None:
                kept, size, _ = entry
                buffer[start + 2 : start + size] = kept
                sending[slot] = size
            else:
                entry = get(key.lower())
                if entry is not None:
                    kept, size, end = entry
                    buffer[start + 2 : start + size] = kept
                    buffer[start + 12 : start + end] = key[10 : end - 2]
                    sending[slot] = size
                else:
                    missed.append(slot)
            start += mmsg.SLOT
        cache.hits += count - len(missed)
        cache.misses += len(missed)
        return missed

    def _answer_quickly(self, missed: list[int]) -> list[int]:
        """Write the answers that need no thought into their slots, and give the slots that are left."""
        service = self._desk.service
        answer = service.responder.quick
        if answer is None:
            return missed
        cache = service.cache
        buffer, lengths, sending = self._batch.buffer, self._batch.lengths, self._batch.sending
        left = []
        for slot in missed:
            start = slot * mmsg.SLOT
            packet = buffer[start + 2 : start + lengths[slot]]
            lowered = packet.lower()
            reply = answer(packet, lowered)
            if reply is None:
                left.append(slot)
                continue
            size = len(reply) + 2
            buffer[start + 2 : start + size] = reply
            sending[slot] = size
            if cache.keeps:
                if is_positive(reply):
                    cache.put(b"\0\0" + packet, Reply(b"\0\0" + reply, Keep.POSITIVE))
                elif cache.seen.before(lowered):
                    cache.put(b"\0\0" + packet, Reply(b"\0\0" + reply, Keep.NEGATIVE))
        return left

    def _count_known(self, count: int) -> list[int]:
        """Do as `_answer_known`, and count."""
        started = time.perf_counter_ns()
        missed = self._answer_known(count)
        self._count(range(count), missed, counters.HITS, started)
        return missed

    def _count_quickly(self, missed: list[int]) -> list[int]:
        """Do as `_answer_quickly`, and count."""
        started = time.perf_counter_ns()
        left = self._answer_quickly(missed)
        self._count(missed, left, counters.MISSES, started)
        return left

    def _count(self, slots: Sequence[int], left: list[int], cell: int, started: int) -> None:
        """Count the answers in slots, but for those that are left (`serve.counters`): each took as long as all."""
        meter = self._desk.meter
        if meter is not None and len(left) < len(slots):
            row = meter.row
            row.time(time.perf_counter_ns() - started, len(slots) - len(left))
            row.cells[cell] += len(slots) - len(left)
            without = frozenset(left)
            row.count_slots(self._batch.buffer, mmsg.SLOT, [slot for slot in slots if slot not in without])

    def _answer_miss(self, slot: int) -> bool:
        batch = self._batch
        start = slot * mmsg.SLOT
        packet = batch.buffer[start : start + batch.lengths[slot]]
        address, port = batch.client(slot)
        ancillary, peer = batch.way_back(slot) if self._desk.service.upstream is not None else ([], ("", 0))

        def later(reply: bytes) -> None:
            send_or_drop(lambda data: self._socket.sendmsg([data], ancillary, 0, peer), reply)
            note(self._log, self._desk, address, port, packet, reply, flush=True)

        reply = self._make(self._desk, packet, address, later)
        note(self._log, self._desk, address, port, packet, reply)
        if not reply:
            return False
        batch.buffer[start : start + len(reply)] = reply
        batch.sending[slot] = len(reply)
        return True
