"""How far a learner is: a file of the user's state, in which nothing stands that is needed elsewhere."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
FILE = "lessons.json"


@dataclass(frozen=True, slots=True)
class Achieved:
    """The deeds of a learner in one lesson."""

    solved: bool = False
    """Whether the learner's own file solved it."""
    helped: bool = False
    """Whether that was after hints or the solution; only a way without them takes it away."""
    hints: int = 0
    """Hints that were shown since it was last solved."""
    shown: bool = False
    """Whether the solution was shown since it was last solved."""

    @property
    def state(self) -> str:
        """`solved`, `with hints`, `shown`, or empty."""
        if self.solved:
            return "with hints" if self.helped else "solved"
        return "shown" if self.shown else ""

    def once_solved(self) -> Achieved:
        """Return this after the learner's file has solved the lesson."""
        helped = bool(self.hints or self.shown)
        return Achieved(solved=True, helped=helped and (self.helped or not self.solved))


class Progress:
    """The lessons of one learner. Each change is written at once; `complaint` says why that is not possible."""

    def __init__(self, folder: Path | None, lessons: str | None = None) -> None:
        """`lessons` is the folder that the lessons come from, None for those of the package."""
        self._file = folder / FILE if folder else None
        self._prefix = f"{Path(lessons).resolve()}/" if lessons else ""
        self.complaint = "" if folder else "progress is not kept: there is neither XDG_STATE_HOME nor HOME"

    def of(self, lesson: str) -> Achieved:
        """Return what was achieved in a lesson."""
        return self._read().get(self._prefix + lesson, Achieved())

    def hinted(self, lesson: str, hints: int) -> None:
        """Note how many hints were shown."""
        self._note(lesson, replace(self.of(lesson), hints=max(hints, self.of(lesson).hints)))

    def shown(self, lesson: str) -> None:
        """Note that the solution was shown."""
        self._note(lesson, replace(self.of(lesson), shown=True))

    def solved(self, lesson: str) -> None:
        """Note that the learner's own file solved it."""
        self._note(lesson, self.of(lesson).once_solved())

    def _read(self) -> Mapping[str, Achieved]:
        if self._file is None:
            return {}
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            self.complaint = f"progress is not read: {self._file}: {_reason(error)}"
            return {}
        try:
            found = json.loads(text)["lessons"]
            return {str(key): Achieved(**value) for key, value in found.items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.complaint = f"{self._file} is no progress of lessons; the next lesson that is solved replaces it"
            return {}

    def _note(self, lesson: str, achieved: Achieved) -> None:
        if self._file is None:
            return
        known = {**self._read(), self._prefix + lesson: achieved}
        document = {"version": VERSION, "lessons": {key: asdict(value) for key, value in known.items()}}
        new = self._file.with_name(f".{FILE}.{uuid4().hex}")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
            os.replace(new, self._file)  # noqa: PTH105 -- nobody ever reads half a file
        except OSError as error:
            self.complaint = f"progress is not kept: {self._file}: {_reason(error)}"
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).lower()


def state_folder(environment: Mapping[str, str]) -> Path | None:
    """Return the folder for this program's state by the XDG base directories, where a relative path counts as none."""
    chosen = environment.get("XDG_STATE_HOME", "")
    if chosen.startswith("/"):
        return Path(chosen) / "acrdns"
    home = environment.get("HOME", "")
    return Path(home) / ".local/state/acrdns" if home.startswith("/") else None
