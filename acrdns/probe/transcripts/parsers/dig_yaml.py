"""`dig +yaml`: each line as dig writes it without the option, and then as such."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import CommandQuestion
from acrdns.probe.transcripts.parsers import dig

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.transcripts.block import Block
    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ()
SILENCE = Outcome.OTHER

_BEGINS = re.compile(r"-$|- type: (?:MESSAGE|DIG_ERROR)$")
_TYPE = re.compile(r"(?:-| ) type: (?:MESSAGE|DIG_ERROR)$")
_FIELD = re.compile(r"\s+(?P<key>[\w-]+):\s*(?P<value>.*)")
_ENTRY = re.compile(r"\s+- (?P<record>.*)")
_FORMS = {
    "status": ";; ->>HEADER<<- opcode: QUERY, status: {value}, id: 0",
    "ANSWER": ";; flags: ; ANSWER: {value}",
    "response_port": ";; SERVER: {server}#{value}",
    "section": ";; {section} SECTION:",
    "INFO-CODE": "; EDE: {value}",
}
"""A field, as dig writes it without the option."""


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- every parser has the same arguments
    """Return no question: dig's command line is read by the other parser."""
    return CommandQuestion(program, (), None)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block of one message, or None."""
    if not _BEGINS.match(lines[at].text) or not any(_TYPE.match(line.text) for line in lines[at : at + 2]):
        return None
    end = next((i for i in range(at + 1, len(lines)) if not lines[i].text.startswith(" ")), len(lines))
    texts = _translated([line.text for line in lines[at:end]])
    plain = [*lines[:at], *[line._replace(text=text) for line, text in zip(lines[at:end], texts, strict=True)]]
    block = dig.read(plain, next(i for i in range(at, end) if plain[i].text), file, asked_for) if any(texts) else None
    if block:
        block.end = end
    return block


def _translated(texts: Sequence[str]) -> list[str]:
    """Return as many lines, of which those are empty that say nothing of the answer."""
    found, section, server = [], "", ""
    failed = "DIG_ERROR" in texts[0] + texts[1]
    for text in texts:
        entry, field = _ENTRY.match(text), _FIELD.match(text)
        shown = f";; {text.strip()}" if failed else ""
        if entry:
            record = entry["record"].strip("'")
            shown = f";{record}" if section == "QUESTION" else record
        elif field:
            key, value = field["key"], field["value"].strip('"')
            section = key.removesuffix("_SECTION") if key.endswith("_SECTION") else section
            server = value if key == "response_address" else server
            shown = _FORMS.get(key, _FORMS["section"] if key == f"{section}_SECTION" else "").format(
                value=value, server=server, section=section
            )
        found.append(shown)
    return found
