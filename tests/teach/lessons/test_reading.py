"""Lessons as people write them: each mistake is named with its line and column, all of a file at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis.strategies import DataObject, data, integers, sampled_from

from acrdns.errors import InputError
from acrdns.teach.lessons.proof import defects
from acrdns.teach.lessons.reading import MOST_VALUES, read
from tests.teach.lessons.lesson_text import LESSON


def refused(text: str) -> list[str]:
    """Return the problems of a text."""
    with pytest.raises(InputError) as caught:
        read(text, "my.md")
    return [str(problem) for problem in caught.value.problems]


def test_a_lesson_is_read() -> None:
    """Front matter, and the text before and after."""
    lesson = read(LESSON, "my.md")
    assert (lesson.id, lesson.part, lesson.sample) == ("my-link", "Ours", "broken/network-without-zone-link")
    assert lesson.before == "Public DNS says the same to everybody."
    assert lesson.after == "A link decides."
    assert [str(check) for check in lesson.checks] == [
        "hub should get 10.0.0.7 for contoso.azurecr.io",
        "internet should get a public address for contoso.azurecr.io",
    ]
    assert lesson.quiz is not None
    assert sorted(choice.says for choice in lesson.quiz.choices("a")) == [
        "the private endpoint is not approved",
        "the record is missing",
        "the zone is not linked to hub",
    ]


def test_the_start_does_not_say_what_is_wrong() -> None:
    """The opening comment of a sample does; the learner's file has the task in its place."""
    lesson = read(LESSON, "my.md")
    assert lesson.start.startswith("# A zone is seen through links\n#\n# Make hub see the zone.\n")
    assert "broken twin" not in lesson.start
    assert "ACR101" not in lesson.start


@pytest.mark.parametrize(
    ("old", "new", "messages"),
    [
        ("version: 1", "version: 2", ["my.md:2:10: version: 2 is a number; write 1"]),
        ("version: 1\n", "", ["my.md:2:1: version: is missing"]),
        ("title: A zone is seen through links", "title: ''", ["my.md:5:1: title: is empty; write a text"]),
        ("title: A zone is", f"title: {'x' * 71}", ["my.md:5:8: title: is too long; write at most 70 characters"]),
        ("start: {sample: broken/network-without-zone-link.yaml}", "start: x", ["my.md:7:8: start: 'x' is a text; write a mapping"]),
        ("expect: 10.0.0.7", "ttl_at_most: -1", ["my.md:10:56: checks.0.ttl_at_most: -1 is a number; write 0 or more"]),
        ("task:", "tsak:", ["my.md:6:1: tsak: unknown key; did you mean task? allowed: version, id, part, title, goal, task, faults, pictures, start, sees, checks, solution, refused, corrects, ..."]),
        ("expect: public}\nchecks", "expects: public}\nchecks", ["my.md:8:45: sees.expects: unknown key; did you mean expect? allowed: from, name, type, expect, through, ttl_at_most"]),
        ("      why: then there", "      whi: then there", ["my.md:21:7: quiz.wrong.0.why: is missing", "my.md:22:7: quiz.wrong.0.whi: unknown key; allowed: says, why, edits"]),
        ("id: my-link", "id: My Link", ["my.md:3:5: id: 'My Link' is no id; write lower-case letters and digits, with hyphens between"]),
        ("id: my-link", "id: ../evil", ["my.md:3:5: id: '../evil' is no id; write lower-case letters and digits, with hyphens between"]),
        ("broken/network-without", "broken/network-with", ["my.md:7:17: start.sample: there is no sample 'broken/network-with-zone-link.yaml'; did you mean broken/network-without-zone-link?"]),
        ("sample: broken/network-without-zone-link.yaml", "sample: /etc/passwd", ["my.md:7:17: start.sample: there is no sample '/etc/passwd'"]),
        ("expect: 10.0.0.7", "expect: privat", ["my.md:10:51: checks.0.expect: 'privat' is no answer; write private, public, NXDOMAIN, NODATA, SERVFAIL or an address"]),
        ("expect: 10.0.0.7", "type: AAAB", ["my.md:10:49: checks.0.type: 'AAAB' is no record type; write one such as A or AAAA"]),
        ("expect: 10.0.0.7", "type: MX, expect: private", ["my.md:10:61: checks.0.expect: a MX record is neither private nor public; ask for A or AAAA"]),
        (", expect: 10.0.0.7", "", ["my.md:10:5: checks.0: expects nothing; write expect, through or ttl_at_most"]),
        ("{set: [private_endpoints, contoso-pe, status], to: Pending}", "{set: [private_endpoints]}", ["my.md:23:15: quiz.wrong.0.edits.0: is no edit; write {set: [KEY, ...], to: VALUE} or {delete: [KEY, ...]}"]),
        ("{set: [private_endpoints, contoso-pe, status], to: Pending}", "{delete: []}", ["my.md:23:16: quiz.wrong.0.edits.0.delete: is no path; write a list of keys such as [networks, hub, dns_servers]"]),
        (", Add a link.]", "]", ["my.md:16:1: hints: has 2 entries; write at least 3"]),
        ("says: the record is missing", "says: the zone is not linked to hub", ["my.md:24:14: quiz.wrong.1.says: says the same as another answer; write another"]),
        ("id: my-link", "id: [", ["my.md:5:6: this is no YAML"]),
        ("title: A", "id: A", ["my.md:5:1: id: the key 'id' is given twice, first on line 3; each key once"]),
        ("id: my-link", "id: !!python/object:os.system x", ["my.md:3:5: id: the tag tag:yaml.org,2002:python/object:os.system means nothing here"]),
        ("---\nversion", "version", ["my.md:1:1: a lesson starts with its front matter; write a line ---, the keys, and --- again"]),
        ("---\nPublic", "Public", ["my.md:1:1: the front matter has no end; write a line --- after its last key"]),
    ],
)  # fmt: skip
def test_a_mistake_has_its_place(old: str, new: str, messages: list[str]) -> None:
    """And a remedy, as far as there is one."""
    assert old in LESSON
    found = refused(LESSON.replace(old, new, 1))
    assert len(found) == len(messages), found
    assert all(given.startswith(wanted) for given, wanted in zip(found, messages, strict=True)), found


def test_all_mistakes_come_at_once() -> None:
    """In the order of the file."""
    text = (
        LESSON.replace("version: 1", "version: 3")
        .replace("sees: {from", "seen: {from")
        .replace("says: the r", "say: the r")
        .replace("id: my-link", "id: ../evil")
        .replace("sample: broken/network-without-zone-link.yaml", "sample: /etc/passwd")
        .replace(", expect: 10.0.0.7", "")
    )
    assert [line.split(": ")[0] for line in refused(text)][:2] == ["my.md:2:1", "my.md:2:10"]
    assert [line.split(": ")[1] for line in refused(text)] == [
        "sees",
        "version",
        "id",
        "start.sample",
        "seen",
        "checks.0",
        "quiz.wrong.1.says",
        "quiz.wrong.1.say",
    ]


@pytest.mark.parametrize("front", ["", "- a\n", "text\n", "{}\n"])
def test_front_matter_is_a_mapping(front: str) -> None:
    """With keys in it."""
    assert all(line.startswith("my.md:2:1: ") for line in refused(f"---\n{front}---\n"))


def test_aliases_make_nothing_large() -> None:
    """Values behind aliases count as often as they are used."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    front = "\n".join(lines)
    assert f"more than {MOST_VALUES} values" in refused(f"---\n{front}\n---\n")[0]


def test_what_would_command_a_terminal_is_shown_as_text() -> None:
    """Titles and answers come from others."""
    lesson = read(
        LESSON.replace("title: A zone", 'title: "\\e[2J zone').replace(
            "seen through links\n", 'seen through links"\n', 1
        ),
        "my.md",
    )
    assert lesson.title.startswith("\\x1b[2J zone")


@pytest.mark.slow
@given(data())
@settings(deadline=None, max_examples=200)
def test_a_mangled_lesson_is_a_lesson_or_its_problems(draws: DataObject) -> None:
    """Words are lost, replaced or doubled, and letters get in: nothing else is raised, and problems can be shown."""
    text = LESSON
    for _ in range(draws.draw(integers(1, 3))):
        words = [found.span() for found in re.finditer(r"[\w.:'-]+", text)]
        start, end = draws.draw(sampled_from(words))
        new = draws.draw(
            sampled_from(["", "null", "[]", "{}", "*a", "&a x", "-1", "\0", "'", text[start:end] * 2, "\x85"])
        )
        text = text[:start] + new + text[end:]
    try:
        defects(read(text, "my.md"))
    except InputError as error:
        for problem in error.problems:
            assert problem.place.line >= 1
            assert str(problem).isprintable()
