"""Tests of the whole program, run in the interpreter without Linux: they are the same, and so are their assertions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.macos.conftest import Mac

ROOT = Path(__file__).parents[2]
TESTS = (
    "tests/serve/test_server.py::test_every_address_is_its_vantage_point",
    "tests/serve/test_server.py::test_several_workers_answer",  # which read one socket there
    "tests/serve/test_server.py::test_a_worker_that_dies_is_started_again",
    "tests/serve/udp/test_limits.py",  # clients with addresses of their own, counted in memory that workers share
    "tests/serve/udp/test_loop.py",  # sockets read one by one, and waited for by poll
    "tests/serve/observe/test_query_socket.py",
    "tests/serve/listen/test_sockets.py",
    "tests/cli/test_check.py",
    "tests/cli/test_web.py",
    "tests/cli/test_main.py",
)

LEAST = 200
"""Tests that pass: those who find nothing to test are skipped."""


@pytest.mark.slow
def test_the_program_passes_its_tests(mac: Mac) -> None:
    """`serve`, `check`, `web` and the command line, with addresses of 127.0.0.0/8 as `ifconfig lo0 alias` gives them.

    The tests themselves may read /proc.
    """
    options = ("-q", "--tb=short", "-p", "no:cacheprovider", "-m", "not slow and not interop")
    paths = (str(ROOT / each) for each in TESTS)
    done = mac.run("-m", "pytest", *options, "--rootdir", str(ROOT), *paths, environment={"LOOPBACK_ALIASES": "1"})
    found = re.search(r"^(\d+) passed", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout[-5000:]
    assert found is not None
    assert int(found[1]) > LEAST
