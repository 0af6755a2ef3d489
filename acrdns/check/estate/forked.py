"""Work over many registries, in several processes where that is faster.

Registries are independent, so each process takes some of them. Forking copies no topology; results come back through a
pipe. One process does all the work for small estates, on a single processor, without fork, and in programs with threads
(where forking is dangerous).
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")

WORTH_IT = 100_000
"""Endpoints times vantage points in each process, below which starting one takes longer than it saves."""
MOST = 4
"""Processes; each copies some of the topology's memory."""


def processes(cells: int) -> int:
    """Return the number of processes for some work; `cells` is the number of answers to judge."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    return max(1, min(_processors(), MOST, cells // WORTH_IT))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(work: Callable[[Sequence[str]], T], keys: Sequence[str], parts: int) -> list[T]:
    """Return the results of work on as many parts of a list, in the order of the list.

    This process does the first part. An exception in another process is raised here.
    """
    size = max(1, -(-len(keys) // parts))
    first, *others = [keys[start : start + size] for start in range(0, len(keys), size)] or [keys]
    if not others:
        return [work(first)]
    from multiprocessing import get_context

    context = get_context("fork")
    started = []
    for part in others:
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_send, args=(work, part, sender), daemon=True)
        process.start()
        sender.close()
        started.append((process, receiver))
    results = [work(first)]
    for process, receiver in started:
        results.append(_receive(receiver))
        process.join()
    return results


def _send(work: Callable[[Sequence[str]], T], part: Sequence[str], sender: Connection) -> None:
    try:
        sender.send((work(part), None))
    except Exception as error:  # noqa: BLE001 - the process that asked raises it
        sender.send((None, error))


def _receive(receiver: Connection) -> Any:
    try:
        result, error = receiver.recv()
    except EOFError:
        raise RuntimeError("a process that did a part of the work has died; is there enough memory?") from None
    if error is not None:
        raise error
    return result
