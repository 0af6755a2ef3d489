"""Who can read the file of `--tsig-key`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

import pytest

from tests.serve.running import ZONE, Running

if TYPE_CHECKING:
    from pathlib import Path

KEY = 'key "transfer.example" { algorithm hmac-sha256; secret "c2VjcmV0"; };\n'


@pytest.mark.parametrize(("mode", "warned"), [(0o640, False), (0o644, True), (0o602, True)])
def test_a_key_that_everybody_can_read_is_told(tmp_path: Path, mode: int, *, warned: bool) -> None:
    """At the start, with the remedy, which works; the server serves all the same, as many secrets are mounted so.

    A group may read it: that is how BIND's own keys are installed.
    """
    (tmp_path / "example.zone").write_text(ZONE)
    key = tmp_path / "a key"
    key.write_text(KEY)
    key.chmod(mode)
    arguments = (f"--zone-file={tmp_path / 'example.zone'}", "--listen=127.0.0.1:0", "--workers=1")
    with Running(*arguments, f"--tsig-key={key}", "--allow-transfer=127.0.0.0/8") as server:
        server.process.terminate()
        told = [line for line in server.err.all() if str(key) in line]
    verb = "change" if mode & 0o002 else "read"
    says = (
        f"acrdns serve: every user of this machine can {verb} the key in {key}; run: chmod 600 {shlex.quote(str(key))}"
    )
    assert told == ([says] if warned else [])
