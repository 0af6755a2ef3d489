"""The workers: child processes that are watched, started again one by one when they die, and replaced at a reload.

A worker that cannot be started, for lack of processes or descriptors, is tried again every second, for ever.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.serve.processes.spawn import ALIVE, Child, ParentLink, spawn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Work = Callable[[int], "Job"]

ANSWERING = "answering"
"""The line of a worker that is about to take its first query."""
_START_SECONDS = 5.0
"""How long the start, and the end of the old workers, wait for the new ones to say that."""
_STOP_SECONDS = 5.0
"""How long a worker may take for its last batch."""
_SOON_SECONDS = 1.0
"""How often a worker is started at most, and how often each is asked whether it still works."""
_LATE = 3
"""After so many unanswered questions the server is not ready."""
_HANGS = 6
"""After so many unanswered questions a worker is killed."""


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Job:
    """The task of one worker."""

    task: Callable[[ParentLink], None]
    keep: list[int]
    """The descriptors that it needs."""
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
    unanswered: int = 0
    """Questions whether it still works that it has not answered."""
    said: bytes = b""

    @property
    def works(self) -> bool:
        return self.answering.is_set() and not self.ended.is_set() and self.unanswered < _LATE


class Workers:
    """Starts, watches and replaces workers, in a running asyncio loop. `report` must not raise."""

    def __init__(self, count: int, work: Work, report: Callable[[str], None], name: str = "worker") -> None:
        self._count = count
        self._work = work
        self._report = report
        self._name = name
        self._current: dict[int, _Worker] = {}
        self._missing: set[int] = set()
        """Workers to start once that is possible."""
        self._failing = False
        """True if the last start failed and was reported."""
        self._held = False
        self._closed = False

    @property
    def complete(self) -> bool:
        """True if all workers are there and answer."""
        return len(self._current) == self._count and all(each.works for each in self._current.values())

    async def start(self) -> None:
        """Start all workers, watch them from now on, and wait until they answer."""
        self._missing.update(range(self._count))
        self._tick()
        await self._until_answering(self._current.values())

    def hold(self) -> None:
        """Start nothing while another thread runs: a fork would copy the locks that it holds."""
        self._held = True

    def release(self) -> None:
        """Start the workers that have died meanwhile."""
        self._held = False
        self._start_missing()

    def prepare(self) -> list[_Worker]:
        """Fork a new generation; it takes no query before `switch`. Raises OSError, and the old one goes on then."""
        made: list[_Worker] = []
        try:
            for number in range(self._count):
                made.append(self._spawn(number))  # noqa: PERF401 -- those that are made are stopped if one fails
        except OSError:
            self._dismiss(made)
            raise
        return made

    async def switch(self, generation: list[_Worker]) -> None:
        """Let a new generation answer, stop the old one once the new one does, and wait for its end."""
        if self._closed:
            self._dismiss(generation)
            return
        old = list(self._current.values())
        self._missing.clear()
        for worker in generation:
            self._current[worker.number] = worker
            worker.child.ask()
        await self._until_answering(generation)
        await self._stop(old)

    async def close(self) -> None:
        """Stop all of them and wait for their end."""
        self._closed = True
        await self._stop(list(self._current.values()))

    @staticmethod
    async def _until_answering(workers: Iterable[_Worker]) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(each.answering.wait() for each in workers)), _START_SECONDS)

    def _dismiss(self, workers: Iterable[_Worker]) -> None:
        for worker in workers:
            if not worker.ended.is_set() and not worker.stopping:
                worker.stopping = True
                worker.child.stop()

    async def _stop(self, workers: list[_Worker]) -> None:
        self._dismiss(workers)
        for worker in workers:
            try:
                await asyncio.wait_for(worker.ended.wait(), _STOP_SECONDS)
            except TimeoutError:
                self._report(f"{self._label(worker)} does not stop; it is killed")
                worker.child.kill()
                await worker.ended.wait()

    def _tick(self) -> None:
        """Start the workers that are missing, and ask the others whether they still work."""
        if not self._closed:
            asyncio.get_running_loop().call_later(_SOON_SECONDS, self._tick)
        self._start_missing()
        for worker in self._current.values():
            if not worker.answering.is_set() or worker.ended.is_set() or worker.stopping:
                continue
            if worker.unanswered == _HANGS:
                self._report(f"{self._label(worker)} does not respond; it is killed")
                worker.child.kill()
            worker.unanswered += 1
            worker.child.ask()

    def _start_missing(self) -> None:
        if self._held or self._closed:
            return
        now = asyncio.get_running_loop().time()
        for number in sorted(self._missing):
            before = self._current.get(number)
            if before is not None and now < before.started + _SOON_SECONDS:
                continue
            try:
                worker = self._spawn(number)
            except OSError as error:
                if not self._failing:
                    self._report(
                        f"{self._name} {number} cannot be started ({error.strerror}); it is tried every second"
                    )
                self._failing = True
                return
            self._failing = False
            self._missing.discard(number)
            self._current[number] = worker
            worker.child.ask()

    def _spawn(self, number: int) -> _Worker:
        loop = asyncio.get_running_loop()
        job = self._work(number)
        try:
            child = spawn(job.task, job.keep)
        except OSError:
            job.ended()
            raise
        worker = _Worker(number, child, job, loop.time())
        loop.add_reader(child.lines, self._hear, worker)
        return worker

    def _hear(self, worker: _Worker) -> None:
        try:
            heard = os.read(worker.child.lines, 65536)
        except BlockingIOError:
            return
        *lines, worker.said = (worker.said + heard).split(b"\n")
        for line in lines:
            if line == ALIVE.encode():
                worker.unanswered = 0
            elif line == ANSWERING.encode():
                worker.answering.set()
            else:
                self._report(line.decode(errors="replace"))
        if not heard:
            self._bury(worker)

    def _bury(self, worker: _Worker) -> None:
        loop = asyncio.get_running_loop()
        loop.remove_reader(worker.child.lines)
        how = worker.child.reap()
        worker.job.ended()
        worker.answering.set()  # a reload must not wait for it
        worker.ended.set()
        if worker.stopping:
            return
        worker.child.stop()
        self._report(f"{self._label(worker)} {how}; it is started again")
        if self._current.get(worker.number) is worker:
            self._missing.add(worker.number)
            loop.call_at(worker.started + _SOON_SECONDS, self._start_missing)

    def _label(self, worker: _Worker) -> str:
        return f"{self._name} {worker.number} (pid {worker.child.pid})"
