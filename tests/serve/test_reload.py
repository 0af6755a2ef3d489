from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING

import dns.message
import dns.query
import pytest

from acrdns.serve.reload import Watcher, load_in_thread
from tests.serve.observe.test_status import until
from tests.serve.running import SECONDS, Running, addresses, connected, framed, take, topology

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.serve.sources import ServingState

CONTOSO = "contoso.azurecr.io"
ANY_PORT = ("--listen", "internet=127.0.0.1:0", "--listen", "hub=127.0.0.1:0")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a topology file."""
    path = tmp_path / "topology.yaml"
    path.write_text(topology("10.0.0.7"))
    return path


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_sighup_brings_new_answers(file: Path, workers: str, tcp: bool) -> None:
    """Once the reload is reported, nobody gets an old answer."""
    with Running(str(file), *ANY_PORT, "--workers", workers) as running:
        hub = running.address("hub")
        for last in (9, 10, 11):
            file.write_text(topology(f"10.0.0.{last}"))
            running.hang_up()
            running.err.until("^reloaded ")
            assert [addresses(hub, CONTOSO, tcp=tcp) for _ in range(5)] == [[f"10.0.0.{last}"]] * 5


def test_watch_notices_a_change_in_a_file_that_is_included(tmp_path: Path) -> None:
    """And in one that an included file includes; what is no longer included is no news."""
    (tmp_path / "a.zone").write_text("@ 300 SOA ns host 1 3600 300 2419200 60\n@ 300 NS ns.elsewhere.\n$INCLUDE b\n")
    (tmp_path / "b").write_text("$INCLUDE c\n")
    (tmp_path / "c").write_text("www 300 A 192.0.2.1\n")
    arguments = ("--zone-file", str(tmp_path / "a.zone"), "--listen", "127.0.0.1:0", "--watch", "--workers", "1")
    with Running(*arguments) as running:
        asked = running.places[0][1]
        for last in (2, 3):
            (tmp_path / "c").write_text(f"www 300 A 192.0.2.{last}\n")
            until_reloaded(running, asked, "www.a", f"192.0.2.{last}")
        (tmp_path / "b").write_text("www 300 A 192.0.2.4\n")
        until_reloaded(running, asked, "www.a", "192.0.2.4")


def until_reloaded(running: Running, where: tuple[str, int], name: str, address: str) -> None:
    """Wait for the reload that brings an address.

    A file that is written is empty for a moment: who looks then loads it twice, and reports that twice.
    """
    running.err.until("^reloaded ")
    while addresses(where, name) != [address]:
        running.err.until("^reloaded ")


@pytest.mark.parametrize("replace", [False, True], ids=["written", "renamed"])
def test_watch_notices_a_change(file: Path, replace: bool) -> None:
    """A file that is written, or replaced as editors do, is loaded."""
    with Running(str(file), *ANY_PORT, "--watch") as running:
        for last in (9, 10):
            target = file.with_suffix(".new") if replace else file
            target.write_text(topology(f"10.0.0.{last}"))
            if replace:
                target.replace(file)
            until_reloaded(running, running.address("hub"), CONTOSO, f"10.0.0.{last}")


def test_a_file_that_does_not_load(file: Path) -> None:
    """Its problems are reported with their place, the old answers stay, and the mended file is loaded."""
    with Running(str(file), *ANY_PORT) as running:
        hub = running.address("hub")
        file.write_text(topology("10.9.9.9"))
        running.hang_up()
        running.err.until("not reloaded: the old answers stay")
        assert any(line.startswith(f"{file}:") and "10.9.9.9" in line for line in running.err.seen)
        assert addresses(hub, CONTOSO) == addresses(hub, CONTOSO, tcp=True) == ["10.0.0.7"]
        file.write_text(topology("10.0.0.9"))
        running.hang_up()
        running.err.until("^reloaded ")
        assert addresses(hub, CONTOSO) == ["10.0.0.9"]
        file.unlink()
        running.hang_up()
        running.err.until("not reloaded")
        assert addresses(hub, CONTOSO) == ["10.0.0.9"]


def test_networks_that_vanish(file: Path) -> None:
    """Their address answers REFUSED, and says why; when they come back, it is theirs again."""
    spoke = "  spoke: {address_space: [10.1.0.0/16], peerings: [hub]}"
    file.write_text(topology(networks=spoke))
    with Running(str(file), *ANY_PORT, "--listen", "spoke=127.0.0.1:0") as running:
        where = running.address("spoke")
        for networks, rcode in (("", "REFUSED"), (spoke, "NOERROR")):
            file.write_text(topology(networks=networks))
            running.hang_up()
            running.err.until("^reloaded ")
            reply = dns.query.udp(dns.message.make_query(CONTOSO, "A", use_edns=0), where[0], SECONDS, where[1])
            assert dns.rcode.to_text(reply.rcode()) == rcode
            assert ("no longer in the topology" in reply.to_text()) is (rcode == "REFUSED")


def test_a_connection_outlives_a_reload(file: Path) -> None:
    """A TCP client keeps its connection, and gets new answers on it."""
    query = framed(dns.message.make_query(CONTOSO, "A").to_wire())
    with Running(str(file), *ANY_PORT) as running, connected(running.address("hub")) as stream:
        for last in (7, 9):
            file.write_text(topology(f"10.0.0.{last}"))
            running.hang_up()
            running.err.until("^reloaded ")
            stream.sendall(query)
            packet = take(stream)
            assert packet is not None
            assert f"10.0.0.{last}" in dns.message.from_wire(packet).to_text()


def test_no_query_is_lost(file: Path) -> None:
    """Under load, through thirty reloads, every query is answered once, by the old file or the new, never by a mixture."""
    seen: list[set[str]] = [set(), set()]
    counts = [0, 0]
    done = threading.Event()

    def load(number: int, where: tuple[str, int]) -> None:
        while not done.is_set():
            seen[number].add(" ".join(addresses(where, CONTOSO, tcp=bool(number))))
            counts[number] += 1

    with Running(str(file), *ANY_PORT, "--workers", "1") as running:
        hub = running.address("hub")
        threads = [threading.Thread(target=load, args=(number, hub)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        try:
            for last in range(30):
                file.write_text(topology(f"10.0.0.{10 + last}"))
                running.hang_up()
                running.err.until("^reloaded ")
            until(lambda: min(counts) > 30)  # where this machine has let the clients wait
        finally:
            done.set()
            for thread in threads:
                thread.join(2 * SECONDS)
        assert not any(thread.is_alive() for thread in threads)
        assert len(running.children()) == 1
    possible = {"10.0.0.7"} | {f"10.0.0.{10 + last}" for last in range(30)}
    assert seen[0] | seen[1] <= possible


def test_hang_ups_in_a_row(file: Path) -> None:
    """Signals that come while a file is read do not get lost: the last state of the file is served in the end."""
    with Running(str(file), *ANY_PORT) as running:
        for last in range(20, 60):
            file.write_text(topology(f"10.0.0.{last}"))
            running.hang_up()
        while addresses(running.address("hub"), CONTOSO) != ["10.0.0.59"]:
            running.err.until("^reloaded ")


# --- the watcher ------------------------------------------------------------------------------------------------------


def test_watcher(tmp_path: Path) -> None:
    """Written, replaced and returned files are news, once; absence is none, nor is a file that never was."""
    first, second, third = (tmp_path / name for name in "abc")
    first.write_text("1")
    second.write_text("1")
    watcher = Watcher([str(first), str(second), str(third)])
    assert not watcher.changed()
    first.write_text("12")
    assert watcher.changed()
    assert not watcher.changed()
    second.unlink()
    assert not watcher.changed()
    second.write_text("123")
    assert watcher.changed()
    third.write_text("new")
    assert watcher.changed()
    os.utime(first, ns=(1, 1))
    assert watcher.changed()
    assert not watcher.changed()


def test_a_load_has_a_deadline() -> None:
    """The server goes on with the old answers; what the thread brings later does not count."""
    waiting = threading.Event()

    def load() -> ServingState:
        waiting.wait(SECONDS)
        raise AssertionError

    async def reload() -> None:
        with pytest.raises(TimeoutError, match="not read after"):
            await load_in_thread(load, seconds=0.05)
        waiting.set()
        await asyncio.sleep(0.05)

    asyncio.run(reload())


def test_a_change_that_keeps_size_and_time_is_noticed(tmp_path: Path) -> None:
    """Copies that preserve times (`cp -p`, `rsync -t --inplace`) do so; the time of the inode is not theirs to set."""
    file = tmp_path / "topology.yaml"
    file.write_text("version: 1")
    before = file.stat()
    watcher = Watcher([str(file)])
    assert not watcher.changed()
    while file.stat().st_ctime_ns == before.st_ctime_ns:  # the clock of file systems ticks a hundred times a second
        file.write_text("version: 2")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_mtime_ns, file.stat().st_size) == (before.st_mtime_ns, before.st_size)
    assert watcher.changed()
    assert not watcher.changed()
