"""mypy for macOS: the types of the standard library there (typeshed) have no name that Linux alone has."""

from __future__ import annotations

from pathlib import Path

import pytest
from mypy import api

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_no_module_needs_a_name_of_linux_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of acrdns; what runs on Linux alone is behind `sys.platform` or asks whether the name is there."""
    monkeypatch.chdir(ROOT)
    arguments = ("--platform", "darwin", "--cache-dir", str(tmp_path))
    out, err, code = api.run([*arguments, "acrdns"])
    assert (code, err) == (0, ""), out
    (tmp_path / "mistake.py").write_text('import os\n\nos.memfd_create("x")\n')
    out, _, code = api.run([*arguments, str(tmp_path / "mistake.py")])
    assert (code, 'has no attribute "memfd_create"' in out) == (1, True)
