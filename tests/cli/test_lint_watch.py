"""`acrdns lint --watch` in a pipe: what a user sees of each change, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from tests.cli.test_lint import UNLINKED
from tests.warm import Acrdns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60
LINKED = UNLINKED.replace("links: {}", "links: {hub: {}}")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[Path, subprocess.Popen[str]]]:
    """Watch a file without a finding, and return it with the process once it has said so."""
    file = tmp_path / "estate.yaml"
    file.write_text(LINKED, encoding="utf-8")
    with Acrdns(["lint", "--watch", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"{file}: 0 new, 0 gone, 0 in all\n"
            yield file, process
        finally:
            process.kill()


def overwrite(file: Path, text: str) -> None:
    """Write a file at its place and in one go: whoever looks meanwhile never finds a part of it."""
    with file.open("r+b", buffering=0) as stream:
        stream.write(text.encode().ljust(file.stat().st_size, b"\n"))


def test_each_change_shows_what_is_new_and_what_is_gone(watched: tuple[Path, subprocess.Popen[str]]) -> None:
    """A link that goes and comes back, an editor that replaces the file, a file that does not load between; Ctrl-C."""
    file, process = watched
    assert process.stdout is not None
    assert process.stderr is not None
    overwrite(file, UNLINKED)
    assert process.stdout.readline().startswith(f"{file}:5:3: error ACR101 vnet-without-zone-link: ")
    assert process.stdout.readline().startswith("  fix: ")
    rest = [process.stdout.readline()]
    while not rest[-1].startswith(f"{file}: "):
        rest.append(process.stdout.readline())
    assert rest[-1] == f"{file}: 1 new, 0 gone, 1 in all; 2 cells of the matrix changed\n"
    overwrite(file, UNLINKED.replace("network: hub", "network: hob"))
    assert "hob" in process.stderr.readline()
    assert process.stderr.readline() == f"{file} does not load; its findings stay as they were\n"
    other = file.with_name("estate.tmp")
    other.write_text(f"# linked\n{LINKED}", encoding="utf-8")
    os.replace(other, file)  # noqa: PTH105 -- as editors do
    assert process.stdout.readline().startswith(f"{file}:5:3: gone: error ACR101 vnet-without-zone-link: ")
    assert process.stdout.readline() == f"{file}: 0 new, 1 gone, 0 in all; 2 cells of the matrix changed\n"
    process.send_signal(signal.SIGINT)
    assert process.wait(SECONDS) == main.INTERRUPTED
    assert process.stdout.read() == process.stderr.read() == ""


@pytest.mark.slow
def test_it_ends_when_nobody_reads(watched: tuple[Path, subprocess.Popen[str]]) -> None:
    """The next line that cannot be written ends it."""
    file, process = watched
    assert process.stdout is not None
    process.stdout.close()
    file.write_text(UNLINKED, encoding="utf-8")
    assert process.wait(SECONDS) == main.NO_JUDGEMENT


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["-"], "standard input cannot be watched"), (["private-link", "--format", "json"], "it writes text")],
)
def test_what_cannot_be_watched(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A usage error says so."""
    assert main.run(["lint", "--watch", *arguments]) == main.NO_JUDGEMENT
    assert message in capsys.readouterr().err
