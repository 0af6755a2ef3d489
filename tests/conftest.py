"""What every test may use, and what is watched over all of them."""

from __future__ import annotations

import ctypes
import gc
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from acrdns.__main__ import COLLECT_AFTER
from acrdns.cli import main
from tests.examples import QUICK as QUICK_EXAMPLES
from tests.warm import in_use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Examples are the same in every run and no example is timed: a failure is never the machine's mood. CI asks for more of
# them: pytest -m hypothesis --hypothesis-profile=thorough. `explore` looks for new ones.
QUICK = settings(
    max_examples=QUICK_EXAMPLES, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", parent=QUICK)
settings.register_profile("thorough", parent=QUICK, max_examples=500)
settings.register_profile("explore", parent=QUICK, derandomize=False, max_examples=2000)
settings.load_profile("quick")

# A shell without job control ignores SIGINT for what it runs in the background, and so would every program that a test
# starts and then ends by Ctrl-C.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_PR_SET_CHILD_SUBREAPER = 36
_SECONDS_TO_END = 60
"""How long a process may take that is ending when the last test does, as one that tidies up behind another."""
# Where Debian keeps the servers; an ordinary user's PATH lacks these.
_SERVER_DIRECTORIES = ("/usr/local/sbin", "/usr/sbin", "/sbin")


def pytest_collection() -> None:
    """Collect no garbage while tests are collected, which is a quarter of the time that it takes: it all stays."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage among what the tests make, and not among what has been collected; as often as `acrdns` does."""
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    gc.enable()


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Return the path of another program by name.

    A test that needs a missing one is skipped. With ACRDNS_REQUIRE_PROGRAMS=1 it fails, so that CI cannot pass by
    leaving things out.
    """
    return _find


def _find(name: str) -> str:
    path = shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", os.defpath), *_SERVER_DIRECTORIES)))
    if path is not None:
        return path
    reason = f"{name} is not installed; scripts/setup --interop installs it"
    if os.environ.get("ACRDNS_REQUIRE_PROGRAMS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session", autouse=True)
def _commands_are_read_once() -> None:
    """Let typer read the options of each command once, for all tests that call it in this process."""
    load, program, table = main.load, main.program, frozenset(main.COMMANDS)
    loaded, programs = cache(load), cache(lambda _: program())
    main.load = lambda command: loaded(command) if command in table else load(command)
    main.program = lambda: programs(tuple(main.COMMANDS))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the top of the repository."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _no_process_left_behind() -> Iterator[None]:
    """Fail the run where a test left a process running, also one whose own parent is gone. Linux alone shows them."""
    if sys.platform != "linux":
        yield
        return
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    before = set(_children())
    with in_use():
        yield
    end = time.monotonic() + _SECONDS_TO_END
    while left := {pid: command for pid, command in _children().items() if pid not in before}:
        assert time.monotonic() < end, f"processes left behind: {left}"
        time.sleep(0.05)


def _children() -> dict[int, str]:
    """Return the running children of this process; ended ones that nobody waited for do not count."""
    commands = {}
    children: list[str] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError):  # a thread may end meanwhile
            children += (task / "children").read_text().split()
    for pid in children:
        command = ""
        with suppress(FileNotFoundError):  # and so may a process
            command = Path("/proc", pid, "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        # Python's own helper of multiprocessing lives until the interpreter ends.
        if command and "multiprocessing.resource_tracker" not in command:
            commands[int(pid)] = command.strip()
    return commands
