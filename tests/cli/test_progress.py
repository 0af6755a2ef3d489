"""The progress bar: on a terminal, and nowhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from io import StringIO

import pytest

from acrdns.cli import main
from acrdns.cli.progress import MANY, progress_word

SCRIPT = """
import sys
from acrdns.cli.progress import progress_bar
with progress_bar(int(sys.argv[1]), "asking") as bar:
    for _ in range(int(sys.argv[1])):
        bar.update(1)
"""


class Terminal(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Return True."""
        return True


def shown(steps: int, stderr: int, **environment: str) -> bytes:
    """Run a bar of so many steps in a process of its own; gives what went to stdout."""
    command = [sys.executable, "-c", SCRIPT, str(steps)]
    variables = {**os.environ, "TERM": "xterm", **environment}
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=stderr, env=variables, check=True).stdout


@pytest.mark.parametrize(
    ("steps", "environment", "visible"),
    [
        (MANY, {}, True),
        (MANY, {"NO_COLOR": "1"}, True),
        (MANY, {"TERM": "dumb"}, False),
        (MANY - 1, {}, False),
        (0, {}, False),
    ],
    ids=["many", "no colour", "dumb terminal", "few", "none"],
)
def test_a_bar_is_shown_where_somebody_waits(steps: int, environment: dict[str, str], *, visible: bool) -> None:
    """On standard error, without colours, up to the end; standard output has only data."""
    try:
        ours, theirs = os.openpty()
    except OSError as error:
        pytest.skip(f"this system has no pseudo-terminals: {error.strerror}")
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        try:
            assert shown(steps, theirs, **environment) == b""
        finally:
            os.close(theirs)
        written = b""
        with suppress(OSError):  # EIO: nobody holds the other side any more, and all has been read
            while more := terminal.read(65536):
                written += more
    assert (b"asking" in written) is visible
    assert (b"100%" in written) is visible
    assert b"\x1b[3" not in written
    assert b"\x1b[0m" not in written


@pytest.mark.parametrize(("term", "written"), [("xterm", "looking ...\r           \r"), ("dumb", "")])
def test_a_word_is_shown_and_erased(term: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal, and on none that cannot go back in a line; also where the work fails."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", term)
    with suppress(ValueError), progress_word("looking"):
        assert stream.getvalue() == written.partition("\r")[0]
        raise ValueError
    assert stream.getvalue() == written


def test_fix_shows_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its search takes seconds with many networks."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    assert main.run(["fix", "private-link"]) == 0
    assert stream.getvalue().startswith("looking for the smallest repair ...\r")


def test_a_pipe_gets_no_bar() -> None:
    """Not a single character."""
    ours, theirs = os.pipe()
    shown(MANY, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        assert pipe.read() == b""
