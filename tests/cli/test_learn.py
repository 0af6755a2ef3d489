"""`acrdns learn`: the list, a lesson from nothing to solved in a pipe, hints, the quiz, and the proof of a folder."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from acrdns.teach.lessons.curriculum import lessons
from tests.teach.lessons.lesson_text import LESSON

if TYPE_CHECKING:
    from pathlib import Path

LINK = "\n    virtual_network_links: {hub: {}}\n"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Learn in an empty folder, with progress beside it."""
    (tmp_path / "here").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/01-my-link.md").write_text(LESSON, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path


def learn(*arguments: str, code: int = 0) -> None:
    """Run the command, which has to end with a code."""
    assert main.run(["learn", *arguments]) == code


def progress_of(lesson: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> bool:
    """Return whether the list says that a lesson is solved."""
    capsys.readouterr()
    learn("--list", "--format", "json", *arguments)
    listed = json.loads(capsys.readouterr().out)
    return bool({each["id"]: each["solved"] for each in listed}[lesson])


def test_the_list_has_every_lesson(capsys: pytest.CaptureFixture[str]) -> None:
    """In the order of the curriculum, as text that fits a terminal, and as JSON."""
    learn("--list", "--format", "json")
    listed = json.loads(capsys.readouterr().out)
    assert listed == [{"id": each.id, "title": each.title, "part": each.part, "solved": False} for each in lessons()]
    learn()
    text = capsys.readouterr().out
    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert [each.title for each in lessons() if each.title not in text] == []
    assert f"0 of {len(listed)} solved" in text


def test_a_lesson_from_nothing_to_solved(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe: the file is written, judged, mended, judged; a second look leaves it alone."""
    learn("zone-link", code=1)
    out = capsys.readouterr().out
    assert "Make hub see the zone." in out
    assert "not solved: 2 of 3 checks fail" in out
    assert [line for line in out.splitlines() if len(line) > 80] == []
    file = place / "here/zone-link.yaml"
    broken = file.read_text(encoding="utf-8")
    assert not progress_of("zone-link", capsys)
    file.write_text(broken.rstrip() + LINK, encoding="utf-8")
    learn("zone-link")
    out = capsys.readouterr().out
    assert "\nsolved\n" in out
    assert "not solved" not in out
    assert "a record in the zone is enough" in out
    assert progress_of("zone-link", capsys)
    learn("zone-link", "--reset", code=1)
    assert file.read_text(encoding="utf-8") == broken
    assert progress_of("zone-link", capsys)


def test_a_file_that_is_no_topology(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem has its line, and the file stays; a file elsewhere is named."""
    file = place / "mine.yaml"
    file.write_text("version: 1\nnetworks: {hub: {kind: tent}}\nregistries: [\n", encoding="utf-8")
    learn("zone-link", "--file", str(file), code=2)
    assert capsys.readouterr().err.startswith(f"{file}:4:1: this is no YAML: ")
    assert file.read_text(encoding="utf-8").startswith("version: 1\n")
    assert list((place / "here").iterdir()) == []


def test_a_network_that_is_gone_is_no_answer(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A topology without the lesson's networks solves nothing."""
    (place / "here/zone-link.yaml").write_text(
        "version: 1\nregistries: {contoso: {location: eastus}}\n", encoding="utf-8"
    )
    learn("zone-link", code=1)
    assert "there is no network hub" in capsys.readouterr().out


def test_lint_has_to_be_clean(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the file excuses counts."""
    learn("zone-link", code=1)
    file = place / "here/zone-link.yaml"
    linked = file.read_text(encoding="utf-8").rstrip() + LINK
    excused = "version: 1\naccept: [{rule: ACR308, reason: later}]\n"
    bypassed = linked + "    records: {contoso: {ttl: 10, AAAA: ['2001:db8::7']}}\n"
    file.write_text(bypassed.replace("version: 1\n", excused), encoding="utf-8")
    capsys.readouterr()
    learn("zone-link", code=1)
    assert "not solved: every answer is right, and acrdns lint still finds something" in capsys.readouterr().out


def test_a_hosts_file_solves_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its answers are right, and no DNS server was asked."""
    learn("zone-link", code=1)
    file = place / "here/zone-link.yaml"
    pinned = "hosts: {contoso.azurecr.io: 10.0.0.7, contoso.eastus.data.azurecr.io: 10.0.0.8}"
    text = file.read_text(encoding="utf-8").replace("  hub:\n", f"  hub:\n    {pinned}\n", 1)
    file.write_text(text, encoding="utf-8")
    capsys.readouterr()
    learn("zone-link", code=1)
    assert "10.0.0.7 (private), but from a hosts file" in " ".join(capsys.readouterr().out.split())


def test_a_lesson_that_does_not_exist(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest one is named."""
    learn("zone-lnk", code=2)
    assert "there is no lesson 'zone-lnk'; did you mean zone-link?" in capsys.readouterr().err
    learn("xyz", code=2)
    assert "did you mean " in capsys.readouterr().err


def test_hints_and_solution(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Are shown on demand, write no file, solve nothing, and are remembered as help."""
    learn("zone-link", "--hints", "2")
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == ["hint 1 of 3", "hint 2 of 3"]
    learn("zone-link", "--solution")
    out = capsys.readouterr().out
    assert "+      hub: {}" in out
    assert "solved" not in out
    assert list((place / "here").iterdir()) == []
    assert not progress_of("zone-link", capsys)
    learn("--list")
    assert "A zone is seen through links" in capsys.readouterr().out
    state = json.loads((place / "state/acrdns/lessons.json").read_text(encoding="utf-8"))
    assert state["lessons"]["zone-link"] == {"solved": False, "helped": False, "hints": 2, "shown": True}


@pytest.mark.parametrize(("says", "code"), [("the zone is not linked to hub", 0), ("the private endpoint is not approved", 1), ("the record is missing", 1)])  # fmt: skip
def test_a_quiz_in_a_pipe(
    says: str, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong cause is simulated; the trace does not say the cause."""
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    learn("my-link", "--quiz", "--lessons", "../own", code=2)
    shown = capsys.readouterr().out
    assert "cause:" not in shown
    number = next(line[0] for line in shown.splitlines() if line[1:] == f". {says}")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"nonsense\n{number}\n"))
    learn("my-link", "--quiz", "--lessons", "../own", code=code)
    said = capsys.readouterr().out.removeprefix(shown)
    assert said.split(":")[0].strip() == ("right" if code == 0 else "wrong")
    assert (
        "then hub would get 20.45.122.144 (public); the first difference would be step 1" in " ".join(said.split())
    ) is (says == "the private endpoint is not approved")


def test_lessons_of_a_trainer(capsys: pytest.CaptureFixture[str]) -> None:
    """Take the place of those of the package, and have a progress of their own."""
    learn("my-link", "--lessons", "../own", code=1)
    capsys.readouterr()
    learn("--lessons", "../own")
    assert capsys.readouterr().out.startswith("Ours\n  my-link  A zone is seen through links\n")
    learn("zone-link", "--lessons", "../own", code=2)


def test_the_proof_of_a_folder(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Says what does not hold, with file and line."""
    learn("--check", "../own")
    assert capsys.readouterr().out == "../own: 1 lesson holds\n"
    (place / "own/02-bad.md").write_text(
        LESSON.replace("id: my-link", "id: bad").replace(
            "hub, name: contoso.azurecr.io, expect: public", "hub, name: contoso.azurecr.io, expect: private"
        ),
        encoding="utf-8",
    )
    (place / "own/03-worse.md").write_text("x", encoding="utf-8")
    learn("--check", "../own", code=1)
    assert [line.split(" ")[0] for line in capsys.readouterr().out.splitlines()] == [
        "../own/03-worse.md:1:1:",
        "../own/02-bad.md:8:1:",
    ]
    learn("--check", "../other", code=2)
    assert "there is no folder '../other'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 1, "lessons": {"zone-link": {"solved": true, "more": 1}}}', "[" * 100_000]
)
def test_progress_that_cannot_be_read_is_no_loss(text: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The lessons go on, and say so."""
    (place / "state/acrdns").mkdir(parents=True)
    (place / "state/acrdns/lessons.json").write_text(text, encoding="utf-8")
    learn("--list")
    assert "acrdns learn: " in capsys.readouterr().err
    assert not progress_of("zone-link", capsys)
    learn("zone-link", "--solution")
    assert json.loads((place / "state/acrdns/lessons.json").read_text(encoding="utf-8"))["version"] == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["zone-link", "--format", "json"], "only the list of lessons is written as JSON"),
        (["zone-link", "--list"], "it takes no lesson"),
        (["--quiz"], "say which lesson"),
        (["zone-link", "--check", "x"], "it takes a folder alone"),
        (["zone-link", "--hints", "4"], "--hints"),
        (["--lessons", "nowhere"], "nowhere:1:1: is no folder"),
    ],
)
def test_what_does_not_go_together(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Is a usage error."""
    learn(*arguments, code=2)
    assert message in capsys.readouterr().err


def test_names_of_others_do_not_command_a_terminal(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Parts, file names and keys of a topology are shown as text."""
    text = LESSON.replace("part: Ours", 'part: "\\e[2JOurs\\n::error::x"')
    (place / "own/01-my-link.md").write_text(text, encoding="utf-8")
    learn("--lessons", "../own")
    file = place / "here/\x1b[31m.yaml"
    file.write_text('version: 1\nnetworks: {hub: {}, "\\e[2J": 1}\n', encoding="utf-8")
    learn("my-link", "--lessons", "../own", "--file", file.name, code=2)
    out, err = capsys.readouterr()
    assert "\x1b" not in out + err
    assert "\n::" not in out


def test_a_reset_that_is_not_possible_leaves_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of that name stays, and so does the target of a link."""
    (place / "here/zone-link.yaml").mkdir()
    learn("zone-link", "--reset", code=2)
    assert capsys.readouterr().err == "zone-link.yaml:1:1: is no regular file; name another with --file\n"
    (place / "here/zone-link.yaml").rmdir()
    (place / "kept").write_text("x", encoding="utf-8")
    (place / "here/zone-link.yaml").symlink_to(place / "kept")
    learn("zone-link", "--reset", code=1)
    assert (place / "kept").read_text(encoding="utf-8") == "x"
    assert [each.name for each in (place / "here").iterdir()] == ["zone-link.yaml"]


@pytest.mark.parametrize("file", ["/dev/zero", "pipe"])
def test_what_has_no_end_is_not_read(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Devices and pipes."""
    os.mkfifo("pipe")
    learn("zone-link", "--file", file, code=2)
    assert capsys.readouterr().err == f"{file}:1:1: is no regular file; name another with --file\n"
