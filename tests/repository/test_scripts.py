"""The scripts work where nothing is prepared for them, and say clearly what they miss."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scripts.benchmarks.startup import Row, table
from scripts.generators import readme

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@pytest.fixture
def clone(root: Path, tmp_path: Path) -> Path:
    """Return a copy of the repository as a new user has it: no .venv, no caches."""
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__")
    return shutil.copytree(root, tmp_path / "a clone", ignore=ignored)


def run(clone: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script of a copy with next to nothing in the environment but how pip reaches its index."""
    environment = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    environment |= {"PATH": SYSTEM_PATH, "HOME": str(clone.parent)} | variables
    return subprocess.run(command, cwd=clone.parent, env=environment, capture_output=True, text=True, check=False)


def stub(directory: Path, name: str, script: str) -> None:
    """Put a program into a directory."""
    directory.mkdir(exist_ok=True)
    (directory / name).write_text(f"#!/bin/bash\n{script}\n", encoding="utf-8")
    (directory / name).chmod(0o755)


@pytest.mark.slow
def test_setup_works_on_a_bare_machine(clone: Path) -> None:
    """With a bare Python, setup makes a .venv that runs acrdns, from any directory, and then has nothing left to do."""
    first = run(clone, str(clone / "scripts/setup"), PYTHONDONTWRITEBYTECODE="1")
    assert first.returncode == 0, first.stderr
    assert list(
        clone.glob("acrdns/topology/schema/__pycache__/schema.*.pyc")
    )  # else every start compiles everything anew
    version = run(clone, str(clone / ".venv/bin/acrdns"), "--version")
    assert version.stdout.startswith("acrdns ")
    stamps = {path: path.stat().st_mtime_ns for path in (clone / ".venv").iterdir()}
    second = run(clone, str(clone / "scripts/setup"))
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert stamps == {path: path.stat().st_mtime_ns for path in (clone / ".venv").iterdir()}


def without_ensurepip(clone: Path, user: int) -> Path:
    """Return a directory of programs in which python3 has no ensurepip until apt-get installs it."""
    programs = clone.parent / "programs"
    stub(programs, "id", f"echo {user}")
    stub(
        programs,
        "apt-get",
        f'echo "$*" >> {programs}/apt.log; case "$*" in *" install "*) touch {programs}/installed ;; esac',
    )
    stub(
        programs,
        "python3",
        f'case "$*" in *ensurepip*) test -e {programs}/installed ;; *-m\\ venv*) exit 7 ;; *) exec {sys.executable} "$@" ;; esac',
    )
    return programs


def test_setup_installs_the_venv_module_as_root(clone: Path) -> None:
    """On a Debian without python3-venv, setup installs it where it may."""
    programs = without_ensurepip(clone, 0)
    process = run(clone, str(clone / "scripts/setup"), PATH=f"{programs}:{SYSTEM_PATH}")
    calls = (programs / "apt.log").read_text(encoding="utf-8").splitlines()
    assert process.returncode == 7
    assert [call.rpartition(" ")[2] for call in calls] == ["update", "python3-venv"]


def test_setup_says_what_to_install_otherwise(clone: Path) -> None:
    """An ordinary user is told the command, and apt-get is left alone."""
    programs = without_ensurepip(clone, 1000)
    process = run(clone, str(clone / "scripts/setup"), PATH=f"{programs}:{SYSTEM_PATH}")
    assert process.returncode == 2
    assert (
        process.stderr == "scripts/setup: python3 has no venv module; install it first: apt-get install python3-venv\n"
    )
    assert not (programs / "apt.log").exists()


def test_setup_refuses_an_old_python(clone: Path) -> None:
    """A Python that is too old is named."""
    programs = clone.parent / "programs"
    stub(programs, "python3", 'case "$1" in --version) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    process = run(clone, str(clone / "scripts/setup"), PATH=f"{programs}:{SYSTEM_PATH}")
    assert process.returncode == 2
    assert process.stderr == "scripts/setup: Python 3.11 or later is needed, and python3 is Python 3.9.2\n"


def test_setup_knows_its_options(clone: Path) -> None:
    """An option that setup does not know is refused with those that it knows."""
    process = run(clone, str(clone / "scripts/setup"), "--devel")
    assert process.returncode == 2
    assert process.stderr == "scripts/setup: unknown option --devel; it takes --dev and --interop\n"


def test_generated_files_are_current(root: Path) -> None:
    """What scripts/generate would write is what is there."""
    process = subprocess.run(
        [sys.executable, "-m", "scripts.generators", "--check"], cwd=root, capture_output=True, text=True, check=False
    )
    assert (process.returncode, process.stderr) == (0, "")


def test_generated_tables_replace_what_was_between_their_marks() -> None:
    """Only what stands between the marks changes, and filling twice is filling once."""
    page = "before\n<!-- generated: commands -->\nwhat was here\n<!-- end -->\nafter\n"
    filled = readme.fill(page)
    assert filled.startswith("before\n<!-- generated: commands -->\n| command | what it does |")
    assert filled.endswith("<!-- end -->\nafter\n")
    assert "what was here" not in filled
    assert filled == readme.fill(filled)


def test_scripts_bench_names_its_benchmarks(root: Path) -> None:
    """`scripts/bench` runs scripts/benchmarks by name: without one it lists them, and a wrong one is a usage error."""
    listed = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks"], cwd=root, capture_output=True, text=True, check=False
    )
    assert listed.returncode == 0
    assert "  startup " in listed.stdout
    wrong = subprocess.run(
        [sys.executable, "-m", "scripts.benchmarks", "speed"], cwd=root, capture_output=True, text=True, check=False
    )
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("scripts/bench: no benchmark 'speed'\n")


def test_the_start_up_table_shows_ratio_and_limit() -> None:
    """A row has the time, its spread, the ratio and what it may be."""
    rows = [Row("acrdns --version", 11.0, 0.2, 1.1, 2.0)]
    assert table(rows).splitlines()[-1] == "| `acrdns --version` | 11.0 | 0.2 | 1.1 | 2 |"


@pytest.mark.slow
def test_start_up_is_measured(root: Path, tmp_path: Path) -> None:
    """`scripts/bench startup` measures every command and writes the rows that it shows."""
    rows = tmp_path / "rows.json"
    command = [sys.executable, "-m", "scripts.benchmarks", "startup", "--rounds", "7", "--json", str(rows)]
    process = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    written = [Row(**row) for row in json.loads(rows.read_text(encoding="utf-8"))]
    assert process.stdout == table(written) + "\n"
    assert process.returncode == any(row.ratio > row.limit for row in written)
    assert [row.limit for row in written] == [1, 2, 12, 25]
