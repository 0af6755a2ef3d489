"""Text that is no input: it is named, with what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acrdns.exchange.imports.notes import Origin

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context

_EXPECTED = "expected: output of az, ARM, Resource Graph or Terraform as JSON, or a DNS master file"
_TOLD = (
    (re.compile(r"^\s*-{3,}(?:\s+-{3,})+\s*$", re.MULTILINE), "this is -o table output", "ask again with -o json"),
    (re.compile(r"\baz login\b"), "az was not logged in, and printed no data", "run az login, then ask again"),
    (re.compile(r"^ERROR:", re.MULTILINE), "az printed an error, and no data", "ask again once it works"),
    (re.compile(r"^cli\.\S+: |^DEBUG:|^msrest\.", re.MULTILINE), "this is a log of az --debug", "ask again without it"),
    (re.compile(r"^\s*<(?:!doctype|html|\?xml)", re.IGNORECASE), "this is HTML or XML", _EXPECTED),
    (re.compile(r"^(?:resource|module|variable|provider|data|terraform|locals|output)\b[^\n]*\{", re.MULTILINE),
     "this is Terraform's source, which does not say what was made of it", "import terraform show -json instead"),
    (re.compile(r"^(?:param|resource|targetScope|var|module)\b[^\n]*=", re.MULTILINE),
     "this is Bicep's source", "import what az bicep build makes of it"),
)  # fmt: skip
_TABS = re.compile(r"\A[^\n{}]*\t[^\n{}]*(?:\n[^\n{}]*\t[^\n{}]*)*\n*\Z")
_SHOWN = 24
"""Characters of an unknown text that are shown."""
_WORDS = re.compile(r"[A-Za-z]{1,12}(?:[ ,]+[A-Za-z]{1,12}\b)*(?![A-Za-z0-9_+/-])")
"""The beginning of a text as far as it is plain words: anything else may be a secret."""


def fits(_text: str) -> bool:
    """Return True: this is the last kind."""
    return True


def read(text: str, file: str, context: Context) -> None:
    """Note what the text seems to be."""
    origin = Origin("", file)
    if not text.strip():
        context.notes.add(origin, "", "the file is empty", "the command that wrote it printed nothing; run it again")
        return
    for pattern, what, remedy in _TOLD:
        if pattern.search(text):
            context.notes.add(origin, "", what, remedy)
            return
    if _TABS.match(text):
        context.notes.add(origin, "", "this is -o tsv output, which says no names of fields", "ask again with -o json")
        return
    found = _WORDS.match(text.strip())
    begins = f" that begins with {found[0][:_SHOWN]!r}" if found else ""
    context.notes.add(origin, "", f"this is a text{begins}, and nothing that can be imported", _EXPECTED)
