"""The command line as a whole: the table of commands, and the way from an error to a message.

A command is a module of this package with a function `command`, or a `typer.Typer` called `app` where it has commands
of its own. It is imported only when it is called: `acrdns --help` is written from `COMMANDS` alone. A command returns
its exit code, None meaning 0.
"""

from __future__ import annotations

import importlib
import io
import keyword
import os
import re
import sys
from contextlib import redirect_stdout, suppress
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperCommand, TyperGroup

from acrdns import __version__
from acrdns.errors import AcrdnsError, InputError

CLEAN = 0
NO_JUDGEMENT = 2
"""The input, the usage or the resolver leaves nothing to judge."""
INTERRUPTED = 130
"""As a shell reports SIGINT."""
COMMANDS = {
    "serve": "Answer DNS queries as each network would be answered.",
    "check": "Check every endpoint against a live resolver.",
    "trace": "Show how a name resolves, step by step, and why.",
    "explain": "Explain in plain words how a name resolves, with a picture.",
    "graph": "Draw a topology and the way of a question: SVG, Mermaid, DOT.",
    "matrix": "Show every endpoint from every vantage point.",
    "lint": "Find what is wrong in a topology file, without a server.",
    "diff": "Show which answers a change changes, and whom it breaks.",
    "diagnose": "Say which misconfigurations explain answers observed elsewhere.",
    "faults": "List the misconfigurations that are found and mended.",
    "break": "Put a misconfiguration into a topology file.",
    "fix": "Propose the smallest edits that make every answer right.",
    "import": "Make a topology of az, ARM and Terraform output.",
    "observe": "Read what dig, nslookup and others printed elsewhere.",
    "export": "Write configurations of other programs.",
    "traffic": "Show which hosts each operation talks to.",
    "firewall": "Write the allow-list of a firewall, or judge one.",
    "plan": "Plan addresses of private endpoints, and changes.",
    "lab": "Let real clients pull through a simulated network.",
    "learn": "Learn Private Link DNS by mending broken topologies.",
    "web": "Watch a query travel, in the browser.",
    "init": "Write a commented topology file to start from.",
    "schema": "Print the JSON Schema of a topology file or a JSON document.",
    "rules": "List the rules with their severities and sources.",
    "rule": "Show what a finding means, why it matters, how to fix it.",
    "facts": "Show what is known of Azure, and from which source.",
    "assumptions": "List what is simulated where Azure does not say.",
    "help": "Show a page of the documentation.",
}
"""Each command and its line in `acrdns --help`, in the order of DESIGN.md."""


def module_name(command: str) -> str:
    """Return the module of a command; `import` is in `import_`, since Python keeps that word for itself."""
    name = command.replace("-", "_")
    return f"acrdns.cli.{name}_" if keyword.iskeyword(name) else f"acrdns.cli.{name}"


def load(command: str) -> Any:
    """Import a command and return it as typer runs it."""
    module = importlib.import_module(module_name(command))
    root = typer.Typer(rich_markup_mode=None, add_completion=False)
    root.callback()(lambda: None)
    if hasattr(module, "app"):
        root.add_typer(module.app, name=command)
    else:
        root.command(name=command)(module.command)
    return typer.main.get_group(root).commands[command]


class Deferred(TyperCommand):
    """A command known by name and help; the module behind it is imported when arguments are to be parsed."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """Let the real command parse its arguments; typer then runs the command that did."""
        from acrdns.cli.check_pull import with_default_image

        given = with_default_image(args) if self.name == "check" else args
        return load(str(self.name)).make_context(info_name, given, parent=parent, **extra)


def _show_version(value: bool) -> None:
    if value:
        print(f"acrdns {__version__}")
        raise typer.Exit


def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Simulate how Azure Container Registry names resolve over Private Link, and check a live resolver against it."""


def program() -> TyperGroup:
    """Return the whole command line, with no command imported yet."""
    app = typer.Typer(rich_markup_mode=None, context_settings={"help_option_names": ["-h", "--help"]})
    app.callback(epilog="Exit codes: 0 clean; 1 findings; 2 could not judge.")(_root)
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    for name, line in COMMANDS.items():
        group.add_command(Deferred(name, help=line, rich_markup_mode=None))
    return group


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code. Nothing but the end of the process gets past this."""
    _prepare_streams()
    try:
        return _run(arguments)
    finally:
        _drop_unwritten(sys.stderr)


def _run(arguments: list[str]) -> int:
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_unwritten(sys.stdout)  # the reader has gone and knows; what it did not read was judged for nobody
        return NO_JUDGEMENT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the last place where an error can become a message
        from acrdns.report.escape import log, visible

        with suppress(OSError):
            print(*(log(visible(line)) for line in _explain(error)), sep="\n", file=sys.stderr)
        if isinstance(error, OSError):
            _drop_unwritten(sys.stdout)
        return NO_JUDGEMENT
    return code


def _prepare_streams() -> None:
    """Connect closed streams to nothing, and let the others escape what their encoding does not have."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:  # the lowest free number is the next to be opened: else a socket or a file would get it
            os.open(os.devnull, os.O_RDWR)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, "r+", encoding="utf-8"))  # noqa: PTH123, SIM115 -- it stays open
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            with suppress(OSError):  # text that waits since before cannot be written; the next attempt says so
                stream.reconfigure(errors="backslashreplace")


def _drop_unwritten(stream: TextIO) -> None:
    """Drop text that cannot be written: else the interpreter complains of it when it exits, with exit code 120."""
    with suppress(OSError):
        stream.flush()
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _dispatch(arguments: list[str]) -> int:
    group = program()
    if "_ACRDNS_COMPLETE" in os.environ:
        group.main(arguments, prog_name="acrdns")
    if not arguments:
        with redirect_stdout(sys.stderr):
            _invoke(group, ["--help"])
        return NO_JUDGEMENT
    return _invoke(group, arguments)


def _invoke(group: TyperGroup, arguments: list[str]) -> int:
    # Not `group.main`: it makes exit code 1 of a closed pipe, and 1 means findings here.
    try:
        with group.make_context("acrdns", list(arguments)) as context:
            try:
                return group.invoke(context) or CLEAN
            except InputError as error:
                if not error.reported:
                    from acrdns.cli.output import write_problems

                    write_problems(context.meta, error.problems)
                raise
    except typer.Exit as end:
        return end.exit_code


def _explain(error: Exception) -> list[str]:
    if isinstance(error, InputError):
        return [str(problem) for problem in error.problems]
    if isinstance(error, AcrdnsError):
        return [f"acrdns: {line}" for line in str(error).splitlines()]
    if isinstance(error, typer.TyperException):
        return [_explain_usage(error)]
    if isinstance(error, typer.Abort):
        return ["acrdns: aborted"]
    if isinstance(error, OSError) and error.strerror:
        place = "" if error.filename is None else f"{error.filename}: "
        return [f"acrdns: {place}{error.strerror.lower()}"]
    return _explain_bug(error)


def _explain_usage(error: typer.TyperException) -> str:
    command = getattr(getattr(error, "ctx", None), "command_path", "acrdns")
    # typer writes sentences and two kinds of suggestions; messages of acrdns are in lower case and have one kind.
    message = " ".join(error.format_message().split()).removesuffix(".").replace(". Did you mean", "; did you mean")
    message = re.sub(r" \(Possible options: (.+)\)$", r"; did you mean \1?", message)
    message = re.sub(r"(did you mean (?:.+, )?)--help, ", r"\1", message)  # every command has it
    message = re.sub(r"(did you mean .+), (\S+\?)$", r"\1 or \2", message)
    message = message.replace(": Value error, ", ": ", 1)  # the words of pydantic, which reads values for typer
    message = message[:1].lower() + message[1:]
    message += _commands(error, message)
    if command == "acrdns lab run" and message.startswith(("no such option", "missing argument")):
        message += "; the command and its own options stand after --: acrdns lab run TOPOLOGY --from V -- COMMAND"
    return f"{command}: {message}{'' if message.endswith('?') else ';'} see {command} --help"


def _commands(error: typer.TyperException, message: str) -> str:
    """Return the few commands of a group where none of them is like the one that was typed."""
    from acrdns.suggest import MAX_LISTED, listed

    known = getattr(getattr(getattr(error, "ctx", None), "command", None), "commands", ())
    few = message.startswith("no such command") and "did you mean" not in message and len(known) <= MAX_LISTED
    return f"; {listed(known)}" if few and known else ""


def _explain_bug(error: Exception) -> list[str]:
    import traceback

    if os.environ.get("ACRDNS_DEBUG"):
        return "".join(traceback.format_exception(error)).splitlines()
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return [f"acrdns: this is a bug in acrdns, not in your input: {said}{where}; ACRDNS_DEBUG=1 shows the traceback"]
