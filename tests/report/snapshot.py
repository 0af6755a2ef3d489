"""Compare with what was written before: `ACRDNS_UPDATE_SNAPSHOTS=1 pytest tests/report` writes anew, for review."""

from __future__ import annotations

import os
from pathlib import Path

DIRECTORY = Path(__file__).parent / "snapshots"


def check(path: Path, text: str) -> None:
    """Fail where a text is not the one in the file; on demand, make it so."""
    if os.environ.get("ACRDNS_UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
