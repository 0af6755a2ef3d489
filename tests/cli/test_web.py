"""`acrdns web` as a command: what it refuses, what it prints, how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from acrdns.cli import main, web
from acrdns.teach.web.run import bind

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--host", "0.0.0.0"], "--host"),
        (["--host", "192.0.2.1"], "--host"),
        (["--port", "99999"], "--port"),
        (["nowhere.yaml"], "nowhere.yaml:1:1: cannot be read"),
    ],
)
def test_what_cannot_be_shown_is_refused(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Any address but loopback, and a file that does not load."""
    assert main.run(["web", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_port_in_use_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """With the option that chooses another."""
    with bind("127.0.0.1", 0) as taken:
        assert main.run(["web", "private-link", "--port", str(taken.getsockname()[1])]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "in use" in line
    assert "--port" in line


def test_the_missing_extra_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line."""
    monkeypatch.setattr(web, "NEEDS", ("starlette", "not_installed_at_all"))
    assert main.run(["web", "private-link"]) == 2
    assert capsys.readouterr().err == (
        "acrdns: the page needs not_installed_at_all; install it: pip install 'acrdns[web]'\n"
    )


@pytest.fixture
def page() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the page of a sample at a free port, and return its address."""
    acrdns = Path(sys.executable).with_name("acrdns")
    with subprocess.Popen([acrdns, "web", "private-link", "--port", "0"], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server, server.stdout.readline().strip()
        finally:
            server.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_a_signal_ends_it_with_0(number: signal.Signals, page: tuple[subprocess.Popen[str], str]) -> None:
    """Also while a browser holds a connection open; its address is printed once it answers."""
    server, address = page
    with urlopen(address, timeout=60) as reply:  # noqa: S310 -- the address that it printed
        assert b"contoso.azurecr.io" in reply.read()
        os.kill(server.pid, number)
        assert server.wait(60) == 0
