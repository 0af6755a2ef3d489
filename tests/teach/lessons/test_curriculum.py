"""The lessons of the package hold, every one, and folders of others are read with care."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from acrdns.check.faults import UNSEEN, every
from acrdns.cli import main
from acrdns.cli.help import page
from acrdns.errors import InputError
from acrdns.teach.lessons.curriculum import LARGEST, lessons, of_fault, readable
from acrdns.teach.lessons.judge import judge
from acrdns.teach.lessons.proof import defects
from acrdns.topology.assumptions import ASSUMPTIONS
from tests.teach.lessons.lesson_text import LESSON

FACTS = page("facts")
LESSONS = lessons()


def test_every_lesson_holds() -> None:
    """Broken as it says, unsolved, solved by its solution with lint clean, wrong ways refused, wrong answers different."""
    found, problems = readable()
    assert problems == []
    assert [str(each) for lesson in found for each in defects(lesson)] == []


IDS = [
    "public-chain",
    "managed-storage",
    "dedicated-data-endpoint",
    "geo-replication",
    "private-zone",
    "approval",
    "zone-link",
    "peering",
    "temporary-link",
    "download-link",
    "replica",
    "replica-without-address",
    "stale-record",
    "wrong-address",
    "swapped-address",
    "shared-address",
    "misspelt-zone",
    "shadow-zone",
    "authoritative",
    "fallback-mask",
    "zone-of-all",
    "two-zones",
    "last-writer",
    "survivor",
    "own-dns-server",
    "bypass",
    "resolver-network",
    "on-premises",
    "unreachable-dns-server",
    "which-name",
    "traffic-by-operation",
    "loop",
    "ipv6",
    "hosts-file-pin",
    "stale-cache",
    "connected-registry",
    "two-endpoints",
    "p-in-progress",
    "p-deleted",
    "p-label",
    "p-ttl",
    "p-cloud",
    "p-which-works",
    "p-builds",
    "p-stripped",
    "p-fallback",
    "p-branch",
    "p-dns64",
]


def test_the_order_of_the_lessons() -> None:
    """Links and a class's notes name lessons by their ids; the number in a file's name is its place."""
    assert [lesson.id for lesson in LESSONS] == IDS
    assert f"has {len(IDS)} lessons" in (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    assert [Path(lesson.file).stem for lesson in LESSONS] == [f"{at:02}-{each}" for at, each in enumerate(IDS, 1)]


def test_every_fault_that_dns_can_show_has_a_lesson() -> None:
    """By its entry in the facts, or by its name; what DNS cannot show has none."""
    shown = {each for lesson in LESSONS for each in lesson.faults}
    assert [fault.name for fault in every() if not of_fault(fault)] == []
    known = set(re.findall(r"^## (F\d\d) ", FACTS, re.MULTILINE))
    assert known - set(UNSEEN) - shown == set()
    assert shown - known - {fault.name for fault in every()} == set()


PICTURES = {
    "managed-storage",
    "standard-flow",
    "dedicated-flow",
    "single-region",
    "geo-replicated",
    "private-link",
    "connected-registry",
    "public-dns",
    "private-dns",
    "temporary-link",
    "traffic-summary",
}
"""The pictures and tables of the architecture document."""


def test_every_picture_of_the_architecture_has_a_lesson() -> None:
    """And no lesson shows another."""
    assert {picture for lesson in LESSONS for picture in lesson.pictures} == PICTURES


def test_every_lesson_can_be_read_by_a_person() -> None:
    """It says what to do, and what has been seen; those for practice have no text to read before."""
    assert [lesson.id for lesson in LESSONS if not (lesson.task and lesson.after and lesson.before)] == []
    without_quiz = {lesson.id for lesson in LESSONS if not (lesson.quiz and lesson.goal and lesson.corrects)}
    assert without_quiz == {lesson.id for lesson in LESSONS if lesson.part == "Practice"}


@pytest.mark.slow
def test_the_finding_that_a_lesson_names_is_that_of_its_start() -> None:
    """No text claims what acrdns does not say."""
    for lesson in LESSONS:
        named = set(re.findall(r"\bACR\d{3}\b", lesson.after))
        assert named == {found.code for found in judge(lesson, lesson.start, lesson.file).findings}, lesson.id


INFERRED = {"F06", "F09", "F12", "F14", "F16", "F19", "F31", "F32", "F33", "F35"}


def test_what_is_inferred_is_called_so() -> None:
    """In the part that is read last."""
    names = {assumption.name for assumption in ASSUMPTIONS}
    for lesson in LESSONS:
        said = "inferred" in lesson.after or "assumption" in lesson.after
        assert said or INFERRED.isdisjoint(lesson.faults), lesson.id
        assert set(re.findall(r"`acrdns assumptions`, ([a-z-]+)", lesson.after)) <= names, lesson.id


def test_the_last_hint_names_what_to_change() -> None:
    """A key of the solution's path, or a word of its value."""
    for lesson in LESSONS:
        changed = " ".join(f"{edit.path} {getattr(edit, 'value', '')}" for edit in lesson.solution)
        assert _words(lesson.hints[-1]) & _words(changed), lesson.id


def _words(text: str) -> set[str]:
    return {word.strip(".") for word in re.findall(r"[\w.-]+", text)} - {""}


@pytest.mark.slow
def test_every_command_in_a_lesson_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the learner's own file."""
    monkeypatch.chdir(tmp_path)
    for lesson in LESSONS:
        Path(f"{lesson.id}.yaml").write_text(lesson.start, encoding="utf-8")
        for text in (lesson.before, lesson.after, *lesson.hints):
            for command in re.findall(r"`acrdns ([^`]+)`", " ".join(text.split())):
                if command not in ("trace", "matrix", "check", "diagnose", "lint"):
                    assert main.run(shlex.split(command)) in (0, 1), (lesson.id, command, capsys.readouterr().err)


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


def test_a_lesson_that_cannot_be_shown_is_refused(tmp_path: Path) -> None:
    """With the line of the edit: the line of a topology that nobody has written helps nobody."""
    write(tmp_path, a=LESSON.replace("to: {hub: {}}}", "to: {hob: {}}}"))
    assert [line.split(": ")[:3] for line in refused(tmp_path)] == [
        ["a.md:12:1", "solution", "the solution is no topology"]
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
