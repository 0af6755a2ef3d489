"""zones/README.md: what each sample shows and what to try with it, from the samples' own opening comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from acrdns.check.faults import every
from acrdns.check.faults.site import Site
from acrdns.cli.facts import entries
from acrdns.topology.load import load
from scripts.generators.readme import table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TWIN = re.compile(r"(?P<fault>F\d\d|section 5), (?P<rules>.+): the broken twin of (?P<good>\S+)\.")

PAGE = """\
# Samples

<!-- written by scripts/generate from the samples' opening comments -->

Each sample is a topology file, found by its name wherever a command takes one: `acrdns matrix private-link-geo`.

{samples}
## Broken twins

A broken twin is a copy of one of these samples with one fault. There is one for each fault of DNS that registries are
known to have, and for the names of a connected registry. `acrdns diff GOOD TWIN` shows what the fault breaks, and
`acrdns facts F01` or `acrdns facts "section 5"` shows what is known of it.

{twins}
## Fields

What the topology file can say beyond its first version: where to see each field, what goes wrong with it, and the
scenarios in `tests/scenarios` that hold its answers. `*` is a key of your choice, a number an item of a list.
`acrdns help topology` says what each field means.

{fields}
## Faults

`acrdns break FAULT SAMPLE` makes more twins: it puts a fault into a copy of the file, and says whose names break.
`acrdns faults FAULT` says what a client gets then. A test puts each fault into each sample below, at every place where
it can be, and lets its fix undo it where that is an edit (`tests/check/faults`). The number is that of places.

{faults}"""


def outputs(root: Path) -> dict[str, str]:
    """Return the page."""
    zones = root / "zones"
    samples = [_sample(path, path.stem) for path in sorted(zones.glob("*.yaml"))]
    twins = sorted(_twin(path, f"broken/{path.stem}") for path in (zones / "broken").glob("*.yaml"))
    page = PAGE.format(
        samples=table(("sample", "what it shows", "try"), samples),
        fields=table(("field", "sample", "twin", "scenarios"), _fields(root)),
        faults=table(("fault", "the change", "places in each sample"), _faults(zones)),
        twins=table(("fault", "twin", "of", "what happens", "found by", "try"), twins),
    )
    return {"zones/README.md": page}


def _fields(root: Path) -> Iterator[tuple[str, ...]]:
    """Return each field that came after the first version of the file, with what shows it."""
    for row in yaml.safe_load((root / "tests/repository/additions.yaml").read_text(encoding="utf-8")):
        shown = ", ".join(f"`{name}`" for name in row["scenarios"])
        yield f"`{row['field']}`", f"`{row['sample']}`", f"`broken/{row['twin']}`", shown


def _faults(zones: Path) -> Iterator[tuple[str, ...]]:
    """Return each fault, what it changes, and in how many places of which samples it can be."""
    sites = {path.stem: Site(load(str(path))) for path in sorted(zones.glob("*.yaml"))}
    for fault in every():
        places = {name: len({c.subject for c in fault.find(site, None)}) for name, site in sites.items()}
        yield (
            f"`{fault.name}`",
            fault.summary,
            ", ".join(f"`{name}` {number}" for name, number in places.items() if number) or "none: no change of a file",
        )


def _sample(path: Path, name: str) -> tuple[str, ...]:
    paragraphs, tried = _comment(path)
    return f"`{name}`", paragraphs[0], f"`{tried[0]}`"


def _twin(path: Path, name: str) -> tuple[str, ...]:
    paragraphs, tried = _comment(path)
    head = _TWIN.fullmatch(paragraphs[0])
    assert head, f"{path} does not open as a twin does"
    trace = next(command for command in tried if command.startswith("acrdns trace "))
    fault = f"{head['fault']} {entries()[head['fault'].removeprefix('section ')].title}"
    return fault, f"`{name}`", f"`{_name(head['good'])}`", " ".join(paragraphs[1:]), head["rules"], f"`{trace}`"


def _comment(path: Path) -> tuple[list[str], list[str]]:
    """Return the paragraphs of a sample's opening comment, and the commands to try, with samples by name."""
    text = re.match(r"(?:#.*\n)+", path.read_text(encoding="utf-8"))
    assert text, f"{path} does not open with a comment"
    prose, _, tried = re.sub(r"^# ?", "", text[0], flags=re.MULTILINE).partition("Try:")
    commands = re.findall(r"acrdns .*?(?=\s{2,}|$)", tried, re.MULTILINE)
    return [" ".join(part.split()) for part in prose.split("\n\n") if part.strip()], [_name(each) for each in commands]


def _name(text: str) -> str:
    return re.sub(r"zones/(\S+)\.yaml", r"\1", text)
