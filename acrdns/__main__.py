"""The program `acrdns`, also as `python -m acrdns`."""

from __future__ import annotations

import sys

from acrdns import __version__


def main() -> int:
    """Run the program on `sys.argv` and return its exit code.

    The version alone is answered here, before the command line is loaded: it costs nothing then.
    """
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        print(f"acrdns {__version__}")
        return 0
    from acrdns.cli.main import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
