"""Nothing that a resolver or a topology says is more than text in a report, whatever the format."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, get_args
from unicodedata import bidirectional, category
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.judge import Judgement
from acrdns.errors import Place
from acrdns.report.escape import code, log, markdown, visible
from acrdns.report.formats import FindingsFormat, render, renderer
from acrdns.report.report import Report, Style
from tests.report.test_findings import REPORTS

if TYPE_CHECKING:
    from collections.abc import Callable

# GitHub's runner (ActionCommand.cs): `::` first in a line, after trimming; `##[` anywhere. Azure's agent: `##vso[` anywhere.
COMMAND = re.compile(r"##\[|##vso\[", re.IGNORECASE)
SYNTAX = [
    "::add-mask::10.0.0.7",
    "::error file=a.yaml,line=1::forged",
    "::stop-commands::x",
    "##[add-mask]x",
    "##[command]rm",
    "##vso[task.setvariable variable=a]b",
    "##VSO[task.complete result=Succeeded]",
    "section_start:0:a\r\x1b[0K",
    "![x](https://evil.example/x.png)",
    "[click](https://evil.example)",
    "https://evil.example",
    "www.evil.example",
    "<img src=x>",
    "<!--",
    "]]>",
    "&lt;",
    "@org/team",
    "contoso#1",
    "GH-12",
    "!12",
    ":smile:",
    "```",
    "`",
    "|",
    "\\|",
    "\n/approve",
    "\n::warning::x",
    "\n# heading",
    "\x1b[31m",
    "\x7f",
    "\u202e",
    "\u2066",
    "\u200b",
    "\u2028",
    "\U000e0041",
    "\ufe0f",
    "\u3164",
    "\u093e",
    "%0A::error::x",
    "{0}",
]
FOREIGN = st.lists(st.sampled_from(SYNTAX) | st.text(max_size=20) | st.just("A" * 90), max_size=6).map(" ".join)


def hostile(text: str) -> Report:
    """Return a report in which everything that a resolver or a file may choose is `text`."""
    report = REPORTS["broken"]()
    verdicts = tuple(
        verdict._replace(
            case=verdict.case._replace(
                observation=verdict.case.observation._replace(detail=text, chain=(verdict.case.fqdn, text, text))
            )
        )
        for verdict in report.judgement.verdicts
    )
    findings = (
        Finding(
            "ACR309",
            verdicts[0].case.fqdn,
            f"it said [{text}]; expected 10.0.0.7",
            (Advice(f"look for {text}"),),
            Place("a", 1),
        ),
        Finding("ACR309", text, text, (Advice(text),), Place(text, 2)),
    )
    return replace(report, judgement=Judgement(verdicts, findings), notes=(text, f"so: {text}"))


def written(format_: str, text: str) -> str:
    """Return a hostile report in a format; `lint` is the text of that command."""
    if format_ == "lint":
        shown: str = renderer("lint", "text")(hostile(text), Style())
        return shown
    return render(format_, hostile(text), Style())  # type: ignore[arg-type]


FORMATS = (*get_args(FindingsFormat), "lint")


@pytest.mark.parametrize("format_", FORMATS)
@given(text=FOREIGN)
def test_no_text_is_a_command_to_a_runner(format_: str, text: str) -> None:
    """No line is a command but the annotations that the format is made of, one for each finding."""
    ours = "##vso[task.logissue type=error;"
    lines = written(format_, text).splitlines()
    assert len([line for line in lines if line.startswith(ours)]) == (2 if format_ == "azure-pipelines" else 0)
    assert [line for line in lines if COMMAND.search(line.removeprefix(ours))] == []
    commands = [line for line in lines if re.match(r"\s*::[a-z-]+.*::", line, re.IGNORECASE)]
    assert len(commands) == (2 if format_ == "github" else 0)
    assert all(line.startswith("::error title=") for line in commands)


@pytest.mark.parametrize("format_", FORMATS)
@given(text=FOREIGN)
def test_no_text_hides_or_reorders_anything(format_: str, text: str) -> None:
    """No control, format, private, unassigned or combining character, no blank, no surrogate, no line end of its own."""
    found = written(format_, text).replace("⚠️", "")
    bad = {letter for letter in found if category(letter)[0] in "CM" or category(letter) in ("Zl", "Zp")} - {"\n"}
    assert bad == set()
    assert {bidirectional(letter) for letter in found}.isdisjoint(
        {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )
    assert set("\u115f\u1160\u2800\u3164\uffa0").isdisjoint(found)


@pytest.mark.parametrize("format_", FORMATS)
@given(text=FOREIGN)
def test_no_text_adds_a_line(format_: str, text: str) -> None:
    """A report has as many lines as one of words that break in the same places."""
    if format_ in ("text", "lint"):
        return
    assert written(format_, text).count("\n") == written(format_, "x").count("\n")


@given(text=FOREIGN)
def test_json_keeps_what_was_said(text: str) -> None:
    """Programs get the text itself, in printable ASCII."""
    found = written("json", text)
    assert found.replace("\n", "").isascii()
    assert found.replace("\n", "").isprintable()
    assert json.loads(found)["results"][0]["detail"] == text


@given(text=FOREIGN)
def test_xml_stays_xml(text: str) -> None:
    """The document has the cases that it has with harmless text."""
    root, other = (ET.fromstring(written("junit", each)) for each in (text, "x"))  # noqa: S314 -- our own output
    assert [element.tag for element in root.iter()] == [element.tag for element in other.iter()]


@given(text=FOREIGN)
def test_sarif_has_no_links(text: str) -> None:
    """No message has a link or an argument."""
    (run,) = json.loads(written("sarif", text))["runs"]
    for result in run["results"]:
        assert re.search(r"\]\(|\{\d+\}", result["message"]["text"]) is None


def outside_of_code(line: str) -> str:
    """Return what Markdown reads of a line beside code spans (CommonMark 0.31, 6.1); backslashes do not escape there."""
    kept, rest = "", line
    while fence := re.search(r"`+", rest):
        kept += rest[: fence.start()]
        rest = rest[fence.end() :]
        end = re.search(rf"(?<!`){fence[0]}(?!`)", rest)
        assert end is not None, "a span that never ends"
        rest = rest[end.end() :]
    return kept + rest


LIVE = re.compile(r"[@<\[\]!#~&$\\{}]|//|www\.|\bgh-\d|:[a-z0-9+_-]+:", re.IGNORECASE)


@given(text=FOREIGN)
def test_markdown_has_no_links_pictures_or_mentions(text: str) -> None:
    """Outside of code there is nothing that GitHub, GitLab or Azure DevOps make a link of, and no HTML."""
    fence = ""
    for line in written("markdown", text).splitlines():
        if fence:
            fence = "" if line.strip() == fence else fence
            continue
        if match := re.fullmatch(r"\s*(```+)", line):
            fence = match[1]
            continue
        assert LIVE.search(outside_of_code(line.removeprefix("### "))) is None
    assert fence == ""


@given(text=FOREIGN)
def test_a_table_keeps_its_columns(text: str) -> None:
    """No text ends a cell, in code or not (GFM, 4.10)."""
    rows = [line for line in written("markdown", text).splitlines() if line.startswith("| ")]
    assert {row.count("|") for row in rows} == {7}


@pytest.mark.parametrize(
    ("function", "text", "expected"),
    [
        (visible, "a\tb\u202ec\x7f", r"a\x09b\u202ec\x7f"),
        (visible, "Zürich 東京 العربية", "Zürich 東京 العربية"),
        (visible, "e\u0301", r"e\u0301"),
        (visible, "a" * 4003, "a" * 4000 + "... (3 characters more)"),
        (log, "  ::add-mask::x\n::1 and fd00::7", "  \\x3a:add-mask::x\n::1 and fd00::7"),
        (log, "a ##[group]b ##VSO[c] ## d", "a \\x23#[group]b \\x23#VSO[c] ## d"),
        (markdown, "expected 10.0.0.7 (private endpoint pe in hub); why: it is", "expected 10.0.0.7 (private endpoint pe in hub); why: it is"),
        (markdown, "ask @org", "`ask @org`"),
        (markdown, "see GH-12", "`see GH-12`"),
        (code, "a`b``c", "```a`b``c```"),
        (code, "`", "`` ` ``"),
        (code, "a|b", r"`a\x7cb`"),
    ],
)  # fmt: skip
def test_escapes(function: Callable[[str], str], text: str, expected: str) -> None:
    """Common text stays as it is."""
    assert expected == function(text)


def test_what_is_quoted_is_cut() -> None:
    """4,000 addresses and as many aliases do not fill a log; the JSON has all of them."""
    report = hostile("x" * 1_000_000)
    verdict = report.judgement.verdicts[0]
    seen = verdict.case.observation._replace(addresses=("10.0.0.7",) * 4000, chain=("a.example",) * 4000)
    cases = (verdict._replace(case=verdict.case._replace(observation=seen)),)
    long = replace(report, judgement=Judgement(cases, ()), notes=())
    for format_ in ("text", "markdown"):
        assert len(render(format_, long, Style())) < 6000
    assert render("json", long, Style()).count("10.0.0.7") >= 4000
