"""A process that works until it is killed, and what it was told of before."""

from __future__ import annotations

import os
import random
import signal
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def killed(
    work: Callable[[Path, int, int], None], directory: Path, seed: int, *, lines: int, seconds: float
) -> list[str]:
    """Let a process work in a directory, kill it at a random moment, and return the whole lines that it wrote.

    `work` is given the directory, the seed and a pipe to write to. The process dies at most `seconds` after fewer than
    `lines` lines.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(directory, seed, writing)
        finally:
            os._exit(1)
    os.close(writing)
    chance = random.Random(seed)
    with os.fdopen(reading, "rb") as pipe:
        told = [pipe.readline() for _ in range(chance.randrange(1, lines))]
        time.sleep(chance.random() * seconds)
        os.kill(child, signal.SIGKILL)
        told += pipe.readlines()
    os.waitpid(child, 0)
    return [line.decode().strip() for line in told if line.endswith(b"\n")]
