"""The interpreter without Linux, and programs in it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.macos.interpreter import make

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 300
"""Longer than any command in a test takes on a busy machine."""
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL")
_LIMIT = ("sh", "-c", 'ulimit -Sn 256; exec "$@"', "sh")
"""macOS lets a process open 256 files unless it asks for more (launchctl limit maxfiles)."""


@dataclass(frozen=True)
class Mac:
    """Runs programs as a user of a Mac does: with a TMPDIR of the user's own, and without XDG_RUNTIME_DIR."""

    python: Path
    temporary: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that a program starts with."""
        kept = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        return kept | {"TMPDIR": str(self.temporary)}

    def started(self, *arguments: str) -> tuple[str, ...]:
        """Return the command that runs the interpreter."""
        return (*_LIMIT, str(self.python), *arguments)

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the interpreter and wait for it."""
        return subprocess.run(
            self.started(*arguments),
            env=self.environment | (environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )

    def acrdns(self, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the command."""
        return self.run("-m", "acrdns", *arguments, environment=environment)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the interpreter without Linux."""
    return make(tmp_path_factory.mktemp("macos"))


@pytest.fixture(scope="module")
def mac(python: Path) -> Iterator[Mac]:
    """Return what runs programs in it, one for all tests of a module."""
    with TemporaryDirectory(prefix="mac-") as directory:  # as short a path as a Mac has: a socket is below it
        yield Mac(python, Path(directory))


@pytest.fixture
def another_mac(python: Path) -> Iterator[Mac]:
    """Return the same for one test."""
    with TemporaryDirectory(prefix="mac-") as directory:
        yield Mac(python, Path(directory))
