"""Thirty-one thousand names against one resolver: stopped, gone on with, and asked once each."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.serve.running import Running

if TYPE_CHECKING:
    from pathlib import Path

NAMES = 31_000
SECONDS = 600


@pytest.mark.slow
def test_a_run_over_31_000_names_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Ctrl-C ends it with 130 and what is known; the next run asks for the rest alone, and judges all."""
    topology, saved = tmp_path / "bulk.yaml", tmp_path / "saved.jsonl"
    registries = "".join(f"  bulk{number}: {{location: eastus, sku: Basic}}\n" for number in range(NAMES))
    topology.write_text(f"version: 1\nregistries:\n{registries}")
    command = [sys.executable, "-m", "acrdns", "check", str(topology), "--no-ipv6", "--format", "json"]
    with Running(str(topology), "--listen=internet=127.0.0.1:0", "--workers=1") as server:
        (_, (host, port)), *_ = server.places
        command += ["--server", f"{host}:{port}", "--retries", "6", "--save", str(saved)]
        with subprocess.Popen([*command, "--rate", "2000"], stdout=subprocess.PIPE, text=True) as first:
            while not saved.exists() or saved.read_bytes().count(b"\n") < 1000:
                assert first.poll() is None
            first.send_signal(signal.SIGINT)
            out, _ = first.communicate(timeout=SECONDS)
        assert first.returncode == 130
        known = saved.read_bytes().count(b"\n") - 1
        assert 1000 <= known + 1 < NAMES
        assert sum(json.loads(out)["summary"].values()) == known
        again = [*command, "--restore", str(saved)]
        done = subprocess.run(again, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["summary"] == {"pass": NAMES, "fail": 0, "error": 0}
    asked = [json.loads(line) for line in saved.read_text().splitlines() if line.strip()]
    names = [line["fqdn"] for line in asked if line["kind"] == "observation"]
    assert len(names) == len(set(names)) == NAMES
