"""`acrdns facts`: what the program takes to be true about Azure, with its source.

The facts are `pages/facts.md`. A heading opens an entry: `## 1.2 TITLE` (a section), `## F01 TITLE` (a fault) or
`## behaviour 12`; under it stand its marks and its source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ENTRY = re.compile(
    r"^## (?P<id>behaviour \d+|F\d\d|[\d.]+) ?(?P<title>.*)\n\n"
    r"Mark: (?P<marks>.+)\.\nSource: (?P<source>(?:.+\n)+)\n(?P<text>(?:(?!## ).*\n)+)",
    re.MULTILINE,
)
_CITED = re.compile(
    r"\b(?:(?P<fault>F\d\w*)|(?P<kind>behaviour|section)s? (?P<numbers>\d[\d.]*(?:(?:, | and | to )\d[\d.]*)*)(?!\w))"
)
_WIDTH = 100
"""Columns of a title in the list."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of the facts."""

    id: str
    title: str
    marks: tuple[str, ...]
    """`confirmed`, `inferred`, `unknown`: several where the parts of the entry differ."""
    source: str
    text: str

    def __str__(self) -> str:
        """Write the entry as it stands on the page, without the marks of Markdown's heading."""
        head = f"{self.id} {self.title}" if self.text != self.title else self.id
        return f"{head} ({', '.join(self.marks)})\n\n{self.text}\n\nSource: {self.source}\n"


@cache
def entries() -> Mapping[str, Fact]:
    """Return all facts by their id, in the page's order."""
    page = files("acrdns").joinpath("pages/facts.md").read_text(encoding="utf-8")
    return {found["id"]: _entry(found) for found in _ENTRY.finditer(page)}


def _begun(incomplete: str) -> list[str]:
    """Return entries for completion; behaviours have a space, and are left out."""
    ids = (id_.lower() if incomplete.islower() else id_ for id_ in entries() if " " not in id_)
    return [id_ for id_ in ids if id_.startswith(incomplete)]


def _entry(found: re.Match[str]) -> Fact:
    text = found["text"].strip()
    title = found["title"] or text
    return Fact(found["id"], title, tuple(found["marks"].split(", ")), " ".join(found["source"].split()), text)


def cited(text: str) -> Iterator[str]:
    """Return the ids that a citation names, whether they exist or not.

    For example `F07, section 2.1 and behaviours 7 to 9` names five entries.
    """
    for found in _CITED.finditer(text):
        if found["fault"]:
            yield found["fault"]
        else:
            prefix = "behaviour " if found["kind"] == "behaviour" else ""
            yield from (f"{prefix}{number}" for number in _numbers(found["numbers"]))


def _numbers(text: str) -> Iterator[str]:
    for part in re.split(r", | and ", text):
        first, _, last = (number.rstrip(".") for number in part.partition(" to "))
        yield from (str(number) for number in range(int(first), int(last) + 1)) if last else (first,)


def named(id_: str) -> list[Fact]:
    """Return the entries of an id: one or none, and all parts of a section such as `1`."""
    return [entry for key, entry in entries().items() if key == id_ or key.startswith(f"{id_}.")]


def command(
    entry: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ENTRY...",
            help="Entries as pages cite them: F01, section 1.2, behaviour 12. Default: list all.",
            autocompletion=_begun,
        ),
    ] = None,
) -> None:
    """Show what acrdns takes to be true about Azure: confirmed, inferred or unknown, with the public source by name."""
    if not entry:
        for listed in entries().values():
            print(f"{listed.id:12}  {', '.join(listed.marks):28}  {_shortened(listed.title)}")
        return
    chosen = _chosen(" ".join(entry))
    if missing := [each for each in chosen if not named(each)]:
        raise typer.BadParameter("; ".join(map(_unknown, missing)), param_hint="ENTRY")
    print("\n".join(str(found) for each in chosen for found in named(each)), end="")


def _chosen(text: str) -> list[str]:
    if named(text):
        return [text]
    found = list(cited(re.sub(r"\bf(\d+)\b", lambda fault: f"F{int(fault[1]):02}", text, flags=re.IGNORECASE)))
    return found or [text]


def _unknown(text: str) -> str:
    from acrdns.suggest import close, either

    near = close(text, entries().keys(), 3)
    hint = f"did you mean {either(near)}?" if near else "acrdns facts lists them all"
    return f"there is no entry {text!r}; {hint}"


def _shortened(title: str) -> str:
    return title if len(title) <= _WIDTH else title[: title.rindex(" ", 0, _WIDTH - 3)] + " ..."
