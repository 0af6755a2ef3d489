"""The shape of the repository: what is where, how it is called, how long it is."""

from __future__ import annotations

import ast
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest

from acrdns.cli.main import COMMANDS, module_name

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(
    path.relative_to(ROOT) for top in ("acrdns", "tests", "scripts") for path in (ROOT / top).rglob("*.py")
)

TOP_LEVEL = frozenset(
    {
        ".ci",
        ".git",
        ".gitignore",
        "LICENSE",
        "README.md",
        "acrdns",
        "pyproject.toml",
        "scripts",
        "tests",
        "zones",
    }
)

# Modules of acrdns/cli that are no commands.
NO_COMMANDS = frozenset(
    {
        "__init__",
        "arguments",
        "completion",
        "judging",
        "streaming",
        "main",
        "output",
        "overwrite",
        "policy",
        "progress",
        "rounds",
        "reference",
        "saved",
        "style",
        "target",
    }
)

# A name has to say what is in a module; these say nothing.
SAYS_NOTHING = frozenset({"utils", "util", "helpers", "helper", "common", "base", "manager", "misc", "core", "tools"})

LONGEST = 300
LONGEST_FOR_A_REASON = 400
# Longer than LONGEST, and why.
LONG = {
    "acrdns/api.py": "the public API, which people read as one page",
    "acrdns/check/causes/route.py": "one walk over all kinds of servers, which call each other",
    "acrdns/serve/server.py": "one server from its start over its reloads to its end",
    "acrdns/topology/assumptions.py": "one table: every open question, in the order of the facts",
    "acrdns/topology/dump.py": "a function for each object, in the order of the file",
    "acrdns/topology/model.py": "the types of a topology, in the order of the file",
    "acrdns/topology/schema/schema.py": "the file as people write it, in the order of its sections",
    "acrdns/zone/master/fast.py": "one idea, read from top to bottom: lines to columns to packed records",
}

WIDEST = 12
# Folders that may hold more modules, since all of them are of one kind.
CATALOGUES = {
    "acrdns/cli": "a file for a command",
    "acrdns/check/faults": "a file for a fault",
    "acrdns/check/fixes": "a file for an action",
    "acrdns/check/rules/answers": "a file for a rule",
    "acrdns/check/rules/topology": "a file for a rule",
    "acrdns/check/rules/zones": "a file for a rule",
    "acrdns/exchange/imports/kinds": "a file for a kind of input",
    "acrdns/exchange/imports/objects": "a file for an object type",
}
# Kinds of tests that no package of acrdns has, as DESIGN.md names them.
KINDS = frozenset({"scenarios", "interop", "conformance", "fuzz", "macos", "repository"})


def test_the_top_level_holds_what_it_should() -> None:
    """Nothing lies about at the top, but for what .gitignore names."""
    ignored = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split()]
    found = {path.name for path in ROOT.iterdir() if not any(fnmatch(path.name, pattern) for pattern in ignored)}
    assert found <= TOP_LEVEL


def test_every_command_is_in_the_table() -> None:
    """The table of commands and the files beside it are the same list; `export_zonefile` is a part of `export`."""
    files = {path.stem for path in (ROOT / "acrdns/cli").glob("*.py")} - NO_COMMANDS
    modules = {module_name(command).rpartition(".")[2] for command in COMMANDS}
    assert modules == {file for file in files if file.rpartition("_")[0] not in modules}


@pytest.mark.parametrize("line", COMMANDS.values(), ids=list(COMMANDS))
def test_a_command_is_told_in_a_line(line: str) -> None:
    """A command's line in the help is one sentence that fits there."""
    assert line == line.strip()
    assert line[0].isupper()
    assert line.endswith(".")
    assert len(line) <= 64


def test_a_module_is_called_by_what_it_holds() -> None:
    """No module and no package has a name that says nothing."""
    assert [str(path) for path in MODULES if not SAYS_NOTHING.isdisjoint([*path.parent.parts, path.stem])] == []


def test_a_module_is_short() -> None:
    """A module can be read in one go."""
    lengths = {
        str(path): (ROOT / path).read_text(encoding="utf-8").count("\n") for path in MODULES if path.parts[0] != "tests"
    }
    most = {path: LONGEST_FOR_A_REASON if LONG.get(path) else LONGEST for path in lengths}
    assert {path: lines for path, lines in lengths.items() if lines > most[path]} == {}


def test_long_modules_are_really_long() -> None:
    """The list of long modules goes no further than it has to."""
    assert [path for path in LONG if (ROOT / path).read_text(encoding="utf-8").count("\n") <= LONGEST] == []


def test_tests_mirror_the_package() -> None:
    """A folder of tests is a package of acrdns, at every depth, or one of the kinds that DESIGN.md names."""
    folders = {path.relative_to("tests").parent for path in MODULES if path.parts[0] == "tests"} - {Path()}
    assert [
        str(folder) for folder in folders if folder.parts[0] not in KINDS and not (ROOT / "acrdns" / folder).is_dir()
    ] == []


PACKAGES = sorted(path.parent for path in MODULES if path.parts[0] == "acrdns" and path.name == "__init__.py")


def test_a_folder_can_be_taken_in_at_a_glance() -> None:
    """It has few modules, or its modules are all of one kind."""
    sizes = Counter(path.parent for path in MODULES if path.stem != "__init__")
    wide = [package.as_posix() for package in PACKAGES if sizes[package] > WIDEST]
    assert [package for package in wide if not CATALOGUES.get(package)] == []


def test_catalogues_are_really_large() -> None:
    """The list of catalogues goes no further than it has to."""
    sizes = {folder: len(list((ROOT / folder).glob("*.py"))) - 1 for folder in CATALOGUES}
    assert [folder for folder, size in sizes.items() if size <= WIDEST] == []


@pytest.mark.parametrize(
    "package",
    [package for package in PACKAGES if len(package.parts) == 2],
    ids=str,
)
def test_a_package_has_a_floor_plan(package: Path) -> None:
    """It says what comes in, what goes out, and in which order to read."""
    text = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
    assert text
    assert len(text.splitlines()) >= 4
    assert "In:" in text
    assert "Out:" in text


SCRIPTS = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and path.suffix != ".md")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_a_program_that_is_run(name: str) -> None:
    """A script has no extension, can be executed, says what it does, and .ci/run or a test runs it."""
    path = ROOT / "scripts" / name
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o111 == 0o111
    assert "." not in name
    assert text.startswith("#!/usr/bin/env bash\n# ")
    runners = [ROOT / ".ci/run", *SCRIPTS_OF_CI, *(ROOT / "tests/repository").glob("*.py")]
    assert any(f"scripts/{name}" in runner.read_text(encoding="utf-8") for runner in runners if runner != path)


# What .ci/run runs may run others.
SCRIPTS_OF_CI = [ROOT / "scripts" / name for name in SCRIPTS]
