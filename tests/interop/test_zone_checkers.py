"""What checks zones from outside: Zonemaster and DNSViz find at ours what they find at NSD, and no error."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.interop.hierarchy import ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Inside = Callable[..., str]
    """Runs a command beside servers; `nsd` tells whose."""

pytestmark = pytest.mark.interop

ONLINE = {"connectivity03", "connectivity04"}
"""Zonemaster's test cases that ask services of the Internet: which network announces an address."""


@pytest.fixture
def inside(program: Callable[[str], str], tmp_path: Path, root: Path) -> Inside:
    """Run commands in a network of their own, where the hierarchy is served."""
    space = [program("unshare"), "--user", "--map-root-user", "--net"]
    if subprocess.run([*space, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody make a network namespace (unshare --user --net)")
    program("ip")

    def run(*command: str, nsd: bool) -> str:
        served_by = program("nsd") if nsd else ""
        words = [*space, sys.executable, "-m", "tests.interop.hierarchy", str(tmp_path), served_by, *command]
        done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=root, timeout=120)
        assert done.returncode == 0, done.stderr + "".join(log.read_text() for log in tmp_path.glob("*.log"))
        return done.stdout

    return run


@pytest.fixture
def profile(program: Callable[[str], str], tmp_path: Path) -> Path:
    """Write Zonemaster's own profile, but for the test cases that need the Internet."""
    dumped = subprocess.run([program("zonemaster-cli"), "--dump-profile"], capture_output=True, text=True, check=True)
    cases = [case for case in json.loads(dumped.stdout)["test_cases"] if case not in ONLINE]
    file = tmp_path / "profile.json"
    file.write_text(json.dumps({"test_cases": cases, "net": {"ipv4": True, "ipv6": False}}))
    return file


@pytest.mark.parametrize("zone", ADDRESSES)
def test_zonemaster(inside: Inside, profile: Path, zone: str) -> None:
    """Every message about ours is one about NSD, and no error is among them.

    The root is said to be a recursor, whoever serves it: Zonemaster asks for a name that does not exist and expects to
    be refused, which nobody is by the root zone.
    """
    options = ["--hints=hints", f"--profile={profile}", "--level=INFO", "--json", "--no-progress", "--no-ipv6"]
    command = ["zonemaster-cli", *options, zone.rstrip(".") or "."]
    ours, theirs = (_messages(inside(*command, nsd=nsd)) for nsd in (False, True))
    assert ours == theirs
    errors = {tag for level, tag in ours if level in ("ERROR", "CRITICAL")}
    assert errors <= ({"IS_A_RECURSOR"} if zone == "." else set())
    assert len(ours) > 40


def _messages(printed: str) -> list[tuple[str, str]]:
    return sorted((each["level"], each["tag"]) for each in json.loads(printed))


def test_dnsviz(inside: Inside, program: Callable[[str], str], tmp_path: Path) -> None:
    """DNSViz asks the servers of every zone from the root on, with its EDNS probes, and has nothing to complain of."""
    dnsviz = program("dnsviz")
    root_servers = ",".join(f"{letter}.root-servers.net={address}" for letter, address in zip("ab", ADDRESSES["."], strict=True))  # fmt: skip
    names = ("child.test", "alias.child.test", "a.wild.child.test", "nothing.child.test")
    probe = [dnsviz, "probe", "-4", "-A", "-E", "-a", ".", "-x", f".:{root_servers}", "-o", "probe.json", *names]
    no_keys = tmp_path / "keys"
    no_keys.write_text("")
    grok = [dnsviz, "grok", "-t", str(no_keys), "-l", "info", "-r", str(tmp_path / "probe.json")]
    for nsd in (False, True):
        inside(*probe, nsd=nsd)
        judged = json.loads(subprocess.run(grok, capture_output=True, text=True, check=True).stdout)
        assert {name.rstrip(".") for name in judged} >= {*names, "", "test"} - {""}
        assert list(_complaints(judged)) == []


def _complaints(found: Any) -> Iterator[object]:
    if isinstance(found, dict):
        for key, value in found.items():
            if key in ("errors", "warnings"):
                yield value
            else:
                yield from _complaints(value)
    elif isinstance(found, list):
        for each in found:
            yield from _complaints(each)
