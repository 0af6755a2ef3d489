"""Whether output may be coloured: on a terminal only, as its owner wishes."""

from __future__ import annotations

import os
from typing import TextIO


def wants_colour(stream: TextIO) -> bool:
    """Return whether to colour what is written to a stream.

    `NO_COLOR` forbids it and `FORCE_COLOR` asks for it where they are not empty; NO_COLOR has the last word
    (no-color.org). Without them a terminal gets colour, unless `TERM` is `dumb`.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
