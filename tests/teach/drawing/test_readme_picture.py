"""The picture in the README is what the program draws today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from acrdns.cli import main

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[3]
PICTURE = "scripts/pictures/hub-and-spoke-resolver.svg"


def test_the_picture_is_current(capsys: pytest.CaptureFixture[str]) -> None:
    """`scripts/generate` writes it; the README shows it below the command that draws it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    command = "acrdns graph hub-and-spoke-resolver contoso.azurecr.io --from office"
    assert f"$ {command} > " in readme
    assert f"({PICTURE})" in readme
    assert main.run(command.split()[1:]) == 0
    assert capsys.readouterr().out == (ROOT / PICTURE).read_text(encoding="utf-8")
