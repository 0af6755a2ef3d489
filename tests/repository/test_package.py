"""What is built from the tree works where there is no tree: sdist, then a wheel from it, in an environment of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("package")]


def _run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the sdist and the wheel that was built from it."""
    work = tmp_path_factory.mktemp("build")
    _run(sys.executable, "-m", "venv", "tools", cwd=work)
    _run("tools/bin/python", "-m", "pip", "install", "--quiet", "build", cwd=work)
    _run("tools/bin/python", "-m", "build", "--outdir", "dist", ROOT, cwd=work)
    return work / "dist"


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of programs of an environment in which the wheel is installed."""
    place = tmp_path_factory.mktemp("installed")
    (wheel,) = built.glob("*.whl")
    _run(sys.executable, "-m", "venv", "venv", cwd=place)
    _run("venv/bin/python", "-m", "pip", "install", "--quiet", wheel, cwd=place)
    return place / "venv/bin"


@pytest.fixture(scope="module")
def wheels(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the wheel and all that it needs with every extra: an index without a network."""
    place = tmp_path_factory.mktemp("wheels")
    (wheel,) = built.glob("*.whl")
    python = built.parent / "tools/bin/python"
    _run(python, "-m", "pip", "wheel", "--quiet", "--wheel-dir", ".", f"{wheel}[web,lab,doh]", "pip", cwd=place)
    return place


def _offline(command: Sequence[str | Path], wheels: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a new user without a network: an empty home, and a directory of wheels."""
    pip = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}
    uv = {"UV_OFFLINE": "1", "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(wheels), "UV_PYTHON_DOWNLOADS": "never"}
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home)} | pip | uv
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False, timeout=300)


def _tracked(*paths: str) -> set[str]:
    done = subprocess.run(["git", "ls-files", *paths], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no git checkout")
    return set(done.stdout.split())


def test_the_wheel_has_the_package_and_the_samples(built: Path) -> None:
    """Every file that is tracked, code and data, and nothing else."""
    (wheel,) = built.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == _tracked("acrdns") | {f"acrdns/{name}" for name in _tracked("zones")}


def test_the_sdist_has_all_that_is_needed_to_build_and_test(built: Path) -> None:
    """Its scripts work as those of the checkout do."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert _tracked("acrdns", "tests", "scripts", "zones", "README.md", "LICENSE", "pyproject.toml") <= held


def test_a_sample_is_served_by_name(installed: Path, tmp_path: Path) -> None:
    """Outside the tree, as a new user would."""
    serve = (installed / "acrdns", "serve", "private-link-geo", "--listen", "hub=127.0.0.1:0")
    with subprocess.Popen(serve, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        address = list(iter(server.stdout.readline, "ready\n"))[-1].split()[1]
        try:
            check = (installed / "acrdns", "check", "private-link-geo", "--from", "hub", "--server", address)
            assert "4 right, 0 wrong; no findings" in _run(*check, cwd=tmp_path)
        finally:
            server.terminate()
    assert server.returncode == 0


@pytest.mark.parametrize(
    ("arguments", "shows"),
    [
        (("lint", "private-link-geo"), "private-link-geo: no findings\n"),
        (("matrix", "broken/record-ttl-too-long"), "contoso.azurecr.io"),
        (("facts", "F01"), "F01 Zone not linked"),
        (("rule", "ACR101"), "# ACR101 vnet-without-zone-link"),
        (("schema",), '"$schema"'),
    ],
)
def test_what_comes_with_the_package_is_found(
    arguments: tuple[str, ...], shows: str, installed: Path, tmp_path: Path
) -> None:
    """Samples, facts, pages and schemas."""
    assert shows in _run(installed / "acrdns", *arguments, cwd=tmp_path)


def test_an_extra_is_added_to_what_is_installed(built: Path, tmp_path: Path) -> None:
    """As the page about installing says: by name, though no index has acrdns."""
    (wheel,) = built.glob("*.whl")
    _run(sys.executable, "-m", "venv", "venv", cwd=tmp_path)
    python = tmp_path / "venv/bin/python"
    _run(python, "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    _run(python, "-m", "pip", "install", "--quiet", "acrdns[doh]", cwd=tmp_path)
    _run(python, "-c", "import acrdns, h2", cwd=tmp_path)


@pytest.mark.parametrize("runner", ["pipx", "uvx"])
def test_a_runner_runs_the_wheel(built: Path, wheels: Path, tmp_path: Path, runner: str) -> None:
    """As a new user, who installs nothing: `pipx run` and `uvx` of the wheel."""
    (wheel,) = built.glob("*.whl")
    _run(sys.executable, "-m", "venv", "tools", cwd=tmp_path)
    _run("tools/bin/python", "-m", "pip", "install", "--quiet", "pipx" if runner == "pipx" else "uv", cwd=tmp_path)
    start: dict[str, list[str | Path]] = {
        "pipx": ["pipx", "run", "--spec", wheel],
        "uvx": ["uvx", "--python", sys.executable, "--from", wheel],
    }
    program, *options = start[runner]
    (tmp_path / "home").mkdir()
    command: list[str | Path] = [tmp_path / "tools/bin" / str(program), *options, "acrdns", "lint", "private-link-geo"]
    done = _offline(command, wheels, tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "private-link-geo: no findings\n"), done.stderr


MODULES_OF_EXTRAS = {"starlette", "uvicorn", "cryptography", "httpx", "h2", "uvloop", "trustme", "cronsim", "httptools"}


def test_a_plain_install_is_small(installed: Path, tmp_path: Path) -> None:
    """Nothing of an extra is in it, and the version is said without a library."""
    listed = _run(installed / "python", "-m", "pip", "list", "--format", "freeze", cwd=tmp_path)
    names = {line.partition("==")[0] for line in listed.split()}
    assert names.isdisjoint(MODULES_OF_EXTRAS)
    assert len(names) <= 24
    shown = subprocess.run(
        [installed / "python", "-X", "importtime", installed / "acrdns", "--version"], capture_output=True, text=True, check=True
    )  # fmt: skip
    assert shown.stdout.startswith("acrdns ")
    loaded = {line.rpartition("|")[2].strip() for line in shown.stderr.splitlines() if "|" in line}
    assert {name for name in loaded if name.partition(".")[0] == "acrdns"} == {"acrdns", "acrdns.__main__"}
    assert not loaded & {"typer", "click", "pydantic", "yaml", "rich", "argparse", "asyncio", "socket"}


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ("web", ["web", "private-link", "--port", "0"]),
        ("lab", ["lab", "status"]),
        ("doh", ["check", "private-link", "--from", "hub", "--server", "https://127.0.0.1:9"]),
    ],
)
def test_an_extra_adds_what_was_missing(
    installed: Path, wheels: Path, tmp_path: Path, extra: str, arguments: list[str]
) -> None:
    """The plain install says which extra to take, and with it the command gets on."""
    plain = _offline([installed / "acrdns", *arguments], wheels, tmp_path)
    assert plain.returncode == 2
    assert f"acrdns[{extra}]" in plain.stderr
    _run(sys.executable, "-m", "venv", "venv", cwd=tmp_path)
    place = tmp_path / "venv/bin"
    done = _offline([place / "python", "-m", "pip", "install", "--quiet", f"acrdns[{extra}]"], wheels, tmp_path)
    assert done.returncode == 0, done.stderr
    with subprocess.Popen(
        [place / "acrdns", *arguments], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        first = process.stdout.readline()
        try:
            assert f"acrdns[{extra}]" not in first
            if extra == "web":
                (url,) = re.findall(r"http://\S+", first)
                with urllib.request.urlopen(url, timeout=300) as reply:  # noqa: S310 -- the page's own
                    assert b"contoso.azurecr.io" in reply.read()
        finally:
            process.terminate()


SAMPLE_PROJECT = """
import socket

import pytest


@pytest.mark.acrdns("private-link-geo")
@pytest.mark.parametrize("number", range(8))
def test_pulls_are_private(acrdns_server, number):
    with acrdns_server.at("hub").getaddrinfo():
        assert socket.getaddrinfo("contoso.azurecr.io", 443)[0][4][0] == "10.0.0.7"
    with acrdns_server.fault("bypassed-azure-dns", at="hub"), acrdns_server.at("hub").getaddrinfo():
        assert socket.getaddrinfo("contoso.azurecr.io", 443)[0][4][0] == "20.45.122.144"
    assert {query.vantage for query in acrdns_server.queries} == {"hub"}
"""


def test_a_project_uses_the_pytest_plugin(installed: Path, tmp_path: Path) -> None:
    """Of the wheel alone, with nothing said, and in parallel."""
    _run(installed / "python", "-m", "pip", "install", "--quiet", "pytest", "pytest-xdist", cwd=tmp_path)
    (tmp_path / "test_project.py").write_text(SAMPLE_PROJECT)
    (tmp_path / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = ['--strict-markers']\n")
    shown = _run(installed / "python", "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", cwd=tmp_path)
    assert "8 passed" in shown
