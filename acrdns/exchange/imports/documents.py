"""Text to documents: the JSON values in it, whatever stands around them.

`az` writes warnings before its JSON, `>>` puts values after each other, `jq -c` one on a line, and people paste
prompts. A list of objects is handed on item by item, so that a long list is never held as a whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.notes import Origin

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from acrdns.exchange.imports.notes import Notes

_START = re.compile(r"^[ \t\ufeff]*(?=[\[{])", re.MULTILINE)
_BLANKS = re.compile(r"\s*")
_AFTER = re.compile(r"\s*([,\]])")
_DECODER = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < 20 else digits)  # noqa: PLR2004
_CUT = "the JSON ends before its end; the file was cut off, or copied in part"
_EDITED = (
    (re.compile(r"[\]}]"), "a comma before a closing bracket"),
    (re.compile(r"//|/\*|#"), "a comment, which JSON does not have"),
    (re.compile(r"\.\.\.|\u2026"), "something left out (`...`)"),
    (re.compile(r"'"), "single quotes, which JSON does not have"),
)


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """One JSON value, or one item of a list of them, and where it starts."""

    value: Any
    origin: Origin


def documents(text: str, file: str, notes: Notes) -> Iterator[JsonDocument]:
    """Return the JSON values of a text; notes say what is between them, and what is no JSON after all."""
    reader = _Reader(text, file, notes)
    end = 0
    while found := _START.search(text, end):
        notes.skipped_lines += _lines(text[end : found.start()])
        start = found.end()
        if not _opens_json(text, start):
            end = text.find("\n", start) + 1 or len(text)
            notes.skipped_lines += 1
            continue
        try:
            end = yield from reader.value(start)
        except (ValueError, RecursionError) as error:
            reader.complain(error, start)
            end = _next_top(text, start)
    notes.skipped_lines += _lines(text[end:]) if end else 0


def has_json(text: str) -> bool:
    """Return whether a text has the beginning of a JSON value in it."""
    return any(_opens_json(text, found.end()) for found in _START.finditer(text))


class _Reader:
    def __init__(self, text: str, file: str, notes: Notes) -> None:
        self._text, self._file, self._notes = text, file, notes
        self._counted, self._line = 0, 1

    def value(self, start: int) -> Generator[JsonDocument, None, int]:
        """Return the documents of the value at a place; the generator's result is where it ends."""
        text = self._text
        if text[start] != "[":
            value, end = _DECODER.raw_decode(text, start)
            yield JsonDocument(value, self.origin(start))
            return end
        at = self._blanks(start + 1)
        if text[at : at + 1] == "]":
            yield JsonDocument([], self.origin(start))
            return at + 1
        while True:
            value, end = _DECODER.raw_decode(text, at)
            yield JsonDocument(value, self.origin(at))
            after = _AFTER.match(text, end)
            if after is None:
                raise json.JSONDecodeError("Expecting ',' delimiter", text, self._blanks(end))
            if after[1] == "]":
                return after.end()
            at = self._blanks(after.end())

    def _blanks(self, at: int) -> int:
        found = _BLANKS.match(self._text, at)
        return found.end() if found else at

    def origin(self, at: int) -> Origin:
        """Return the place of a position; positions come in order, as a rule."""
        if at < self._counted:
            self._counted, self._line = 0, 1
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        return Origin("", self._file, self._line)

    def complain(self, error: Exception, start: int) -> None:
        """Note why a value is no JSON. The text around it is not shown: it may be a secret."""
        if not isinstance(error, json.JSONDecodeError):
            what = "this JSON is nested too deeply, or has a number without end"
            self._notes.add(self.origin(start), "", what, "this value is not read")
            return
        at = error.pos
        origin = self.origin(at)
        column = at - (self._text.rfind("\n", 0, at) + 1) + 1
        origin = Origin("", self._file, origin.line, column)
        self._notes.add(
            origin, "", _why(error, self._text), "what was read before stays; write the file again as az wrote it"
        )


def _why(error: json.JSONDecodeError, text: str) -> str:
    rest = text[error.pos :].lstrip()
    if not rest or error.msg.startswith("Unterminated string"):
        return _CUT
    if error.msg.startswith("Illegal trailing comma"):  # from Python 3.13 on
        return f"this is no JSON: {_EDITED[0][1]}"
    hint = next((why for pattern, why in _EDITED if pattern.match(rest)), "")
    return f"this is no JSON: {hint or error.msg[:1].lower() + error.msg[1:]}"


def _opens_json(text: str, at: int) -> bool:
    """Return whether a bracket opens JSON, and not a prompt, a log line (`[INFO]`) or a template."""
    inside = text[at + 1 : at + 4096].lstrip()
    if text[at] == "{":
        return inside[:1] in ('"', "}", "", "/", "'")
    return inside[:1] in ("{", "[", "]", '"', "", "/") or bool(re.match(r"-?\d[\d.]*\s*[,\]]", inside))


def _next_top(text: str, start: int) -> int:
    """Return where the next value at the start of a line may be, after one that is no JSON."""
    found = re.compile(r"^(?=[\[{])", re.MULTILINE).search(text, start + 1)
    return found.start() if found else len(text)


def _lines(text: str) -> int:
    return sum(1 for line in text.split("\n") if line.strip())
