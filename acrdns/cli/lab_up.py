"""`acrdns lab up`: a lab that stays."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli.arguments import TopologyArgument
from acrdns.cli.lab_run import StoreOption, need_linux

if TYPE_CHECKING:
    from collections.abc import Sequence


def up(
    topology: TopologyArgument,
    *,
    store: StoreOption = None,
    no_namespaces: Annotated[
        bool, typer.Option("--no-namespaces", help="Listen on 127.0.0.1 and high ports; acrdns lab env leads there.")
    ] = False,
    detach: Annotated[bool, typer.Option("--detach", help="Return when it is ready; acrdns lab down ends it.")] = False,
) -> int | None:
    """Keep a lab up, which `lab run` and `lab shell` with the same topology join, until Ctrl-C or `lab down`.

    Content, clock and regions are the same for all who join. A table says what answers where, then comes `ready`.
    """
    if not no_namespaces:
        need_linux("acrdns lab up without --no-namespaces")
    if detach:
        return _detached()
    from acrdns.cli.target import read_topology
    from acrdns.lab.runtime.place import place
    from acrdns.lab.runtime.up import up as run_up

    run_up(read_topology(topology), place(os.environ), store, _show, namespaces=not no_namespaces)
    return None


def _show(rows: Sequence[tuple[str, ...]]) -> None:
    from acrdns.report.terminal import table

    text = "".join(f"{line}\n" for line in (*table(rows), "ready")).encode()
    with suppress(OSError):  # a reader that is gone does not stop the lab
        while text:
            text = text[os.write(1, text) :]


def _detached() -> int:
    """Run this command again in a session of its own, and return when it is ready or has failed."""
    import subprocess
    import tempfile

    arguments = [argument for argument in sys.argv[1:] if argument != "--detach"]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 -- this program
            (sys.executable, "-P", "-m", "acrdns", *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            print(line.decode(), end="")
            if line == b"ready\n":
                return 0
        errors.seek(0)
        print(errors.read().decode(), end="", file=sys.stderr)
        return process.wait()
