"""The documentation as a folder of Markdown: the pages of `acrdns help`, those of the tree, an index, man pages."""

from __future__ import annotations

import os
import re
import shutil
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from acrdns import __version__
from acrdns.cli.help import GROUPS, page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
BESIDE = {
    "readme": "README.md",
    "benchmarks": "scripts/benchmarks/README.md",
    "contributing": "scripts/CONTRIBUTING.md",
    "changes": "scripts/CHANGELOG.md",
}
"""Pages that are no topic of `acrdns help`, by their name in the folder."""
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<start>!?\[[^\]]*\]\()(?P<target>[^)\s]+)\)")
_NAMED = re.compile(r"(?<!\[)`acrdns (?P<command>help|rule|facts) (?P<name>[\w-]+)`")
_NO_SLUG = re.compile(r"[^\w\- ]")


def write_docs(directory: Path) -> None:
    """Write the folder; what it held before is gone."""
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "rules").mkdir(parents=True)
    pages = dict(_pages(directory))
    for path, text in pages.items():
        (directory / path).write_text(text, encoding="utf-8")
    (directory / "index.md").write_text(_index(pages), encoding="utf-8")
    write_manual(directory / "man", pages["commands.md"])
    print(f"wrote {len(pages) + 1} pages and the manual into {directory}")


def _pages(directory: Path) -> Iterator[tuple[str, str]]:
    """Return each page by its path in the folder, with links as they are there."""
    for topics in GROUPS.values():
        for topic in topics:
            if topic != "rules":
                yield f"{topic}.md", _linked(page(topic), ROOT / "acrdns/pages", directory)
    yield from _rules(page("rules"))
    for name, path in BESIDE.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        yield f"{name}.md", _linked(text, (ROOT / path).parent, directory)


def _rules(text: str) -> Iterator[tuple[str, str]]:
    """Return a page for each rule, and a list of them."""
    rules = {rule.split()[1]: rule for rule in re.split(r"^(?=# ACR\d{3} )", text, flags=re.MULTILINE) if rule}
    rows = (f"- [{code} {rule.partition(chr(10))[0].split()[2]}](rules/{code}.md)\n" for code, rule in rules.items())
    yield "rules.md", f"# Rules\n\n{''.join(rows)}"
    for code, rule in rules.items():
        yield f"rules/{code}.md", _outside_fences(rule, lambda part: _names_as_links(part, "../"))


def _linked(text: str, folder: Path, directory: Path) -> str:
    """Return a page of a folder of the sources with links that lead to the pages in `directory`."""
    written = {ROOT / path: f"{name}.md" for name, path in (*BESIDE.items(), ("samples", "zones/README.md"))}

    def moved(link: re.Match[str]) -> str:
        target, hash_, anchor = link["target"].partition("#")
        if ":" in target or not target:
            return link[0]
        path = (folder / target).resolve()
        if path in written:
            target = written[path]
        elif path.parent != ROOT / "acrdns/pages":
            target = os.path.relpath(path, directory)
        else:
            target = path.name
        return f"{link['start']}{target}{hash_}{anchor})"

    return _outside_fences(text, lambda part: _names_as_links(LINK.sub(moved, part), ""))


def _names_as_links(text: str, up: str) -> str:
    """Make links of `acrdns help TOPIC`, `acrdns rule CODE` and `acrdns facts ENTRY` where they stand in a sentence."""

    def link(found: re.Match[str]) -> str:
        name = found["name"]
        if found["command"] == "facts":
            target = next((f"facts.md#{each}" for each in _facts() if each.startswith(f"{name.lower()}-")), "")
        elif found["command"] == "rule":
            target = f"rules/{name}.md" if re.fullmatch(r"ACR\d{3}", name) else ""
        else:
            target = f"{name}.md" if name.islower() else ""
        return f"[{found[0]}]({up}{target})" if target else found[0]

    return _NAMED.sub(link, text)


@cache
def _facts() -> list[str]:
    return anchors(page("facts"))


def anchors(text: str) -> list[str]:
    """Return the anchors of a page's headings as GitHub makes them; the second of a name has -1, and so on."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", FENCE.sub("", text), re.MULTILINE):
        slug = _NO_SLUG.sub("", heading.lower()).replace(" ", "-")
        same = sum(re.fullmatch(rf"{re.escape(slug)}(-\d+)?", each) is not None for each in found)
        found.append(f"{slug}-{same}" if same else slug)
    return found


def _outside_fences(text: str, change: Callable[[str], str]) -> str:
    ends = [0, *(place for fence in FENCE.finditer(text) for place in fence.span()), len(text)]
    parts = [text[start:end] for start, end in pairwise(ends)]
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _index(pages: Mapping[str, str]) -> str:
    groups = {group: dict(topics) for group, topics in GROUPS.items()}
    groups["Beside the sources"] = dict.fromkeys(BESIDE, "")
    lines = [f"# acrdns {__version__}\n"]
    for group, topics in groups.items():
        lines.append(f"\n## {group}\n\n")
        for name, line in topics.items():
            title = pages[f"{name}.md"].partition("\n")[0].removeprefix("# ")
            lines.append(f"- [{title}]({name}.md){': ' * bool(line)}{line}\n")
    return "".join(lines)


def write_manual(directory: Path, commands: str) -> None:
    """Write a man page for each command from its help (man-pages(7)): usage, what it does, arguments, options."""
    directory.mkdir(exist_ok=True)
    for name, text in re.findall(r"^## (acrdns[^\n]*)\n\n```text\n(.+?)\n```$", commands, re.MULTILINE | re.DOTALL):
        usage, _, rest = text.partition("\n\n")
        about, *parts = re.split(r"^(\w+):\n", rest, flags=re.MULTILINE)
        sections = {
            "NAME": f"{name} - {about.split(chr(10) * 2)[0].strip()}",
            "SYNOPSIS": usage.removeprefix("Usage: "),
        }
        sections |= {
            "DESCRIPTION": about,
            **{title.upper(): part for title, part in zip(parts[::2], parts[1::2], strict=True)},
        }
        body = "".join(f".SH {title}\n{_roff(title, part)}\n" for title, part in sections.items())
        head = f'.TH {name.replace(" ", "-").upper()} 1 "" "acrdns {__version__}"\n'
        (directory / f"{name.replace(' ', '-')}.1").write_text(head + body, encoding="utf-8")


def _roff(title: str, text: str) -> str:
    escaped = text.strip("\n").replace("\\", r"\e").replace("-", r"\-")
    escaped = re.sub(r"^(?=[.'])", r"\&", escaped, flags=re.MULTILINE)
    return " ".join(escaped.split()) if title == "NAME" else f".nf\n{escaped}\n.fi"
