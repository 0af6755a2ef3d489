"""`dig +yaml` and `delv +yaml`: each line as the program writes it without the option, and then as such."""

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
_DELV = "type: DELV_RESULT"
_DELV_LINE = re.compile(r"(?P<key>query_name|status|records):(?: (?P<value>.*))?$|\s+-")


def asked(program: str, words: Sequence[str]) -> CommandQuestion:  # noqa: ARG001 -- every parser has the same arguments
    """Return no question: dig's command line is read by the other parser."""
    return CommandQuestion(program, (), None)


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block of one message, or None."""
    if lines[at].text == _DELV:
        return _of_delv(lines, at, file, asked_for)
    if not _BEGINS.match(lines[at].text) or not any(_TYPE.match(line.text) for line in lines[at : at + 2]):
        return None
    end = next((i for i in range(at + 1, len(lines)) if not lines[i].text.startswith(" ")), len(lines))
    texts = _translated([line.text for line in lines[at:end]])
    plain = [*lines[:at], *[line._replace(text=text) for line, text in zip(lines[at:end], texts, strict=True)]]
    block = dig.read(plain, next(i for i in range(at, end) if plain[i].text), file, asked_for) if any(texts) else None
    if block:
        block.end = end
    return block


def _of_delv(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    end = next((i for i in range(at + 1, len(lines)) if not _DELV_LINE.match(lines[i].text)), len(lines))
    name, texts = "", [";"]
    for line in lines[at + 1 : end]:
        found, entry = _DELV_LINE.match(line.text), _ENTRY.match(line.text)
        key, value = (found["key"], found["value"] or "") if found else ("", "")
        name = value if key == "query_name" else name
        record = entry["record"].strip("'") if entry else ""
        negative = record.endswith(("$NXDOMAIN", "$NXRRSET")) or " SOA " in record
        shown = f"; {record}" if negative or record.endswith(":") else record
        texts.append(f";; resolution failed: {value}" if key == "status" and value != "success" else shown)
    question = (asked_for or CommandQuestion("delv", (), None))._replace(tool="delv", names=(name,))
    plain = [line._replace(text=text) for line, text in zip(lines[at:end], texts, strict=True)]
    block = dig.read([*lines[:at], *plain], at, file, question) if name else None
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
