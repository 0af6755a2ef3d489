"""Ends of a lab: whoever is killed, and by which signal, no process, namespace, mount or file remains."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab.conftest import ROOT, SECONDS, Labs

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

SLEEP = f"sleep 1{os.getpid()}"
"""What the commands of this process run, and nobody else."""
SCRIPT = f"setsid {SLEEP} & {SLEEP} & echo up; exec {SLEEP}"


PLACES = ("/dev/shm", "/etc/resolv.conf", "/etc/hosts", "/etc/ssl/certs/ca-certificates.crt")  # noqa: S108
"""Where a lab mounts something, in its own namespaces."""


def parents() -> dict[int, int]:
    """Return each process that has not ended, with its parent."""
    found = {}
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit():
            try:
                state, parent = (directory / "stat").read_text().rpartition(")")[2].split()[:2]
            except OSError:
                continue
            if state != "Z":
                found[int(directory.name)] = int(parent)
    return found


def below(top: int) -> list[int]:
    """Return a process and all that descend from it, in a fixed order: the lab, its helpers, the command."""
    known = parents()
    found = [top]
    for pid in found:
        found += sorted(child for child, parent in known.items() if parent == pid)
    return found


def runs(pid: int, word: str) -> bool:
    """Return whether a process runs a command with this in it; one that has ended runs none."""
    try:
        return word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
    except (FileNotFoundError, ProcessLookupError):
        return False


def network(pid: int) -> str:
    """Return the network namespace of a process."""
    return os.readlink(f"/proc/{pid}/ns/net")  # noqa: PTH115


def machine() -> tuple[object, ...]:
    """Return what a lab might leave behind on this machine."""
    places = ("/dev/shm", "/run", os.environ.get("XDG_RUNTIME_DIR", "/run"))  # noqa: S108
    left = [str(path) for place in places for path in Path(place).glob("*acrdns*")]
    mounts = [line for line in Path("/proc/self/mounts").read_text().splitlines() if line.split()[1] in PLACES]
    return mounts, Path("/etc/resolv.conf").read_text(), left


def wait_for_the_end(pids: list[int]) -> list[int]:
    """Wait until processes have ended; return those that have not after a long time."""
    end = time.monotonic() + SECONDS
    while (left := sorted(set(pids) & set(parents()))) and time.monotonic() < end:
        time.sleep(0.02)
    return left


@pytest.fixture
def running(labs: Labs) -> Iterator[subprocess.Popen[str]]:
    """Return a lab whose command is running, with children of its own."""
    command = (*labs.command, "run", "private-link-geo", "--from", "hub", "--", "sh", "-c", SCRIPT)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        yield process
        all_of_it = below(process.pid)
        process.kill()
        assert wait_for_the_end(all_of_it) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda n: n.name)
@pytest.mark.parametrize("role", ["lab", "helper", "init", "command"])
def test_nothing_remains(running: subprocess.Popen[str], role: str, number: signal.Signals) -> None:
    """The lab's exit code says that its command was ended by a signal."""
    before = machine()
    all_of_it = below(running.pid)
    inside = [pid for pid in all_of_it if network(pid) != network(os.getpid())]
    helper, init, command = inside[:3]
    victim = {"lab": running.pid, "helper": helper, "init": init, "command": command}[role]
    os.kill(victim, number)
    if role == "helper" and number != signal.SIGKILL:
        os.kill(victim, signal.SIGKILL)  # it leaves signals to the command
    assert wait_for_the_end(all_of_it) == []
    expected = -signal.SIGKILL if (role, number) == ("lab", signal.SIGKILL) else None
    code = running.wait(SECONDS)
    assert code == expected if expected else code in (128 + number, 128 + signal.SIGKILL)
    assert machine() == before


def marked(mark: str) -> list[int]:
    """Return the processes whose environment has a mark, in whatever namespace: the lab's, its helpers, the command."""
    found = []
    for pid in parents():
        try:
            if mark.encode() in Path(f"/proc/{pid}/environ").read_bytes():
                found.append(pid)
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def wait_for_the_end_of_marked(mark: str) -> list[int]:
    """Wait until no process has a mark; return those that have it after a long time.

    It takes two looks: a process that ends may have started another one behind the back of the first.
    """
    end = time.monotonic() + SECONDS
    while (left := marked(mark) or marked(mark)) and time.monotonic() < end:
        wait_for_the_end(left)
    return left


KILLED = {
    "run": ("run", "private-link-geo", "--from", "hub", "--", "sh", "-c", SCRIPT),
    "shell": ("shell", "private-link-geo", "--from", "hub"),
    "up": ("up", "private-link-geo"),
    "up without namespaces": ("up", "private-link-geo", "--no-namespaces"),
}


@pytest.mark.parametrize("what", KILLED)
def test_a_lab_may_be_killed_at_any_moment(labs: Labs, tmp_path: Path, what: str) -> None:
    """Also while it starts, when half of it is there: no process, mount or file remains, and the next lab starts."""
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(tmp_path), "ACRDNS_LAB": "", "SHELL": "/bin/sh"}
    before = machine()
    for step in range(20):
        mark = f"ACRDNS_KILLED={os.getpid()}-{step}"
        name, _, value = mark.partition("=")
        command = (*labs.command, *KILLED[what])
        with subprocess.Popen(
            command, env={**environment, name: value}, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=ROOT
        ) as process:
            time.sleep(step * 0.06)  # a different moment each time; whichever it is, the outcome is the same
            process.kill()
            process.wait()
        assert wait_for_the_end_of_marked(mark) == []
        assert list(tmp_path.iterdir()) == []
    assert machine() == before
    done = labs.run("private-link-geo", "hub", script="exit 7", environment={"XDG_RUNTIME_DIR": str(tmp_path)})
    assert done.returncode == 7, done.stderr


@pytest.mark.parametrize("options", [(), ("--as-root",)])
def test_root_of_a_container_has_a_lab_in_a_user_namespace(labs: Labs, options: tuple[str, ...]) -> None:
    """Without CAP_SYS_ADMIN root is as good as an ordinary user."""
    if os.geteuid() or (setpriv := shutil.which("setpriv")) is None:
        pytest.skip("this is for root, and needs setpriv")
    limited = Labs((setpriv, "--bounding-set=-sys_admin", "--inh-caps=-sys_admin", *labs.command))
    done = limited.run("private-link", "hub", *options, script="id -u; getent ahostsv4 contoso.azurecr.io | head -1")
    assert done.stdout.split()[:2] == ["0", "10.0.0.7"], done.stderr


@pytest.mark.parametrize("what", ["detached", "stopped"])
def test_children_end_with_the_command(labs: Labs, what: str) -> None:
    """Also those in sessions of their own, and those that are stopped."""
    script = {"detached": f"setsid {SLEEP} & exit 5", "stopped": f"{SLEEP} & kill -STOP $!; exit 5"}[what]
    assert labs.run("public", "internet", script=script).returncode == 5
    assert [pid for pid in parents() if runs(pid, SLEEP)] == []


def test_dns_is_answered_again_when_its_process_was_killed(running: subprocess.Popen[str]) -> None:
    """The lab starts another one on the same sockets."""
    all_of_it = below(running.pid)
    command = next(pid for pid in all_of_it if runs(pid, SLEEP) and network(pid) != network(os.getpid()))
    server = next(pid for pid in all_of_it if runs(pid, "dns_process"))
    os.kill(server, signal.SIGKILL)
    assert wait_for_the_end([server]) == []
    asks = ("nsenter", "--net", "--mount", "--target", str(command), "getent", "ahostsv4", "contoso.azurecr.io")
    end = time.monotonic() + SECONDS
    found = ""
    while not found and time.monotonic() < end:
        found = subprocess.run(asks, capture_output=True, text=True, check=False).stdout
    assert found.startswith("10.0.0.7 ")
