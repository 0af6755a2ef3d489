"""Hostile TXT data and hostile keys of a file change no explanation and no picture, to a reader of each format."""

from __future__ import annotations

import json
import re
import unicodedata
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from acrdns.cli import main
from acrdns.report.escape import HASH_COMMAND
from tests.cli.test_hostile_outputs import HARMLESS, HOSTILE, SHORT, of_json, of_markdown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME = "x.privatelink.azurecr.io"


class Tags(HTMLParser):
    """The elements of a page with the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep one."""
        self.found.append((tag, tuple(name for name, _ in attrs)))

    def handle_comment(self, data: str) -> None:
        """No page has any."""
        raise AssertionError(data)


def of_log(text: str) -> Any:
    """Lines are printable, and none is a command to a runner; how many there are depends on the length of words."""
    lines = text.splitlines()
    assert [line for line in lines if not line.isprintable() or HASH_COMMAND.search(line)] == []
    assert [line for line in lines if re.match(r"\s*::[a-z-]+.*::", line, re.IGNORECASE)] == []
    return {line.split()[0] for line in lines if re.match(r" +\d+\. |\w+: ", line)}


def of_html(text: str) -> Any:
    """Read a page; a name that is cut has a title with all of it."""
    _unhidden(text)
    return [each for each in Tags(text).found if each[0] != "title"]


def of_svg(text: str) -> Any:
    """Read a picture as XML; a name that is cut has a title with all of it."""
    _unhidden(text)
    elements = ET.fromstring(text).iter()  # noqa: S314 -- our own text
    return [(each.tag, sorted(each.attrib)) for each in elements if not each.tag.endswith("}title")]


def of_mermaid(text: str) -> Any:
    """Return the lines without the texts of their labels, which the next quotation mark ends."""
    _unhidden(text)
    return re.sub(r'"[^"\n]*"', '""', text)


def of_dot(text: str) -> Any:
    """Return the lines without their strings, in which a backslash keeps a quotation mark from ending them."""
    _unhidden(text)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def _unhidden(text: str) -> None:
    assert all(line.isprintable() for line in text.split("\n"))


READERS: dict[tuple[str, str], Callable[[str], Any]] = {
    ("explain", "text"): of_log,
    ("explain", "markdown"): of_markdown,
    ("explain", "json"): of_json,
    ("trace", "text"): of_log,
    ("trace", "json"): of_json,
    ("graph", "svg"): of_svg,
    ("graph", "mermaid"): of_mermaid,
    ("graph", "dot"): of_dot,
}


@pytest.mark.parametrize("words", [*(pytest.param(name, marks=pytest.mark.slow) for name in SHORT), "all"])
def test_every_explanation_means_the_same(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Explained, traced and drawn in every format, and as a page."""
    text = "".join(HOSTILE[name] for name in SHORT) if words == "all" else HOSTILE[words]
    found = []
    for each in (HARMLESS, text):
        zone = {"name": NAME.partition(".")[2], "virtual_network_links": {"hub": {}}, "records": {"x": {"TXT": [each]}}}
        file, page = tmp_path / "estate.yaml", tmp_path / "page.html"
        key = "".join(letter for letter in each if unicodedata.category(letter) != "Cc")  # a key has no others
        zones = {key or "z": zone}
        networks = {"hub": {"address_space": ["10.0.0.0/16"]}}
        file.write_text(json.dumps({"networks": networks, "private_dns_zones": zones}))
        meanings: dict[Any, Any] = {}
        for (command, format_), reader in READERS.items():
            more = [f"--html={page}"] if (command, format_) == ("explain", "text") else []
            asked = [str(file), NAME, "TXT", "--from=hub", f"--format={format_}", *more]
            assert main.run([command, *asked]) == 0, capsys.readouterr().err
            meanings[command, format_] = reader(capsys.readouterr().out)
        found.append({**meanings, "page": of_html(page.read_text())})
    assert found[0] == found[1]
