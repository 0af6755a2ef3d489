"""Console blocks in Markdown: read, run as they stand, and held against the output that they show.

A block fenced as `console` has commands after `$ ` and under each the output that it shows, or none where output is left out.
A line `...` stands for any lines, `...` in a line for anything, and milliseconds match any milliseconds. A command that
ends in `&` is waited for until it prints a line with the word `ready`, and ends with its block. A command has to end with
0, unless the next one is `echo $?`. A block fenced as `sh` is commands alone, a line each.

`run` gives a block a shell of its own. `run_here` calls acrdns in this process, which takes a tenth of the time, and gives
every other step a shell: for blocks without state in the shell and without servers.

A comment right before a fence takes the block out: `<!-- run by .ci/run -->` or `<!-- not run: REASON -->`. After
`<!-- file: NAME -->` a fence of any kind is a file, which all blocks behind it find in their directory. Each block has a
directory and a shell of its own, but on a page with `<!-- one session -->`: there all blocks together are one.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_FENCE = re.compile(
    r"(?:^<!-- (?P<excuse>[^\n]*) -->\n+)?^```(?P<kind>console|sh)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
_FILE = re.compile(r"^<!-- file: (?P<name>\S+) -->\n+```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_SESSION = "<!-- one session -->"
_CALL = re.compile(r"(?:(?P<feeder>[^|]+) \| )?acrdns (?P<arguments>[^|;&<>$*`()]+?)(?: > (?P<file>[^\s>&]+))?")
_MILLISECONDS = re.compile(r"\d+(?:\.\d+)? ms\b")


@dataclass(frozen=True, slots=True)
class Step:
    """One command and the output that the page shows for it."""

    command: str
    shown: tuple[str, ...] = ()

    @property
    def in_background(self) -> bool:
        """Return whether the shell goes on while the command runs."""
        return self.command.endswith("&") and not self.command.endswith("&&")

    @property
    def changes_the_shell(self) -> bool:
        """Return whether steps behind it depend on the shell that it ran in."""
        return (
            self.in_background
            or self.program in {"cd", "export", "eval", "kill", "wait", "."}
            or self.command.startswith("acrdns lab ")  # it makes namespaces of its process
        )

    @property
    def program(self) -> str:
        """Return the program that is run, its path or name."""
        words = self.command.split()
        return next((word for word in words if "=" not in word and word not in {"sudo", "!"}), "")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block, by the line that it starts in."""

    line: int
    steps: tuple[Step, ...]
    excuse: str = ""
    files: tuple[tuple[str, str], ...] = ()
    """The files of the page up to here, each with its name."""

    def prepare(self, directory: Path) -> None:
        """Write the files of the page into the directory of the session."""
        for name, text in self.files:
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).write_text(text, encoding="utf-8")

    @property
    def needs_a_shell(self) -> bool:
        """Return whether `run_here` cannot run it."""
        return any(step.changes_the_shell for step in self.steps)

    @property
    def shows(self) -> bool:
        """Return whether the page shows any output in it."""
        return any(step.shown for step in self.steps)


@dataclass(frozen=True, slots=True)
class Result:
    """How one step went."""

    step: Step
    output: tuple[str, ...]
    code: int | None
    """None for a command in the background, and for one that was never reached."""


def blocks(text: str) -> Iterator[Block]:
    """Return the blocks of a page, in order."""
    found = list(_blocks(text))
    if _SESSION not in text:
        yield from found
        return
    joined = [block for block in found if not block.excuse]
    yield replace(joined[0], steps=tuple(step for block in joined for step in block.steps), files=joined[-1].files)
    yield from (block for block in found if block.excuse)


def _blocks(text: str) -> Iterator[Block]:
    files = [(file.start(), file["name"], file["text"]) for file in _FILE.finditer(text)]
    for fence in _FENCE.finditer(text):
        read = _console if fence["kind"] == "console" else _shell
        before = tuple((name, content) for start, name, content in files if start < fence.start())
        line = text.count("\n", 0, fence.start("body"))
        yield Block(line, tuple(read(fence["body"])), fence["excuse"] or "", before)


def _console(body: str) -> Iterator[Step]:
    command, shown = "", list[str]()
    for line in body.splitlines():
        if command.endswith("\\"):
            command = command[:-1].rstrip() + " " + line.removeprefix(">").strip()
        elif line.startswith("$ "):
            if command:
                yield Step(command, tuple(shown))
            command, shown = line[2:].strip(), []
        else:
            shown.append(line.rstrip())
    yield Step(command, tuple(shown))


def _shell(body: str) -> Iterator[Step]:
    for line in body.replace("\\\n", " ").splitlines():
        command = line.partition("  #")[0].strip()
        if command and not command.startswith("#"):
            yield Step(command)


def run(block: Block, directory: Path, environment: Mapping[str, str], seconds: float = 60) -> list[Result]:
    """Run a block in a shell of its own, with a loopback of its own where the system allows that."""
    notes = directory / ".notes"
    notes.mkdir()
    (notes / "session").write_text(_session(block, notes), encoding="utf-8")
    process = subprocess.Popen(
        [*alone(), "bash", str(notes / "session")],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with suppress(subprocess.TimeoutExpired):  # what was not reached has no code
            process.wait(seconds)
    finally:
        _end(process)
    return [_result(step, notes, number) for number, step in enumerate(block.steps)]


def run_here(block: Block, notes: Path, call: Callable[[list[str]], int]) -> list[Result]:
    """Run a block in the working directory, each step after the other; `call` runs the arguments of acrdns."""
    code = 0
    results = []
    for number, step in enumerate(block.steps):
        output = notes / f"{number}.output"
        found = _CALL.fullmatch(step.command)
        if found:
            code = _call(found, output, call)
        else:
            script = f"(exit {code}); {step.command}"
            with output.open("w") as written:
                code = subprocess.run(
                    ["bash", "-c", script],
                    stdin=subprocess.DEVNULL,
                    stdout=written,
                    stderr=subprocess.STDOUT,
                    check=False,
                    timeout=300,
                ).returncode
        lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
        results.append(Result(step, tuple(line.rstrip() for line in lines), code))
    return results


def _call(found: re.Match[str], output: Path, call: Callable[[list[str]], int]) -> int:
    """Call acrdns with streams as a shell gives them: stdout is written in blocks, stderr by lines, both to the end of a file."""
    fed = subprocess.run(
        ["bash", "-c", found["feeder"] or ":"], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=300
    )
    before = sys.stdin
    (output.parent / "stdin").write_bytes(fed.stdout)
    with (
        (output.parent / "stdin").open(encoding="utf-8") as given,
        open(found["file"] or output, "a" if not found["file"] else "w", encoding="utf-8") as written,  # noqa: PTH123
        output.open("a", buffering=1, encoding="utf-8") as said,
        redirect_stdout(written),
        redirect_stderr(said),
    ):
        sys.stdin = given
        try:
            return call(shlex.split(found["arguments"]))
        finally:
            sys.stdin = before


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # then nothing is left in the background
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    with suppress(ChildProcessError):  # the tests are the subreaper of what the session started
        while True:
            os.waitpid(-process.pid, 0)


def _session(block: Block, notes: Path) -> str:
    lines = ["code=0"]
    for number, step in enumerate(block.steps):
        output, code = shlex.quote(str(notes / f"{number}.output")), shlex.quote(str(notes / f"{number}.code"))
        if step.in_background:
            command = shlex.quote(step.command.rstrip("& "))
            lines += [
                f"exec {{pipe}}< <(eval {command} 2>&1)",
                'while IFS= read -r -u "$pipe" line; do',
                f'printf "%s\\n" "$line" >> {output}; [[ $line == *ready* ]] && break; done',
            ]
        else:
            command = shlex.quote(step.command)
            lines += [f'{{ (exit "$code"); eval {command}; }} > {output} 2>&1; code=$?; echo "$code" > {code}']
    return "\n".join(lines) + "\n"


def _result(step: Step, notes: Path, number: int) -> Result:
    output, code = notes / f"{number}.output", notes / f"{number}.code"
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines() if output.exists() else []
    return Result(step, tuple(line.rstrip() for line in lines), int(code.read_text()) if code.exists() else None)


@cache
def alone() -> tuple[str, ...]:
    """Return the words that start a command in a network namespace of its own, with a loopback; none where it cannot be."""
    unshare = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-root-user")
    words = (*unshare, "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
    try:
        subprocess.run([*words, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return ()
    return words


def faults(results: list[Result]) -> Iterator[str]:
    """Say of each step that did not go as the page shows it what it did."""
    for result, after in zip_longest(results, results[1:]):
        code_is_shown = after is not None and after.step.command == "echo $?"
        if not result.step.in_background and result.code != 0 and not (code_is_shown and result.code is not None):
            yield f"$ {result.step.command}\nended with {result.code}:\n" + "\n".join(result.output)
        elif result.step.shown and not matches(result.step.shown, result.output):
            yield f"$ {result.step.command}\nprinted:\n" + "\n".join(result.output)


def matches(shown: tuple[str, ...], output: tuple[str, ...]) -> bool:
    """Return whether output is what the page shows, with `...` for whatever is left out."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else _pattern(line) + r"\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in output)) is not None


def _pattern(line: str) -> str:
    pieces = [r"\d+(?:\.\d+)? ms\b".join(map(re.escape, _MILLISECONDS.split(piece))) for piece in line.split("...")]
    return ".*?".join(pieces)
