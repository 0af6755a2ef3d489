"""Squid reads the access lists that `acrdns firewall --format squid` writes, and lets pass what they say."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from acrdns.check.firewall.rules import firewall
from acrdns.report.firewall import squid
from acrdns.topology.load import load
from acrdns.topology.samples import samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.interop

CONFIGURATION = """
include {folder}/acrdns.conf
http_access deny all
http_port 127.0.0.1:3128
pid_filename {folder}/squid.pid
cache_log {folder}/cache.log
access_log none
coredump_dir none
"""


@pytest.mark.parametrize("sample", [*[sample for sample in samples() if "/" not in sample][::3], "connected-registry"])
def test_squid_takes_the_lists(sample: str, tmp_path: Path, program: Callable[[str], str]) -> None:
    """By its own check of a configuration: no error, and no warning."""
    topology = load(sample)
    (tmp_path / "squid.conf").write_text(CONFIGURATION.format(folder=tmp_path))
    for vantage in (None, *topology.vantages):
        (tmp_path / "acrdns.conf").write_text(squid.render(firewall(topology, vantage)))
        done = subprocess.run(
            (program("squid"), "-k", "parse", "-f", tmp_path / "squid.conf"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert [
            line for line in done.stderr.splitlines() if "WARNING" in line or "ERROR" in line or "FATAL" in line
        ] == []
