"""A file without a name, which processes share by its descriptor and which ends with them."""

from __future__ import annotations

import os
import sys
import tempfile


def nameless_file(purpose: str) -> int:
    """Return the descriptor of a new file: in memory on Linux, elsewhere below the temporary directory.

    `purpose` is shown in the system's list of open files. Raises OSError.
    """
    if sys.platform == "linux":
        descriptor = os.memfd_create(purpose)
    else:
        with tempfile.TemporaryFile() as made:
            descriptor = os.dup(made.fileno())
    return descriptor
