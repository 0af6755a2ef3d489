"""Labs for tests: a command run in a network of a topology, in namespaces that nothing leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 300
"""Longer than any command in a test takes on a busy machine."""


@dataclass(frozen=True)
class Labs:
    """Runs commands in labs."""

    command: tuple[str, ...] = (sys.executable, "-m", "acrdns", "lab")

    def run(
        self, topology: str, vantage: str, *options: str, script: str, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell script from a vantage point."""
        return self.lab("run", topology, "--from", vantage, *options, "--", "sh", "-c", script, environment=environment)

    def lab(self, *arguments: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run `acrdns lab` with arguments."""
        return subprocess.run(
            (*self.command, *arguments),
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )


@pytest.fixture(scope="session")
def labs() -> Labs:
    """Return the means to run labs. The test is skipped where there are no namespaces; CI fails then."""
    reason = without_namespaces()
    if reason and os.environ.get("ACRDNS_REQUIRE_PROGRAMS") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    return Labs()


@pytest.fixture(scope="session")
def python_of_clients() -> Path:
    """Return the Python that has oras and Azure's libraries. The test is skipped where it is missing; CI fails then."""
    python = Path(sys.prefix, "clients", "bin", "python")
    if not python.exists():
        reason = "oras and Azure's libraries are not installed; scripts/setup --interop installs them"
        (pytest.fail if os.environ.get("ACRDNS_REQUIRE_PROGRAMS") == "1" else pytest.skip)(reason)
    return python


@cache
def without_namespaces() -> str:
    """Return why no namespaces can be made here, or nothing."""
    flags = "-mnp" if os.geteuid() == 0 else "-Umnp"
    try:
        done = subprocess.run(["unshare", flags, "--fork", "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unshare is not installed"
    return f"no namespaces can be made here: {done.stderr.strip()}" if done.returncode else ""


@pytest.fixture(scope="module", autouse=True)
def _no_power_is_lost() -> Iterator[None]:
    """Do not wait for the disk: a test kills processes, and no machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", os.fstat)  # which fails where fsync would: at what is no open file
        yield
