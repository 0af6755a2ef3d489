"""What happens to a server that runs for long: readers go, disks fill, processes die, descriptors run out."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import resource
import signal
import socket
import subprocess
import threading
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import dns.message
import pytest

from tests.free_ports import free_address
from tests.serve.observe.test_status import get, until, url
from tests.serve.running import Running, addresses, connected, framed, take, topology

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

CONTOSO = "contoso.azurecr.io"
HUB = ("--listen", "hub=127.0.0.1:0")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def file() -> Iterator[Path]:
    """Return a topology file that all users may read."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "topology.yaml"
        path.write_text(topology("10.0.0.7"))
        path.parent.chmod(0o755)
        yield path


def both(server: Running) -> list[str]:
    """Return the addresses that UDP and TCP give."""
    where = server.address("hub")
    return addresses(where, CONTOSO) + addresses(where, CONTOSO, tcp=True)


def both_over(server: Running, stream: socket.socket) -> list[str]:
    """Return the addresses that UDP gives, and TCP over a connection that stands already."""
    query = dns.message.make_query(CONTOSO, "A")
    stream.sendall(framed(query.to_wire()))
    packet = take(stream)
    assert packet is not None
    (*_, last) = dns.message.from_wire(packet).answer
    return addresses(server.address("hub"), CONTOSO) + [item.to_text() for item in last]


def until_both(server: Running, address: str) -> None:
    """Wait for an address over UDP and TCP."""
    until(lambda: both(server) == [address] * 2)


def limit(server: Running, what: str, soft: int, user: str = "") -> None:
    """Set a soft limit of a running server, as its user."""
    text = "unlimited" if soft == resource.RLIM_INFINITY else str(soft)
    command = ["prlimit", f"--pid={server.process.pid}", f"--{what}={text}:"]
    who = pwd.getpwnam(user) if user else None
    identity = {} if who is None else {"user": who.pw_uid, "group": who.pw_gid}
    subprocess.run(command, check=True, cwd="/", **identity)  # type: ignore[call-overload]


def full_pipe() -> tuple[int, int]:
    """Return a pipe that takes nothing more: the end to read and the end to write."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 4096)
    os.set_blocking(writer, True)
    return reader, writer


def reload_to(server: Running, file: Path, address: str) -> None:
    """Change the address of contoso and reload, without a look at stderr."""
    file.write_text(topology(address))
    server.hang_up()
    until_both(server, address)


@pytest.mark.parametrize("stderr", ["closed", "full disk", "not read"])
def test_reports_that_nobody_takes_stop_nothing(file: Path, stderr: str) -> None:
    """Several reloads, a worker that dies, and the end."""
    reader, writer = full_pipe() if stderr == "not read" else os.pipe()
    if stderr == "full disk":
        os.close(writer)
        writer = os.open("/dev/full", os.O_WRONLY)
    with Running(str(file), *HUB, "--workers=1", stderr=writer) as server:
        os.close(writer)
        if stderr == "closed":
            os.close(reader)
        for last in (9, 10, 11):
            reload_to(server, file, f"10.0.0.{last}")
        until(lambda: len(server.children()) == 1)  # the old worker has ended
        (worker,) = server.children()
        os.kill(worker, signal.SIGKILL)
        until(lambda: server.children() not in ([], [worker]))
        assert both(server) == ["10.0.0.11"] * 2
        assert server.stop() == 0
    if stderr != "closed":
        os.close(reader)


def test_a_log_that_is_not_read_stops_nothing(file: Path) -> None:
    """The log shares stderr with the reports: queries fill it, then come reloads and the end."""
    reader, writer = full_pipe()
    with Running(str(file), *HUB, "--workers=1", "--log-queries", stderr=writer) as server:
        os.close(writer)
        for last in (9, 10):
            assert all(both(server) for _ in range(50))
            reload_to(server, file, f"10.0.0.{last}")
        assert server.stop() == 0
    os.close(reader)


def test_no_process_is_left_when_the_parent_is_killed(file: Path) -> None:
    """Not even the log's writer, while stderr takes nothing."""
    reader, writer = full_pipe()
    with Running(str(file), *HUB, "--workers=1", "--log-queries", stderr=writer) as server:
        os.close(writer)
        assert all(both(server) for _ in range(50))
        children = server.children()
        assert len(children) == 2
        server.process.kill()
        until(lambda: not any(lives(pid) for pid in children))
    os.close(reader)


def test_the_end_waits_for_nothing(file: Path) -> None:
    """Not for workers that hang, nor for a log that is not read."""
    reader, writer = full_pipe()
    with Running(str(file), *HUB, "--workers=2", "--log-queries", stderr=writer) as server:
        os.close(writer)
        assert all(both(server) for _ in range(50))
        for pid in server.children():
            os.kill(pid, signal.SIGSTOP)
        assert server.stop() == 0
    os.close(reader)


def test_a_reload_does_not_wait_for_a_pipe(file: Path) -> None:
    """A topology that has become one is reported; it was read without end, and no worker was started meanwhile."""
    with Running(str(file), *HUB, "--workers=1") as server:
        file.unlink()
        os.mkfifo(file)
        server.hang_up()
        server.err.until("no regular file")
        server.err.until("^not reloaded")
        (worker,) = server.children()
        os.kill(worker, signal.SIGKILL)
        until(lambda: server.children() not in ([], [worker]))
        assert both(server) == ["10.0.0.7"] * 2


def test_the_end_does_not_wait_for_a_reload_that_is_stuck(file: Path) -> None:
    """Its thread waits in `open`: somebody holds a lease on the file (fcntl(2)), as a dead file system would hold it up."""
    with Running(str(file), *HUB, "--workers=1") as server:
        before = signal.signal(signal.SIGIO, signal.SIG_IGN)
        holder = os.open(file, os.O_RDWR)
        try:
            fcntl.fcntl(holder, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            server.hang_up()
            stuck = re.compile(rf"BREAKER +\w+ +{server.process.pid} ")
            until(lambda: stuck.search(Path("/proc/locks").read_text()) is not None)
            assert both(server) == ["10.0.0.7"] * 2
            assert server.stop() == 0
            assert fcntl.fcntl(holder, fcntl.F_GETLEASE) == fcntl.F_RDLCK, "the file could be read meanwhile"
        finally:
            os.close(holder)
            signal.signal(signal.SIGIO, before)


def lives(pid: int) -> bool:
    """Return whether a process runs; one that has ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_reload_without_descriptors_changes_nothing(file: Path) -> None:
    """It says so and counts as failed; UDP and TCP answer alike before and after, and it is tried again by itself."""
    with Running(str(file), *HUB, "--workers=2", "--metrics=127.0.0.1:0") as server:
        where = url(server)
        pid = server.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_NOFILE)[0]
        failures = 0
        for spare in range(12):
            used = max(int(entry.name) for entry in Path(f"/proc/{pid}/fd").iterdir()) + 1
            with connected(server.address("hub")) as stream:
                assert len(set(both_over(server, stream))) == 1
                limit(server, "nofile", used + 1 + spare)
                file.write_text(topology(f"10.0.0.{100 + spare}"))
                server.hang_up()
                first = line = server.err.until("^reloaded|^not reloaded")
                answered = both_over(server, stream)
            limit(server, "nofile", before)
            assert len(set(answered)) == 1
            assert (answered[0] == f"10.0.0.{100 + spare}") is line.startswith("reloaded")
            while line.startswith("not reloaded"):
                assert re.search(r"; it is tried again in \d+ s$", line)
                failures += 1
                line = server.err.until("^reloaded|^not reloaded")
            assert both(server) == [f"10.0.0.{100 + spare}"] * 2
            failed = re.search(r'reloads_total{result="failed"} (\d+)', get(f"{where}/metrics")[1])
            assert failed is not None
            assert int(failed[1]) == failures
            if first.startswith("reloaded"):
                break
        else:
            pytest.fail("no reload has worked")
        assert spare > 0, "no reload has failed"
        until(lambda: len(server.children()) == 2)
        reload_to(server, file, "10.0.0.99")


@as_root
def test_a_limit_of_processes_is_outlived(file: Path) -> None:
    """A reload fails and says so, and a worker that cannot be started is tried until it can be."""
    with Running(str(file), *HUB, "--workers=2", "--user=daemon") as server:
        before = resource.getrlimit(resource.RLIMIT_NPROC)[0]
        limit(server, "nproc", 1, "daemon")
        file.write_text(topology("10.0.0.9"))
        server.hang_up()
        server.err.until("^not reloaded")
        assert both(server) == ["10.0.0.7"] * 2
        first, second = server.children()
        os.kill(first, signal.SIGKILL)
        server.err.until("cannot be started")
        limit(server, "nproc", before, "daemon")
        server.err.until("^reloaded")  # nobody has asked again
        assert both(server) == ["10.0.0.9"] * 2
        until(lambda: len(server.children()) == 2)
        assert {first, second}.isdisjoint(server.children())


def test_the_log_goes_on_when_its_writer_dies(file: Path) -> None:
    """It is reported, and another one writes."""
    with Running(str(file), *HUB, "--workers=1", "--log-queries") as server:
        for _ in range(2):
            until(lambda: len([pid for pid in server.children() if log_writer(pid)]) == 1)
            (writer,) = (pid for pid in server.children() if log_writer(pid))
            os.kill(writer, signal.SIGKILL)
            assert "killed by SIGKILL; it is started again" in server.err.until("query log writer")
            until(lambda: len(server.children()) == 2)
            assert both(server) == ["10.0.0.7"] * 2
            server.err.until(f"{CONTOSO}.* IN A")


def log_writer(pid: int) -> bool:
    """Return whether a process has no socket: workers have, the log's writer has not."""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # it has been closed meanwhile
            if str(entry.readlink()).startswith("socket:"):
                return False
    return True


def test_a_client_that_drips_does_not_hold_up_the_start(file: Path) -> None:
    """It connects to the HTTP port while files are loaded, and sends an octet now and then."""
    names = "".join(f"  registry{number:05d}: {{location: eastus}}\n" for number in range(3000))
    file.write_text(topology().replace("registries:\n", f"registries:\n{names}"))
    where = free_address("127.0.0.1")
    done = threading.Event()

    def drip() -> None:
        while not done.is_set():
            with suppress(OSError), closing(socket.create_connection(where)) as client:
                while not done.wait(0.1):
                    client.sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    try:
        with Running(str(file), *HUB, "--metrics={}:{}".format(*where)) as server:
            assert get(url(server) + "/ready") == (200, "ready\n")
    finally:
        done.set()
        dripping.join()


def test_a_worker_that_hangs_is_replaced(file: Path) -> None:
    """Until then the server is not ready."""
    with Running(str(file), *HUB, "--workers=2", "--metrics=127.0.0.1:0") as server:
        ready = url(server) + "/ready"
        until(lambda: get(ready)[0] == 200)
        hanging = server.children()[0]
        os.kill(hanging, signal.SIGSTOP)
        until(lambda: get(ready)[0] == 503)
        server.err.until(f"{hanging}.* does not respond; it is killed")
        until(lambda: get(ready)[0] == 200)
        assert hanging not in server.children()
        assert both(server) == ["10.0.0.7"] * 2


def test_few_descriptors_keep_nobody_out(file: Path) -> None:
    """Idle connections make room for others, reloads work, and stderr is not flooded."""
    command = [os.environ.get("SHELL", "/bin/sh"), "-c", 'ulimit -n 64; exec "$@"', "sh"]
    with Running(str(file), *HUB, "--workers=2", before=command) as server, ExitStack() as idle:
        for _ in range(150):
            idle.enter_context(connected(server.address("hub")))
        for last in (9, 10):
            reload_to(server, file, f"10.0.0.{last}")
        server.hang_up()
        server.err.until("^reloaded")
        assert len(server.err.seen) + len(server.err.waiting()) < 20


def test_closed_standard_streams_are_no_sockets(file: Path) -> None:
    """A socket that gets the number of stdout would be written to."""
    where = free_address("127.0.0.1")
    command = ["/bin/sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    server = Running(str(file), "--listen={}={}:{}".format("hub", *where), "--workers=1", before=command)
    try:
        until(lambda: answers(where))
        assert server.stop() == 0
    finally:
        server.__exit__()


def answers(where: tuple[str, int]) -> bool:
    """Return whether a server answers over TCP."""
    with suppress(OSError):
        return addresses(where, CONTOSO, tcp=True) == ["10.0.0.7"]
    return False
