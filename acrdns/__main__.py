"""The program `acrdns`, also as `python -m acrdns`."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

from acrdns import __version__

COLLECT_AFTER = 50_000
"""So many new objects before the garbage collector looks for cycles. Its own 700 makes it look through the modules over
and over while they are being imported, which is a tenth of what `acrdns lint` on a sample takes."""


def main() -> int:
    """Run the program on `sys.argv` and return its exit code.

    The version alone is answered here, before the command line is loaded: it costs nothing then.
    """
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        with suppress(OSError):  # `run` tries again, and says what is wrong
            print(f"acrdns {__version__}", flush=True)
            return 0
    gc.set_threshold(COLLECT_AFTER)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # else it reads through all installed packages for them
    from acrdns.cli.main import run

    code = run(arguments)
    gc.freeze()  # the interpreter's last collection would look through what goes with the process anyway
    return code


if __name__ == "__main__":
    sys.exit(main())
