"""`acrdns learn LESSON` in a terminal of 80 columns: keys, saves by an editor, and how it ends."""

from __future__ import annotations

import codecs
import fcntl
import os
import select
import struct
import termios
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.warm import Acrdns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 60
"""Seconds after which nothing more is expected of a loaded machine."""


class Screen:
    """A program in a terminal: what it writes, and keys for it."""

    def __init__(self, process: Acrdns, descriptor: int) -> None:
        self.process = process
        self.descriptor = descriptor
        self.text = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")()

    def wait_for(self, words: str) -> str:
        """Return what was written up to some words, which are not found a second time."""
        end = time.monotonic() + PATIENCE
        while words not in self.text:
            assert self._read(end - time.monotonic()), f"it ended without {words!r}: {self.text!r}"
        before, _, self.text = self.text.partition(words)
        return before

    def press(self, keys: str) -> None:
        """Type keys."""
        os.write(self.descriptor, keys.encode())

    def end(self) -> int:
        """Return the exit code."""
        end = time.monotonic() + PATIENCE
        while self._read(end - time.monotonic()):
            pass
        return self.process.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Add to the text what is written next; False where the program is gone."""
        assert select.select([self.descriptor], [], [], max(0, seconds))[0], f"nothing more comes after {self.text!r}"
        try:
            octets = os.read(self.descriptor, 65536)
        except OSError:  # Linux says so when nobody has the other end
            return False
        self.text = (self.text + self._decoder.decode(octets)).replace("\r\n", "\n")  # a read may end anywhere
        return bool(octets)


@contextmanager
def terminal(folder: Path, *arguments: str) -> Iterator[Screen]:
    """Run the command in a terminal."""
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm"}
    try:
        process = Acrdns(["learn", *arguments], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        with process:
            try:
                yield Screen(process, ours)
            finally:
                process.kill()
    finally:
        os.close(ours)


def save(file: Path, text: str) -> None:
    """Replace a file as editors do: it is never empty, which would be a change of its own."""
    other = file.with_name("other")
    other.write_text(text, encoding="utf-8")
    os.replace(other, file)  # noqa: PTH105 -- named as what it does


def test_a_lesson_in_a_terminal(tmp_path: Path) -> None:
    """A hint, a mistake that is no YAML, a mend by an editor that replaces the file, the next lesson, and away."""
    with terminal(tmp_path, "zone-link") as screen:
        opening = screen.wait_for("q quit\n")
        assert "not solved: 2 of 3 checks fail" in opening
        assert [line for line in opening.splitlines() if len(line) > 80] == []
        screen.press("h")
        screen.wait_for("hint 1 of 3: ")
        screen.press("h\n")
        screen.wait_for("hint 2 of 3: ")
        screen.press("t")
        screen.wait_for("cause: ")
        file = tmp_path / "zone-link.yaml"
        broken = file.read_text(encoding="utf-8")
        save(file, broken + "oops: [")
        screen.wait_for("this is no topology yet")
        save(file, broken.rstrip() + "\n    virtual_network_links: {hub: {}}\n")
        changed = screen.wait_for("\nsolved\n")
        assert "ok  hub should get 10.0.0.7 for contoso.azurecr.io" in changed
        assert "internet should" not in changed
        assert "first difference: step 2" in " ".join(changed.split())
        screen.press("l")
        screen.wait_for("with hints")
        screen.press("n")
        screen.wait_for("Lesson ")
        screen.wait_for("q quit\n")
        screen.press("q")
        assert screen.end() == 1
    with terminal(tmp_path, "zone-link") as screen:
        screen.wait_for("q quit\n")
        screen.press("s")
        screen.wait_for("+    virtual_network_links:")
        save(file, "networks: [")
        screen.wait_for("this is no topology yet")
        screen.press("q")
        assert screen.end() == 1


@pytest.mark.parametrize(("keys", "code"), [("x9\nq", 2), ("1", None)])
def test_a_quiz_in_a_terminal(keys: str, code: int | None, tmp_path: Path) -> None:
    """A digit acts at once; other keys do nothing, and q gives no answer."""
    with terminal(tmp_path, "zone-link", "--quiz") as screen:
        screen.wait_for("1 to 4")
        screen.press(keys)
        assert screen.end() in ((code,) if code is not None else (0, 1))
