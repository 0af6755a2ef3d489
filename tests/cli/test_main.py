"""The command line as a whole, asked from outside: exit codes, streams and what is imported."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Any

import pytest
import typer

from acrdns import __version__
from acrdns.cli import main
from acrdns.errors import ListenError, Place, ProbeError, Problem, TopologyError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROBLEMS = (
    Problem(Place("a.yaml", 3, 5), "registries.contoso.sku", "unknown value 'Premum'", "did you mean 'Premium'?"),
    Problem(Place("a.yaml", 9, 1), "networks.hub", "not an address space"),
)


@pytest.fixture
def run_with(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Return a function that runs a command line in which `sample` is the given function."""

    def run(command: Callable[..., int | None], *arguments: str) -> int:
        module = ModuleType("acrdns.cli.sample")
        vars(module)["command"] = command
        monkeypatch.setitem(sys.modules, "acrdns.cli.sample", module)
        monkeypatch.setitem(main.COMMANDS, "sample", "A command of this test.")
        return main.run(["sample", *arguments])

    return run


def acrdns(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a process of its own."""
    command = [sys.executable, "-m", "acrdns", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment or None)


@pytest.mark.parametrize(("returned", "expected"), [(None, 0), (0, 0), (1, 1), (2, 2)])
def test_a_command_returns_its_exit_code(run_with: Callable[..., int], returned: int | None, expected: int) -> None:
    """What a command returns is the exit code, and nothing means clean."""
    assert expected == run_with(lambda: returned)


def test_every_problem_of_an_input_is_a_line(run_with: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """All problems of a file are printed as they are, one a line, on stderr."""

    def command() -> None:
        raise TopologyError(PROBLEMS)

    assert run_with(command) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.splitlines() == [
        "a.yaml:3:5: registries.contoso.sku: unknown value 'Premum'; did you mean 'Premium'?",
        "a.yaml:9:1: networks.hub: not an address space",
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ListenError("127.0.0.1:53 is in use"), "acrdns: 127.0.0.1:53 is in use\n"),
        (FileNotFoundError(2, "No such file or directory", "b.yaml"), "acrdns: b.yaml: no such file or directory\n"),
        (OSError(28, "No space left on device"), "acrdns: no space left on device\n"),
        (typer.Abort(), "acrdns: aborted\n"),
    ],
)
def test_an_error_is_one_line(
    run_with: Callable[..., int], capsys: pytest.CaptureFixture[str], error: Exception, expected: str
) -> None:
    """Errors end a command with 2 and one line that says what is wrong."""

    def command() -> None:
        raise error

    assert run_with(command) == 2
    assert expected == capsys.readouterr().err


def test_a_bug_is_called_one(
    run_with: Callable[..., int], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception that nobody foresaw is one line with its place; the traceback is shown on request."""

    def command() -> None:
        raise KeyError("hub")

    assert run_with(command) == 2
    brief = capsys.readouterr().err
    assert brief.count("\n") == 1
    assert brief.startswith("acrdns: this is a bug in acrdns, not in your input: KeyError: 'hub' at ")
    monkeypatch.setenv("ACRDNS_DEBUG", "1")
    assert run_with(command) == 2
    assert capsys.readouterr().err.startswith("Traceback (most recent call last):")


def test_an_interrupt_is_quiet(run_with: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C ends a command with the shell's own code and without a word."""

    def command() -> None:
        raise KeyboardInterrupt

    assert run_with(command) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["sample", "--cout", "1"], "acrdns sample: no such option: --cout; did you mean --count? see acrdns sample --help"),
        (["sample", "--count", "x"], "acrdns sample: invalid value for '--count': Input should be a valid integer, unable to parse string as an integer; see acrdns sample --help"),
        (["lint", "--selct", "ACR2", "a.yaml"], "acrdns lint: no such option: --selct; did you mean --select or --strict? see acrdns lint --help"),
        (["sampel"], "acrdns: no such command 'sampel'; did you mean 'sample'? see acrdns --help"),
        (["--no-such"], "acrdns: no such option: --no-such; see acrdns --help"),
        (["chek"], "acrdns: no such command 'chek'; did you mean 'check' or 'schema'? see acrdns --help"),
        (["export", "nginx"], "acrdns export: no such command 'nginx'; see acrdns export --help"),
        (["lab", "nginx"], "acrdns lab: no such command 'nginx'; allowed: run, shell, up, env, status, down, clock, region, bounce, load, firewall, connected, exfiltrate; see acrdns lab --help"),
        (["lint", "a.yaml", "--format", "xml"], "acrdns lint: invalid value for '--format': 'xml' is not one of 'text', 'json', 'jsonl', 'junit', 'sarif', 'github', 'gitlab', 'azure-pipelines', 'markdown', 'prometheus'; see acrdns lint --help"),
        (["trace", "zones/private-link.yaml", "a.azurecr.io", "--from", "hubb"], "acrdns trace: invalid value for --from: there is no vantage point 'hubb'; did you mean hub? the file has internet, hub; see acrdns trace --help"),
        (["matrix", "zones/private-link.yaml", "--registry", "contosso"], "acrdns matrix: invalid value for --registry: there is no registry 'contosso'; did you mean contoso? the file has contoso; see acrdns matrix --help"),
        (["lint", "private-link", "--select", " "], "acrdns lint: invalid value for --select: it names no rule, and nothing would be judged; leave it out; see acrdns lint --help"),
        (["trace", "private-link", "contoso.azurecr.io", "--interval", "1"], "acrdns trace: invalid value for --interval: there is one time only; say how many with --repeat N; see acrdns trace --help"),
        (["check", "private-link", "--interval", "1"], "acrdns check: invalid value for --interval: there is one round only; say --repeat N, --until-clean or --watch; see acrdns check --help"),
        (["observe", "--recipe", "dig", "private-link", "--at", "hub", "--redact"], "acrdns observe: invalid value for --at: nothing is read with --recipe; leave out --at and --redact; see acrdns observe --help"),
        (["fix", "private-link", "--take", "1"], "acrdns fix: invalid value for --take: nothing is written without --write; see acrdns fix --help"),
        (["diagnose", "-", "-"], "acrdns diagnose: invalid value for TOPOLOGY: standard input is one file; name the other; see acrdns diagnose --help"),
        (["observe", "missing.txt"], "acrdns: missing.txt: no such file or directory"),
        (["lint", "missing.yaml"], "missing.yaml:1:1: cannot be read: no such file or directory; `acrdns init` writes a topology file to start from"),
    ],
)  # fmt: skip
def test_a_usage_error_is_one_line(
    run_with: Callable[..., int], capsys: pytest.CaptureFixture[str], arguments: list[str], expected: str
) -> None:
    """A command line that makes no sense ends with 2, one line, and what was probably meant."""

    def command(count: Annotated[int, typer.Option()] = 0) -> None:
        raise AssertionError(count)

    run_with(command, "--help")
    capsys.readouterr()
    assert main.run(arguments) == 2
    assert expected == capsys.readouterr().err.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ["matrix", "-", "--from", "hub"],
        ["trace", "-", "contoso.azurecr.io", "--from", "hub"],
        ["export", "hosts", "-", "--from", "hub"],
        ["export", "az", "-"],
        ["traffic", "-"],
        ["check", "-", "--restore", "seen.txt", "--from", "hub"],
    ],
    ids=" ".join,
)
def test_a_topology_may_come_from_standard_input(
    arguments: list[str],
    root: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As `-`; the output is that for the file."""
    (tmp_path / "seen.txt").write_text("hub contoso.azurecr.io 10.0.0.7\nhub contoso.eastus.data.azurecr.io 10.0.0.8\n")
    monkeypatch.chdir(tmp_path)
    file = root / "zones/private-link.yaml"
    assert main.run([str(file) if word == "-" else word for word in arguments]) == 0
    expected = capsys.readouterr().out.replace(str(file), "<stdin>")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(file.read_bytes())))
    assert main.run(arguments) == 0
    assert capsys.readouterr().out == expected


OPTIONS = [
    (command, option)
    for command in main.COMMANDS
    for option in getattr(main.load(command), "params", ())
    if option.opts[0].startswith("--") and not option.is_flag
]


@pytest.mark.parametrize(("command", "option"), OPTIONS, ids=[f"{name} {option.opts[0]}" for name, option in OPTIONS])
def test_no_message_has_the_words_of_a_library(command: str, option: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A bad value of any option is named in our own words."""
    # `web` serves without a topology, too, and would not end.
    needed = ["missing.yaml"] * sum(
        (param.required or command == "web") and not param.opts[0].startswith("-")
        for param in main.load(command).params
    )
    assert main.run([command, *needed, option.opts[0], "no such value"]) == 2
    assert "Value error" not in capsys.readouterr().err


def test_without_arguments_the_help_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """No command is a usage error, and the answer to it is the help."""
    assert main.run([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Usage: acrdns ")


def test_help_of_a_command_is_its_docstring(run_with: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """`acrdns COMMAND --help` shows the command's own help, `-h` the same."""

    def command(topology: Annotated[str, typer.Argument(metavar="TOPOLOGY")]) -> None:
        """Say what it does."""

    assert run_with(command, "--help") == 0
    long = capsys.readouterr().out
    assert long.startswith("Usage: acrdns sample [OPTIONS] ")
    assert "TOPOLOGY" in long
    assert "Say what it does." in long
    assert run_with(command, "-h") == 0
    assert long == capsys.readouterr().out


def test_a_module_may_bring_commands_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A module with an `app` is a group of commands."""
    app = typer.Typer(help="Several of this test.")

    @app.command()
    def first() -> int:
        """Do the first."""
        return 1

    @app.command()
    def second() -> int:
        """Do the second."""
        return 0

    module = ModuleType("acrdns.cli.several")
    vars(module)["app"] = app
    monkeypatch.setitem(sys.modules, "acrdns.cli.several", module)
    monkeypatch.setitem(main.COMMANDS, "several", "Several of this test.")
    assert main.run(["several", "first"]) == 1
    assert main.run(["several", "second"]) == 0
    assert main.run(["several", "--help"]) == 0
    out = capsys.readouterr().out
    assert "Do the first." in out
    assert "╭" not in out


@pytest.mark.parametrize("arguments", [["--version"], ["--version", "check"]])
def test_version_is_the_packages(arguments: list[str]) -> None:
    """The version is the package's, on stdout, wherever the option stands."""
    process = acrdns(*arguments)
    assert (process.returncode, process.stdout, process.stderr) == (0, f"acrdns {__version__}\n", "")


def test_a_closed_pipe_is_quiet() -> None:
    """When the reader of the output goes away there is no traceback, and the code is that of no judgement."""
    script = f"set -o pipefail; {sys.executable} -c '{ENDLESS}' | head -n 1; exit $?"
    process = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stdout, process.stderr) == (2, "y\n", "")


ENDLESS = """
import sys
from pathlib import Path
from types import ModuleType
from acrdns.cli import main

def command():
    while True:
        print("y")

sys.modules["acrdns.cli.endless"] = module = ModuleType("endless")
module.command = command
main.COMMANDS["endless"] = "Never stop."
sys.exit(main.run(["endless"]))
"""


def test_a_full_disk_is_said() -> None:
    """Output that cannot be written is an error, not a clean run."""
    script = f"{sys.executable} -m acrdns --help > /dev/full"
    process = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (process.returncode, process.stderr) == (2, "acrdns: no space left on device\n")


STREAMS = (">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>/dev/full")
QUICK = {
    ("", "lint missing.yaml", "2>/dev/full"),
    *(("", "lint private-link", streams) for streams in (">&-", "<&- >&- 2>&-", ">/dev/full")),
}
"""Besides the version: what is written to stderr, and without a buffer, goes the same way."""


@pytest.mark.parametrize(
    ("unbuffered", "arguments", "streams"),
    [
        pytest.param(*case, marks=() if case[:2] == ("", "--version") or case in QUICK else pytest.mark.slow)
        for case in itertools.product(["", "1"], ["--version", "lint private-link", "lint missing.yaml"], STREAMS)
    ],
)  # fmt: skip
def test_streams_that_cannot_be_written_are_no_bug(unbuffered: str, arguments: str, streams: str) -> None:
    """Closed streams and full disks: no traceback, and an exit code that means what it says."""
    script = f"{sys.executable} -m acrdns {arguments} {streams}"
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    process = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, check=False)
    fails = arguments == "lint missing.yaml" or ">/dev/full" in streams.split()
    assert process.returncode == (2 if fails else 0)
    assert "bug" not in process.stderr
    assert "Traceback" not in process.stderr
    assert "Exception" not in process.stderr


@pytest.mark.parametrize(
    "encoding",
    ["ascii", pytest.param("latin-1", marks=pytest.mark.slow), pytest.param("cp437", marks=pytest.mark.slow)],
)
@pytest.mark.parametrize(("more", "code"), [("", 0), ("more: 1", 2)], ids=["stdout", "stderr"])
def test_what_a_terminal_cannot_show_is_escaped(tmp_path: Path, encoding: str, more: str, code: int) -> None:
    """Names of files, as every other text, on a terminal of another century."""
    file = tmp_path / "東京.yaml"
    file.write_text(f"version: 1\nregistries: {{contoso: {{location: eastus}}}}\n{more}\n")
    process = subprocess.run(
        [sys.executable, "-m", "acrdns", "lint", str(file)],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": encoding, "PATH": "/usr/bin:/bin"},
    )
    assert process.returncode == code
    assert rb"\u6771\u4eac.yaml:" in (process.stderr if code else process.stdout)


HEAVY = ("typer", "rich", "pydantic", "yaml", "dns", "dnslib", "asyncio", "importlib.metadata")


@pytest.mark.parametrize(
    ("argument", "allowed"),
    [("--version", set()), ("--help", {"typer"})],
)
def test_starting_imports_what_it_needs(argument: str, allowed: set[str]) -> None:
    """The version needs no library at all, the help only the one that writes it: starting is cheap."""
    script = f"""
import sys
from acrdns.__main__ import main
sys.argv = ["acrdns", "{argument}"]
main()
print(*(name for name in {HEAVY!r} if name in sys.modules), file=sys.stderr)
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(process.stderr.split()) <= allowed


@pytest.mark.parametrize(
    ("command", "expected"),
    [("check", "acrdns.cli.check"), ("import", "acrdns.cli.import_"), ("break", "acrdns.cli.break_")],
)
def test_a_command_has_a_module(command: str, expected: str) -> None:
    """A command's module has its name, but where Python keeps the word for itself."""
    assert expected == main.module_name(command)


def test_an_error_is_no_command(run_with: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    """An error may quote a resolver; CI runners read stderr, too."""

    def command() -> None:
        raise ProbeError("::add-mask::x\n\x1b[31m ##[group]y\u202e")

    assert run_with(command) == 2
    assert capsys.readouterr().err == "acrdns: ::add-mask::x\nacrdns: \\x1b[31m \\x23#[group]y\\u202e\n"
