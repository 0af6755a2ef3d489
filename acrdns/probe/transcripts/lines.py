"""Octets to lines: encodings, colours, prefixes of logs."""

from __future__ import annotations

import codecs
import re
from itertools import groupby, pairwise
from typing import NamedTuple

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CODE_PAGES = ("cp932", "cp850", "cp437", "cp1252")
_WORDS = (
    "サーバー",
    "権限のない",
    "名前",
    "見つけ",
    "要求",
    "é",
    "è",
    "à",
    "ü",
    "ö",
    "ä",
    "ß",
    "ñ",
    "ó",
    "ç",
    "ú",
    "í",
    "ã",
)
"""Words and letters of Windows' nslookup in several languages; the code page that shows the most of them is right."""
_COLOUR = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_DASHES = "------------"
_STAMP = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)"
_POD = r"\[[\w.-]+/[\w./-]+\]"
_COMPOSE = r"[\w.-]+ +\|"
_PREFIX = re.compile(rf"(?:(?P<stream>{_POD}|{_COMPOSE})(?: |$))?(?:{_STAMP}(?: |$))?")


class Line(NamedTuple):
    """A line of a file, counted from 1, without what others put before it."""

    number: int
    text: str


def streams(octets: bytes) -> list[list[Line]]:
    """Return the lines of a file: those of each pod or container by themselves, in the order of the file."""
    found: dict[str, list[Line]] = {}
    for number, raw in enumerate(decoded(octets).split("\n"), 1):
        text = _COLOUR.sub("", raw.rstrip("\r"))
        prefix = _PREFIX.match(text)
        assert prefix is not None  # every part of it is optional
        found.setdefault(prefix["stream"] or "", []).append(Line(number, text[prefix.end() :].rstrip()))
    return [_without_debug(_without_indent(_without_quotes(lines))) for lines in found.values()]


def _without_quotes(lines: list[Line]) -> list[Line]:
    """Take the mark of a quotation from the lines of one. A prompt of nslookup looks like it, but is never alone."""
    found: list[Line] = []
    for quoted, block in groupby(lines, key=lambda line: line.text.startswith(">")):
        every = list(block)
        is_mail = quoted and any(line.text == ">" for line in every)
        found += [line._replace(text=line.text[1:].removeprefix(" ")) for line in every] if is_mail else every
    return found


def _without_indent(lines: list[Line]) -> list[Line]:
    """Take the margin of a block of code from its lines; a tool's own indented lines go on with another one."""
    found: list[Line] = []
    for indented, block in groupby(lines, key=lambda line: line.text[:1] in ("", " ", "\t")):
        every = list(block)
        texts = [line.text for line in every if line.text]
        begins = indented and texts and " " in texts[0].strip() and (not found or not every[0].text)
        margin = min(len(text) - len(text.lstrip()) for text in texts) if begins else 0
        found += [line._replace(text=line.text[margin:]) for line in every]
    return found


def _without_debug(lines: list[Line]) -> list[Line]:
    """Empty the messages that `nslookup -debug` of BIND shows between dashes: it shows their answers again below."""
    dashes = [index for index, line in enumerate(lines) if line.text == _DASHES]
    for first, last in pairwise(dashes):
        if lines[first + 1].text.strip() == "QUESTIONS:":
            lines[first : last + 1] = [line._replace(text="") for line in lines[first : last + 1]]
    return lines


def decoded(octets: bytes) -> str:
    """Return the text of a file in one of the encodings that consoles and redirections of Linux and Windows write."""
    for bom, encoding in _BOMS:
        if octets.startswith(bom):
            return octets[len(bom) :].decode(encoding, errors="replace")
    sample = octets[:4096]
    if sample.count(0) * 4 > len(sample):
        return octets.decode("utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be", "replace")
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return max((_of_code_page(octets, page) for page in _CODE_PAGES), key=lambda found: found[0])[1]


def _of_code_page(octets: bytes, page: str) -> tuple[int, str]:
    """Return how likely a code page is, and the text in it."""
    text = octets.decode(page, errors="replace")
    right = sum(text.count(word) * len(word) for word in _WORDS)
    wrong = sum(not (letter.isascii() or letter.isalpha()) for letter in text)
    return right - wrong, text
