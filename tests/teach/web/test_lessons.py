"""Lessons on the page: opened by a link, judged after each edit, and shown as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.names import show
from acrdns.teach.lessons.curriculum import lessons
from acrdns.teach.web.sections.lesson import markdown
from tests.teach.web.pages import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ZONE = "privatelink.azurecr.io"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser at a page with the lessons of the package."""
    with Browser(lessons=lessons()) as opened:
        yield opened


def test_each_lesson_is_a_link_by_its_title(browser: Browser) -> None:
    """In the order of the curriculum."""
    links = browser.page().id("lessons").all("a")
    assert [link.text for link in links] == [lesson.title for lesson in lessons()]
    assert [link.attributes["href"] for link in links] == [f"/?lesson={lesson.id}" for lesson in lessons()]


def test_a_lesson_is_solved_on_the_page(browser: Browser) -> None:
    """It opens with what is seen; a form or the YAML mends it; undo breaks it again."""
    page = browser.page("/?lesson=zone-link")
    status = page.id("lesson").one(role="status")
    assert status.text.startswith("not solved")
    assert "10.0.0.7 for contoso.azurecr.io; it gets 20.45.122.144" in status.text
    assert "Make hub see the zone." in page.id("lesson").text
    assert "public" in page.id("answer").text
    solved = browser.send("links", ZONE, to=page.url.replace("/?", "/edit?"), network=["hub"])
    assert solved.id("lesson").one(role="status").text == "solved"
    assert "ACR101" in solved.id("lesson").text, "what it has shown"
    assert "lesson=zone-link" in solved.url
    undone = browser.page(str(solved.id("undo").attributes["href"]))
    assert undone.id("lesson").one(role="status").text.startswith("not solved")


def test_the_yaml_of_a_lesson_is_exported_by_its_name(browser: Browser) -> None:
    """As `acrdns learn` writes it."""
    reply = browser.get("/topology.yaml?lesson=zone-link")
    assert "zone-link.yaml" in reply.headers["content-disposition"]
    assert "# Lesson zone-link." in reply.text


def test_an_unknown_lesson_is_said(browser: Browser) -> None:
    """With the nearest one; the file is shown."""
    page = browser.page("/?lesson=zone-lnk")
    assert "did you mean zone-link?" in page.alerts
    assert "10.0.0.7" in page.id("answer").text


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(lessons())), ids=[lesson.id for lesson in lessons()])
def test_every_lesson_opens(number: int, browser: Browser) -> None:
    """Its start is not solved, and what the page shows is what `sees` says."""
    lesson = lessons()[number]
    page = browser.page(f"/?lesson={lesson.id}")
    assert not page.alerts
    assert page.id("lesson").one(role="status").text.startswith("not solved")
    asked = [each.text for each in page.id("answer").all("strong")][:2]
    assert asked == [show(lesson.sees.question.name), lesson.sees.vantage]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (HOSTILE, "&lt;img"),
        ("[x](javascript:alert(1))", "[x](javascript"),
        ("[x](http://example.com)", "[x](http"),
        ("[x](https://example.com)", 'rel="noreferrer"'),
        ("![x](https://example.com/x.png)", "!<a "),
        ("## Task", "<h3>Task</h3>"),
        ("| a |\n| :-- |\n| b |", "<td>b</td>"),
        ("a\x1b\u202eb", r"\x1b\u202e"),
    ],
)
def test_the_text_of_a_lesson_is_harmless(text: str, html: str) -> None:
    """No HTML, no picture, no script, no style; links lead to https alone."""
    shown = markdown(text)
    assert html in shown
    assert "<img" not in shown
    assert "style=" not in shown


def test_a_trainer_s_own_lessons_are_shown(tmp_path: Path) -> None:
    """In place of those of the package; names in them are text."""
    own = lessons()[1]
    (tmp_path / "01-own.md").write_text(
        f"---\nversion: 1\nid: own\npart: {HOSTILE}\ntitle: {HOSTILE}\n"
        "start: {sample: broken/network-without-zone-link.yaml}\n"
        "sees: {from: hub, name: contoso.azurecr.io, expect: public}\n"
        "checks:\n- {from: hub, name: contoso.azurecr.io, expect: 10.0.0.7}\n"
        "solution:\n- {set: [private_dns_zones, privatelink.azurecr.io, virtual_network_links], to: {hub: {}}}\n"
        f"hints: [a, b, '{HOSTILE}']\n---\n{HOSTILE}\n"
    )
    with Browser(lessons=lessons(str(tmp_path))) as browser:
        page = browser.page("/?lesson=own")
        assert not page.root.all("img")
        assert page.id("lessons").one("a", href="/?lesson=own").text == HOSTILE
        assert own.title not in page.id("lessons").text
