"""The workers: processes that answer UDP, replaced as a whole by a reload, and one by one when they die."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.serve.processes.spawn import Child, ChildReports, spawn

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[int], "Job"]

ANSWERING = "answering"
"""The line that a worker writes before it takes its first query."""
_START_SECONDS = 5.0
"""How long a new worker may take to that; after it the old one goes in any case."""
_STOP_SECONDS = 5.0
"""How long a worker may take for its last batch."""
_SOON_SECONDS = 1.0
"""A worker that dies sooner after its start is not started again before this has passed."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Job:
    """The work of one worker."""

    task: Callable[[int, ChildReports], None]
    keep: list[int]
    """The descriptors that it needs for it."""
    ended: Callable[[], None] = _nothing
    """Called in the parent once the worker is gone, however it ended."""


@dataclass(slots=True, eq=False)
class _Worker:
    number: int
    child: Child
    job: Job
    started: float
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False
    said: bytes = b""


class Workers:
    """Starts, replaces and watches the workers. Lives in a running asyncio loop."""

    def __init__(self, count: int, work: Work, report: Callable[[str], None]) -> None:
        self._count = count
        self._work = work
        self._report = report
        self._current: dict[int, _Worker] = {}
        self._missing: set[int] = set()
        self._held = False
        self._closed = False

    @property
    def complete(self) -> bool:
        """Whether all of them live."""
        return len(self._current) == self._count and not any(each.ended.is_set() for each in self._current.values())

    def start(self) -> None:
        """Start all of them."""
        for number in range(self._count):
            self._start(number)

    def hold(self) -> None:
        """Start nothing while another thread is at work, as a fork would copy its locks."""
        self._held = True

    def release(self) -> None:
        """Start what has died meanwhile."""
        self._held = False
        for number in sorted(self._missing):
            self._start(number)

    async def replace(self) -> None:
        """Start a new generation, stop the old one once the new one answers, and wait for its end."""
        old = list(self._current.values())
        self._held = False
        if self._closed:
            return
        for number in range(self._count):
            self._start(number)
        await self._wait_for_answering()
        await self._stop(old)

    async def close(self) -> None:
        """Stop all of them and wait for their end."""
        self._closed = True
        await self._stop(list(self._current.values()))

    async def _wait_for_answering(self) -> None:
        waiting = [each.answering.wait() for each in self._current.values()]
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*waiting), _START_SECONDS)

    async def _stop(self, workers: list[_Worker]) -> None:
        for worker in workers:
            if not worker.ended.is_set():
                worker.stopping = True
                worker.child.stop()
        for worker in workers:
            try:
                await asyncio.wait_for(worker.ended.wait(), _STOP_SECONDS)
            except TimeoutError:
                self._report(f"worker {worker.number} (pid {worker.child.pid}) does not stop; it is killed")
                worker.child.kill()
                await worker.ended.wait()

    def _start(self, number: int) -> None:
        if self._held or self._closed:
            self._missing.add(number)
            return
        self._missing.discard(number)
        loop = asyncio.get_running_loop()
        job = self._work(number)
        worker = _Worker(number, spawn(job.task, job.keep), job, loop.time())
        self._current[number] = worker
        loop.add_reader(worker.child.voice, self._hear, worker)

    def _hear(self, worker: _Worker) -> None:
        try:
            heard = os.read(worker.child.voice, 65536)
        except BlockingIOError:
            return
        *lines, worker.said = (worker.said + heard).split(b"\n")
        for line in lines:
            if line == ANSWERING.encode():
                worker.answering.set()
            else:
                self._report(line.decode(errors="replace"))
        if not heard:
            self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(worker.child.voice)
        how = worker.child.reap()
        worker.job.ended()
        worker.answering.set()  # nobody is to wait for it
        worker.ended.set()
        if worker.stopping:
            return
        worker.child.stop()
        self._report(f"worker {worker.number} (pid {worker.child.pid}) {how}; it is started again")
        wait = max(0.0, worker.started + _SOON_SECONDS - loop.time())
        if self._current.get(worker.number) is worker:
            loop.call_later(wait, self._restart, worker)

    def _restart(self, worker: _Worker) -> None:
        if self._current.get(worker.number) is worker:
            self._start(worker.number)
