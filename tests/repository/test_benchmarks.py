"""The benchmarks run: a short one, whose numbers prove nothing, but whose answers are checked all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.interop
@pytest.mark.slow
@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core to ask from, and one to answer on")
def test_serve(program: Callable[[str], str], root: Path, tmp_path: Path) -> None:
    """Every kind of question is answered, nothing is lost for good, and each limit has its verdict."""
    program("nsd")
    program("gcc")
    arguments = ("--rounds", "1", "--seconds", "0.2", "--registries", "50", "--servers", "NSD,acrdns,echo")
    done = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "serve", *arguments, "--json", str(tmp_path / "found.json")],
        check=False, cwd=root, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    found = json.loads((tmp_path / "found.json").read_text())
    asked = {row["kind"] for row in found["rows"] if row["server"].startswith("acrdns")}
    assert {"repeated", "case", "misses", "flood", "mixed", "beside"} <= asked
    assert all(min(row["queries"]) > 0 for row in found["rows"])
    assert len(found["verdicts"]) >= 7
