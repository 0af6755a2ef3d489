"""`acrdns help`: every page that comes with the package, and references that leave nothing out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from acrdns.check.rules import TABLE
from acrdns.cli import main
from acrdns.cli.help import GROUPS, TOPICS, page

PACKAGE = Path(__file__).resolve().parents[2] / "acrdns"


def test_the_list_has_every_topic(capsys: pytest.CaptureFixture[str]) -> None:
    """With a line for each, below the heading of its group."""
    assert main.run(["help"]) == 0
    shown = capsys.readouterr().out
    assert re.findall(r"^  (\S+)\s{2,}(.+)$", shown, re.MULTILINE) == list(TOPICS.items())
    assert re.findall(r"^(\S.+):$", shown, re.MULTILINE) == list(GROUPS)


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_is_shown(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It is a page in Markdown that opens with its title."""
    assert main.run(["help", topic]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# ")
    assert shown.endswith("\n")


def test_every_page_of_the_package_is_a_topic() -> None:
    """None is shipped that nobody can find."""
    assert {path.stem for path in (PACKAGE / "pages").glob("*.md")} <= set(TOPICS)


def test_every_field_of_the_topology_file_is_in_the_reference() -> None:
    """With what it means, in the table of its kind of object."""
    schema = json.loads((PACKAGE / "topology/topology.schema.json").read_text(encoding="utf-8"))
    text = page("topology")
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)+)", text, re.MULTILINE))
    kinds = {"The file": schema, **schema["$defs"]}
    assert set(sections) == set(kinds)
    for name, kind in kinds.items():
        assert re.findall(r"^\| `(\w+)` \|", sections[name], re.MULTILINE) == list(kind["properties"])
        rows = re.findall(r"^\| `\w+` \| (.+?) \| .*? \| (.+) \|$", sections[name], re.MULTILINE)
        assert len(rows) == len(kind["properties"]), f"{name}: a field without a value or a meaning"


def test_every_command_is_in_the_reference() -> None:
    """Those of `export` too, each with its options."""
    heads = re.findall(r"^## acrdns ?(.*)$", page("commands"), re.MULTILINE)
    assert {head.split()[0] for head in heads if head} == set(main.COMMANDS)
    assert {"", "export", "export nsd"} < set(heads)
    assert page("commands").count("-h, --help") == len(heads)


def test_every_rule_is_in_the_reference() -> None:
    """By code and name."""
    assert re.findall(r"^# (ACR\d{3}) ", page("rules"), re.MULTILINE) == list(TABLE)


@pytest.mark.parametrize(
    ("topic", "hint"),
    [
        ("tutorals", "did you mean tutorial?"),
        ("fault", "did you mean faults"),
        ("zzzz", "acrdns help lists them"),
    ],
)
def test_an_unknown_topic_is_a_usage_error(topic: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With what may have been meant, and not the whole list."""
    assert main.run(["help", topic]) == 2
    assert f"there is no topic {topic!r}; {hint}" in capsys.readouterr().err
