"""Text that others wrote, made harmless for the format that shows it.

Resolvers choose the texts of Extended DNS Errors, the targets of aliases and TXT data; topologies come from pull
requests of strangers. No such text may become a command to a CI runner, a link, a picture, a mention, or a character
that hides, reorders or deletes its neighbours. Every format passes such texts through one function of this module;
formats for terminals and logs pass their final lines through `log` as well. JSON escapes all by itself (`document`).
"""

from __future__ import annotations

import re
from unicodedata import category

MOST = 4000
"""Characters of a message that are shown; `--format json` has all."""

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")  # letters and symbols that nobody sees

# GitHub's runner takes `::name ...::` at the start of a line, after spaces, and `##[name]` anywhere; the agent of Azure
# Pipelines takes `##vso[` anywhere. GitLab's section markers need control characters, which `visible` takes out.
_HASHES = r"#(?=#(?:\[|vso\[))"
HASH_COMMAND = re.compile(_HASHES, re.IGNORECASE)
"""The first character of a command that may stand anywhere in a line."""
_COMMAND = re.compile(rf"^\s*:(?=:[a-z][^\n]*::)|{_HASHES}", re.IGNORECASE | re.MULTILINE)

# Markdown: GitHub, GitLab and Azure DevOps turn more into links than CommonMark says, and backslashes do not stop them.
# Only text of these characters is written as it is, and all other in a code span, where nothing is looked for.
_PLAIN = re.compile(r"""(?!.*\b(?:www\.|gh-[0-9]))(?:[a-z0-9 ,;()'"=+?>-]|\.(?!\.)|/(?!/)|:(?= |$))*""", re.IGNORECASE)


def visible(text: str, most: int = MOST) -> str:
    r"""Return a text of visible characters alone, others written as `\x1b` or `\u202e`; what is too long is cut."""
    if len(text) > most:
        text = f"{text[:most]}... ({len(text) - most} characters more)"
    if text.isascii() and text.isprintable():
        return text
    return "".join([letter if _is_visible(letter) else _code_point(letter) for letter in text])


def _is_visible(letter: str) -> bool:
    # Marks (Mn, Mc, Me) are drawn over the character before them, beside it in another order, or not at all.
    return letter.isprintable() and letter not in _BLANK and not category(letter).startswith("M")


def _code_point(letter: str) -> str:
    return f"\\x{ord(letter):02x}" if ord(letter) < 0x100 else f"\\u{ord(letter):04x}"  # noqa: PLR2004 -- Latin-1


def log(text: str) -> str:
    """Return lines of which none is a command to the runner of a CI system. The lines have to be final."""
    if "::" not in text and "##" not in text:  # tens of thousands of lines, as a rule
        return text
    return _COMMAND.sub(lambda found: found[0][:-1] + _code_point(found[0][-1]), text)


def markdown(text: str) -> str:
    """Return a text for the middle of a line of Markdown, also in a cell of a table."""
    text = visible(text)
    return text if _PLAIN.fullmatch(text) else code(text)


def code(text: str) -> str:
    """Return a text as a code span of Markdown, also in a cell of a table."""
    text = log(visible(text)).replace("|", _code_point("|"))
    fence = _longer_than_any(0, text)
    space = " " if text.startswith(("`", " ")) or text.endswith(("`", " ")) or not text else ""
    return f"{fence}{space}{text}{space}{fence}"


def code_block(lines: list[str], indent: str = "") -> list[str]:
    """Return lines as a fenced block of Markdown."""
    shown = [log(visible(line, most=len(line))) for line in lines]
    fence = _longer_than_any(2, "\n".join(shown))
    return [f"{indent}{line}" for line in (fence, *shown, fence)]


def _longer_than_any(least: int, text: str) -> str:
    """Return more backticks than `least`, and than any run of them in the text."""
    return "`" * (1 + max(least, *map(len, re.findall("`+", text)), 0))


def sarif(text: str, most: int = MOST) -> str:
    """Return a text for a message of SARIF, where `[text](target)` is a link and `{0}` an argument (3.11.5, 3.11.6)."""
    return re.sub(r"(?<=\])\(|\{(?=\d+\})", lambda found: _code_point(found[0]), visible(text, most))
