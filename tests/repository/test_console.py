"""The reader of console blocks is itself held to what it promises."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from tests.repository.console import Block, Step, blocks, faults, matches, run, run_here

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """Text.

```console
$ one \\
>   two
shown
...
$ three &
ready
```

<!-- not run: it takes a day -->
```sh
# a comment
four   # why
five
```

```json
$ nothing
```

<!-- file: a/b.json -->
```json
{}
```

```console
$ six
```
"""


def test_blocks_are_read_as_they_stand() -> None:
    """Commands, their output, their lines and excuses are told apart; other fences are left alone."""
    assert list(blocks(PAGE)) == [
        Block(3, (Step("one two", ("shown", "...")), Step("three &", ("ready",)))),
        Block(13, (Step("four"), Step("five")), "not run: it takes a day"),
        Block(28, (Step("six"),), files=(("a/b.json", "{}\n"),)),
    ]


def test_the_blocks_of_one_session_are_one() -> None:
    """Those that run, in the order of the page, with its files."""
    first, second = blocks(f"<!-- one session -->\n{PAGE}")
    assert [step.command for step in first.steps] == ["one two", "three &", "six"]
    assert (first.line, first.files) == (4, (("a/b.json", "{}\n"),))
    assert second.excuse


def test_a_file_of_the_page_is_there_for_the_blocks_behind_it(tmp_path: Path) -> None:
    """With the folders that it stands in."""
    *_, last = blocks(PAGE)
    last.prepare(tmp_path)
    assert (tmp_path / "a/b.json").read_text(encoding="utf-8") == "{}\n"


@pytest.mark.parametrize(
    ("shown", "output", "expected"),
    [
        (("a",), ("a",), True),
        (("a",), ("b",), False),
        (("a",), ("a", "b"), False),
        (("a", "..."), ("a", "b", "c"), True),
        (("a", "...", "d"), ("a", "b", "c"), False),
        (("...", "c"), ("c",), True),
        (("port ... is open",), ("port 5300 is open",), True),
        (("port ... is open",), ("port 5300 is closed",), False),
        (("a.b",), ("axb",), False),
        (("took 1.2 ms",), ("took 14 ms",), True),
        (("took 1.2 ms",), ("took 14 s",), False),
    ],
)
def test_output_matches_what_is_shown(shown: tuple[str, ...], output: tuple[str, ...], expected: bool) -> None:
    """Only what is marked as left out may differ."""
    assert expected is matches(shown, output)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Step("true")], []),
        ([Step("false")], ["$ false\nended with 1:\n"]),
        ([Step("(exit 3)"), Step("echo $?", ("3",))], []),
        ([Step("(exit 3)"), Step("echo $?", ("2",))], ["$ echo $?\nprinted:\n3"]),
        ([Step("x=5"), Step("cd /; echo $x", ("5",)), Step("pwd", ("/",))], []),
        ([Step("echo one", ("two",))], ["$ echo one\nprinted:\none"]),
        ([Step("echo wrong >&2", ("wrong",))], []),
        ([Step("(echo ready; exec sleep 600) &", ("ready",)), Step("true")], []),
        ([Step("(echo no; exit 2) &", ("ready",))], ["$ (echo no; exit 2) &\nprinted:\nno"]),
        ([Step("no-such-program")], ["$ no-such-program\nended with 127:\n..."]),
    ],
)
def test_a_block_runs_as_one_session(tmp_path: Path, steps: list[Step], expected: list[str]) -> None:
    """A block is one shell: state goes from step to step, failures are found, and background commands end with it."""
    found = list(faults(run(Block(1, tuple(steps)), tmp_path, os.environ)))
    assert len(found) == len(expected)
    assert all(
        matches(tuple(want.split("\n")), tuple(have.split("\n"))) for want, have in zip(expected, found, strict=True)
    )


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Step("acrdns clean", ("out", "err"))], ["$ acrdns clean\nprinted:\nerr\nout"]),
        ([Step("acrdns clean", ("err", "out"))], []),
        ([Step("acrdns wrong")], ["$ acrdns wrong\nended with 1:\nerr\nout"]),
        ([Step("acrdns wrong"), Step("echo $?", ("1",))], []),
        ([Step("acrdns clean > out.txt", ("err",)), Step("cat out.txt", ("out",))], []),
        ([Step("printf fed | acrdns 'a b'", ("err", "out", "fed"))], []),
        ([Step("false"), Step("acrdns clean"), Step("echo $?", ("0",))], ["$ false\nended with 1:\n"]),
        ([Step("echo one", ("two",))], ["$ echo one\nprinted:\none"]),
        ([Step("no-such-program")], ["$ no-such-program\nended with 127:\n..."]),
    ],
)
def test_a_block_runs_in_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: list[Step], expected: list[str]
) -> None:
    """Output, code, stdin and files are those that a shell gives; stdout, which is not a terminal, comes at the end."""

    def call(arguments: list[str]) -> int:
        print("out")
        print("err", file=sys.stderr)
        print(sys.stdin.read(), end="")
        return int(arguments == ["wrong"])

    monkeypatch.chdir(tmp_path)
    found = list(faults(run_here(Block(1, tuple(steps)), tmp_path, call)))
    assert len(found) == len(expected)
    assert all(
        matches(tuple(want.split("\n")), tuple(have.split("\n"))) for want, have in zip(expected, found, strict=True)
    )


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("acrdns serve x &", True),
        ("cd /tmp", True),
        ("acrdns lab run x -- true", True),
        ("acrdns lint x", False),
        ("cat x", False),
    ],
)
def test_a_block_with_a_server_needs_a_shell(command: str, expected: bool) -> None:
    """So does one whose steps change the shell."""
    assert Block(1, (Step("true"), Step(command))).needs_a_shell is expected


def test_a_block_that_hangs_is_ended(tmp_path: Path) -> None:
    """A step that does not come back is a fault of that step."""
    found = list(faults(run(Block(1, (Step("sleep 600"),)), tmp_path, os.environ, seconds=0.2)))
    assert found == ["$ sleep 600\nended with None:\n"]
