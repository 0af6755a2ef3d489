"""The lessons of the package hold, every one, and folders of others are read with care."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from acrdns.errors import InputError
from acrdns.teach.lessons.curriculum import LARGEST, lessons
from acrdns.teach.lessons.proof import defects
from tests.teach.lessons.lesson_text import LESSON

if TYPE_CHECKING:
    from pathlib import Path


def test_every_lesson_holds() -> None:
    """Broken as it says, unsolved, solved by its solution with lint clean, wrong ways refused, wrong answers different."""
    assert [str(each) for lesson in lessons() for each in defects(lesson)] == []


def test_every_lesson_can_be_read_by_a_person() -> None:
    """It says what to do, and what has been seen."""
    assert [lesson.id for lesson in lessons() if not (lesson.task and lesson.after and lesson.before)] == []


def write(folder: Path, **files: str) -> None:
    """Write lessons into a folder."""
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def refused(folder: Path) -> list[str]:
    """Return the problems of a folder, without its name."""
    with pytest.raises(InputError) as caught:
        lessons(str(folder))
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    """README.md, and what is no Markdown, are no lessons."""
    write(tmp_path, b=LESSON, a=LESSON.replace("id: my-link", "id: first"), README="# Ours\n")
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert [lesson.id for lesson in lessons(str(tmp_path))] == ["first", "my-link"]


def test_the_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    """A file that is no lesson, one that is too large, an id that is given twice."""
    write(tmp_path, a="# No lesson\n", b=LESSON, c=LESSON, d="x" * (LARGEST + 1))
    assert refused(tmp_path) == [
        "a.md:1:1: a lesson starts with its front matter; write a line ---, the keys, and --- again",
        f"d.md:1:1: is larger than {LARGEST} octets; a lesson takes two minutes",
        f"c.md:3:5: id: 'my-link' is the id of {tmp_path}/b.md, too; each lesson has an id of its own".replace(
            f"{tmp_path}/", ""
        ),
    ]


def test_nothing_outside_the_folder_is_read(tmp_path: Path) -> None:
    """Not by a link; a link inside the folder is a file like any other. What is no file is refused, not waited for."""
    folder = tmp_path / "lessons"
    (folder / "c.md").mkdir(parents=True)
    write(tmp_path, secret=LESSON)
    (folder / "a.md").symlink_to(tmp_path / "secret.md")
    (folder / "b.md").symlink_to("b.txt")
    (folder / "b.txt").write_text(LESSON, encoding="utf-8")
    os.mkfifo(folder / "d.md")
    assert refused(folder) == [
        "a.md:1:1: is a link out of the folder; put the file itself there",
        "c.md:1:1: is no file; a lesson is a text file",
        "d.md:1:1: is no file; a lesson is a text file",
    ]


def test_a_folder_without_lessons(tmp_path: Path) -> None:
    """And one that is not there."""
    assert refused(tmp_path) == [f"{tmp_path}:1:1: has no lesson in it; a lesson is a file such as 01-my.md"]
    assert "is no folder" in refused(tmp_path / "no")[0]
