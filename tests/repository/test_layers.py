"""The layers of DESIGN.md hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_every_import_goes_downwards(root: Path) -> None:
    """import-linter finds each contract of pyproject.toml kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    process = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
