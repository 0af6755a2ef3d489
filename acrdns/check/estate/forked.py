"""Work over many registries, in several processes where that pays.

Registries do not depend on each other, so each process takes some of them. A process is forked, which costs no copy of
the topology; what it finds comes back through a pipe. Small estates, a single processor, systems without fork and
programs with threads (where forking is dangerous) do all the work right here.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, TypeVar

from acrdns.gc_pause import paused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection

T = TypeVar("T")

WORTH_IT = 100_000
"""Endpoints times vantage points in each process, below which starting one takes longer than it saves."""
MOST = 4
"""Processes; each needs some of the topology's memory again."""


def processes(cells: int) -> int:
    """Say into how many processes some work should be split; `cells` is how many answers there are to judge."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    return max(1, min(_processors(), MOST, cells // WORTH_IT))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(work: Callable[[Sequence[str]], T], keys: Sequence[str], parts: int) -> list[T]:
    """Do work on as many parts of a list, and give the results in the order of the list.

    The first part is done in this process. What fails in another one fails here, with the same exception.
    """
    with paused():
        return _in_parts(work, keys, parts)


def _in_parts(work: Callable[[Sequence[str]], T], keys: Sequence[str], parts: int) -> list[T]:
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
