"""The guide for trainers is enough: its lesson is taken from the page as it stands there, proven and solved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from acrdns.cli import main
from acrdns.cli.help import page
from acrdns.teach.lessons.curriculum import lessons
from acrdns.teach.lessons.schema import LessonFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

GUIDE = page("write-a-lesson")


def test_its_lesson_holds_and_can_be_solved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Written after the guide alone, proven by --check, unsolved at first, solved by what its last hint says."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = re.search(r"put this into `(.+?)`", GUIDE)
    text = re.search(r"^```markdown\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert file
    assert text
    path = Path(file[1])
    path.parent.mkdir()
    path.write_text(text[1], encoding="utf-8")
    assert main.run(["learn", "--check", "lessons"]) == 0
    shown = capsys.readouterr().out
    assert f"$ acrdns learn --check lessons\n{shown}" in GUIDE
    (lesson,) = lessons("lessons")
    assert main.run(["learn", lesson.id, "--lessons", "lessons"]) == 1
    mended = Path(f"{lesson.id}.yaml").read_text(encoding="utf-8").replace("1.1.1.1", "10.0.1.4")
    Path(f"{lesson.id}.yaml").write_text(mended, encoding="utf-8")
    assert main.run(["learn", lesson.id, "--lessons", "lessons"]) == 0
    assert "The first server that answers decides" in capsys.readouterr().out


def test_every_field_is_in_it() -> None:
    """And none that does not exist, in its tables."""
    tables = set(re.findall(r"^\| `(\w+)` \|", GUIDE, re.MULTILINE))
    assert tables == {"version", *_fields(LessonFile, "sees"), *_fields(LessonFile.model_fields["sees"].annotation)}
    inner = _fields(LessonFile.model_fields["start"].annotation), _fields(LessonFile.model_fields["quiz"].annotation)
    assert [name for names in inner for name in names if f"`{name}`" not in GUIDE] == []


def _fields(model: Any, *also: str) -> Iterator[str]:
    """Return the keys of a model, or of the one in an optional annotation."""
    found = next(each for each in (model, *get_args(model)) if isinstance(each, type) and issubclass(each, BaseModel))
    yield from (*also, *(field.alias or name for name, field in found.model_fields.items()))
