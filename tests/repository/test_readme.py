"""Every command in the README and in the other pages runs as it stands there, and prints what the page shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import chdir
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
import yaml

from acrdns.cli import main
from tests.repository.console import Block, alone, blocks, faults, run, run_here

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / "scripts/CONTRIBUTING.md", *sorted((ROOT / "acrdns/pages").glob("*.md"))]
SAMPLES = (ROOT / "zones/README.md").read_text(encoding="utf-8")
NAMED = [
    (f"{path.stem} line {block.line}", block) for path in PAGES for block in blocks(path.read_text(encoding="utf-8"))
]
BLOCKS = [block for _, block in NAMED]
BY_CI = "run by .ci/run"
SHELL_WORDS = frozenset({"cd", "echo", "eval", "export", "kill", "wait", "cat"})

# Without a network namespace of their own, two blocks may want the same port: one after the other.
ALONE = pytest.mark.xdist_group("readme")


def _marks(name: str, block: Block) -> tuple[pytest.MarkDecorator, ...]:
    """Return that blocks with servers are slow behind the README: what their commands do is tested by itself, too."""
    lab = (pytest.mark.interop,) if any(step.command.startswith("acrdns lab ") for step in block.steps) else ()
    return (ALONE, *lab) if name.startswith("README") else (ALONE, pytest.mark.slow, *lab)


def _others(block: Block) -> tuple[pytest.MarkDecorator, ...]:
    """Return that a block is slow which starts another Python."""
    return (pytest.mark.slow,) if any(step.program in {"pytest", "python"} for step in block.steps) else ()


@pytest.mark.parametrize(
    "block", [pytest.param(b, id=n, marks=_others(b)) for n, b in NAMED if not b.excuse and not b.needs_a_shell]
)
def test_commands_run_as_they_stand(
    block: Block, tmp_path: Path, program: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A block is a session in a fresh directory, each acrdns a call in this process."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
    for step in block.steps:
        if step.program not in SHELL_WORDS | {"acrdns"}:
            program(step.program)
    block.prepare(tmp_path)
    notes = tmp_path / ".notes"
    notes.mkdir()
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".state"))
    with chdir(tmp_path):
        found = list(faults(run_here(block, notes, main.run)))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize(
    "block", [pytest.param(b, id=n, marks=_marks(n, b)) for n, b in NAMED if not b.excuse and b.needs_a_shell]
)
def test_commands_with_servers_run_as_they_stand(block: Block, tmp_path: Path, program: Callable[[str], str]) -> None:
    """A block with a server is a session of one shell in a fresh directory."""
    binaries = Path(sys.executable).parent
    for step in block.steps:
        if step.program not in SHELL_WORDS and not (binaries / step.program).exists():
            program(step.program)
        if " -- " in step.command:
            program(step.command.partition(" -- ")[2].split()[0])
            assert alone() or os.environ.get("ACRDNS_REQUIRE_PROGRAMS") != "1"
            if not alone():
                pytest.skip("no namespaces can be made here")
    block.prepare(tmp_path)
    environment = os.environ | {"PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    with TemporaryDirectory(prefix="acrdns") as own:  # short, since a lab has sockets there
        places = dict.fromkeys(("XDG_RUNTIME_DIR", "XDG_STATE_HOME"), own)
        found = list(faults(run(block, tmp_path, environment | places, seconds=300)))
    assert not found, "\n\n".join(found)


@pytest.mark.parametrize("block", [pytest.param(b, id=name) for name, b in NAMED if b.excuse])
def test_a_command_that_is_not_run_here_is_run_elsewhere(block: Block) -> None:
    """What takes too long here is a step of .ci/run, and anything else says why it is not run."""
    if block.excuse.startswith("not run: "):
        assert [path for path in re.findall(r"tests/[\w/.]+", block.excuse) if not (ROOT / path).exists()] == []
        return
    assert block.excuse == BY_CI
    steps = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [step.command for step in block.steps if f"step {step.command}" not in steps] == []


@pytest.mark.slow
@pytest.mark.parametrize("block", [pytest.param(b, id=name) for name, b in NAMED if b.excuse == BY_CI and b.shows])
def test_what_ci_runs_prints_what_is_shown(block: Block, tmp_path: Path) -> None:
    """Where the page shows what such a command prints, it prints that."""
    steps = tuple(replace(step, command=f"cd {ROOT} && {step.command}") for step in block.steps)
    found = list(faults(run(replace(block, steps=steps), tmp_path, os.environ | {"NO_COLOR": "1"}, seconds=300)))
    assert not found, "\n\n".join(found)


def test_the_readme_shows_commands() -> None:
    """The page opens with the demo and the tests, and some blocks are run here."""
    commands = [step.command for block in BLOCKS for step in block.steps]
    assert "scripts/demo" in commands
    assert "scripts/test" in commands
    assert any(not block.excuse for block in BLOCKS)


TRIED = sorted(set(re.findall(r"\| `acrdns ([^`]+)` \|", SAMPLES)))


@pytest.mark.parametrize("arguments", TRIED)
def test_what_the_tables_say_to_try_can_be_tried(
    arguments: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command beside a sample runs, from anywhere; 1 says that it found something."""
    monkeypatch.chdir(tmp_path)
    assert main.run(arguments.split()) in (0, 1)


def test_links_lead_to_files() -> None:
    """From each page to the others."""
    for page in (ROOT / "README.md", *(ROOT / "scripts").rglob("*.md"), ROOT / "zones/README.md"):
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).is_file(), f"{page}: {link}"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param("zones/private-link.yaml", 0, marks=pytest.mark.slow),
        ("zones/broken/network-without-zone-link.yaml", 1),
    ],
)
def test_the_workflow_finds_a_broken_change(
    change: str, code: int, tmp_path: Path, program: Callable[[str], str]
) -> None:
    """Its steps run in a repository as a pull request has it: the good topology passes, and a change that breaks names fails."""
    git = program("git")
    (text,) = re.findall(r"^```yaml\n(name: .*?)^```$", README, re.MULTILINE | re.DOTALL)
    steps = [step["run"] for step in yaml.safe_load(text)["jobs"]["dns"]["steps"] if "run" in step]
    assert steps.pop(0) == 'pipx install "$ACRDNS"'
    estate = tmp_path / "estate.yaml"
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_BASE_REF": "main",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }

    def codes() -> list[int]:
        # GitHub runs a step by `bash -e`.
        return [
            subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, env=environment, check=False).returncode
            for step in steps
        ]

    shutil.copy(ROOT / "zones/private-link.yaml", estate)
    for words in (
        "init -q",
        "add estate.yaml",
        "-c user.name=a -c user.email=a@b.example commit -qm a",
        "update-ref refs/remotes/origin/main HEAD",
    ):
        subprocess.run([git, *words.split()], cwd=tmp_path, check=True)
    shutil.copy(ROOT / change, estate)
    assert codes() == [code] * 3
    assert "public 20.45.122.144" in (tmp_path / "summary.md").read_text(encoding="utf-8")
