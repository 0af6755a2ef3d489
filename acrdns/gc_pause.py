"""The garbage collector, kept from scanning what only grows."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def paused() -> Iterator[None]:
    """Build something large that has no cycles to break.

    The collector would scan it over and over while it grows, which takes up to two thirds of the time.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def paused_for_good() -> Iterator[None]:
    """Do the same where what is made lives as long as the program: it is not looked through afterwards either."""
    with paused():
        yield
        gc.freeze()
