"""The layers of DESIGN.md hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_every_import_goes_downwards(root: Path) -> None:
    """import-linter finds each contract of pyproject.toml kept."""
    linter = Path(sys.executable).with_name("lint-imports")
    process = subprocess.run([linter, "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert process.returncode == 0, process.stdout + process.stderr


def test_a_process_of_acrdns_imports_nothing_from_the_working_directory(root: Path) -> None:
    """Python is started with `-P` or `-I`: a user's `queue.py` is not run."""
    texts = (path.read_text(encoding="utf-8") for path in (root / "acrdns").rglob("*.py"))
    options = [option for text in texts for option in re.findall(r'sys\.executable, "([^"]+)"', text)]
    assert options
    assert set(options) <= {"-P", "-I"}
