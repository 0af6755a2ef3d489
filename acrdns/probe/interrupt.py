"""Ctrl-C that waits until what belongs together has happened as a whole."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class Interrupts:
    """SIGINT of this process: `with interrupts:` delays it until the block has ended.

    It delays nothing outside `handled` and outside the main thread, which is the one that a signal interrupts; nor a
    second SIGINT: the block may wait for whoever reads what it writes.
    """

    def __init__(self) -> None:
        self._before = signal.getsignal(signal.SIGINT)
        self._is_delayed = False
        self._has_arrived = False

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Let this object handle SIGINT while the block runs; it calls the handler that was there before."""
        if threading.current_thread() is not threading.main_thread() or not callable(self._before):
            yield
            return
        signal.signal(signal.SIGINT, self._arrived)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, self._before)

    def __enter__(self) -> Self:
        self._is_delayed = True
        return self

    def __exit__(self, *_: object) -> None:
        self._is_delayed = False
        if self._has_arrived:
            self._has_arrived = False
            self._arrived(signal.SIGINT, None)

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        if self._is_delayed and not self._has_arrived:
            self._has_arrived = True
        elif callable(self._before):
            self._before(number, frame)
