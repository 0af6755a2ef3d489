"""The documentation as `scripts/generate docs` writes it: every page, links that lead somewhere, references that leave nothing out."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.cli.help import TOPICS
from acrdns.cli.main import COMMANDS
from acrdns.cli.reference import DOCUMENTS, OF_A_LAB
from scripts.generators.docs import BESIDE, FENCE, LINK, anchors, write_docs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of documentation."""
    directory = tmp_path_factory.mktemp("docs")
    write_docs(directory)
    return directory


@pytest.fixture(scope="module")
def pages(folder: Path) -> Mapping[str, str]:
    """Return each page by its path in the folder."""
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in folder.rglob("*.md")}


def test_the_folder_holds_every_kind_of_page(folder: Path, pages: Mapping[str, str]) -> None:
    """A page for each topic and each page beside the sources, an index that leads to each, and a man page for each command."""
    assert {f"{name}.md" for name in (*TOPICS, *BESIDE)} <= set(pages)
    top = {path for path in pages if "/" not in path} - {"index.md"}
    assert sorted(target for _, target in LINK.findall(pages["index.md"])) == sorted(top)
    manual = {path.stem for path in (folder / "man").iterdir()}
    assert {"acrdns", "acrdns-export-knot", *(f"acrdns-{command}" for command in COMMANDS)} <= manual


def test_every_link_leads_to_a_file_and_a_heading(folder: Path, pages: Mapping[str, str]) -> None:
    """From each page, to pages, anchors, pictures and files of the sources."""
    dead = []
    headings = {path: anchors(text) for path, text in pages.items()}
    for path, text in pages.items():
        for _, link in LINK.findall(FENCE.sub("", text)):
            target, _, anchor = link.partition("#")
            if re.match(r"https?:", target):
                continue
            found = ((folder / path).parent / target).resolve() if target else folder / path
            known = found.relative_to(folder).as_posix() if found.is_relative_to(folder) else ""
            if not found.exists() or (anchor and anchor not in headings.get(known, ())):
                dead.append((path, link))
    assert dead == []


def test_every_heading_of_a_page_is_an_anchor_of_its_own() -> None:
    """As GitHub writes them: lower case, no marks, hyphens for spaces, a number for the second."""
    page = "# A `b` c-d: e\n\n```text\n# no heading\n```\n## Twice\n## Twice\n"
    assert anchors(page) == ["a-b-c-d-e", "twice", "twice-1"]


def test_a_name_in_a_sentence_is_a_link(pages: Mapping[str, str]) -> None:
    """`acrdns help TOPIC`, `acrdns rule CODE` and `acrdns facts ENTRY` lead to their page."""
    assert "[`acrdns help topology`](topology.md)" in pages["readme.md"] or "](topology.md)" in "".join(pages.values())
    assert "[`acrdns rule ACR101`](rules/ACR101.md)" in pages["tutorial.md"]
    assert "](facts.md#f01-" in pages["tutorial.md"]


def test_every_command_in_a_sentence_exists(pages: Mapping[str, str]) -> None:
    """Its command, the command below it, and each of its options, as the help has them."""
    helps = dict(
        re.findall(r"^## acrdns ?([^\n]*)\n\n```text\n(.+?)\n```$", pages["commands.md"], re.MULTILINE | re.DOTALL)
    )
    wrong = []
    for path, text in pages.items():
        for line in re.findall(r"`acrdns ([a-z-][^`]*)`", FENCE.sub("", text)):
            words = line.partition(" -- ")[0].split()
            command = max((" ".join(words[:count]) for count in range(3)), key=lambda name: (name in helps, len(name)))
            options = (word.partition("=")[0] for word in words if word.startswith("--"))
            shown = helps[command] + helps[""] * (not command)
            missing = [option for option in options if not re.search(rf"{option}\b", shown)]
            if missing or (not command and not words[0].startswith("--")):
                wrong.append((path, line, missing))
    assert wrong == []


def test_every_document_has_an_example_that_its_schema_describes(pages: Mapping[str, str]) -> None:
    """Each schema that comes with the package is in the reference, and no field of it is left out."""
    schemas = {path.name.partition(".")[0]: path for path in (ROOT / "acrdns").rglob("*.schema.json")}
    topology = schemas.pop("topology")
    assert topology.is_file()
    assert set(schemas) == {*DOCUMENTS, *OF_A_LAB}
    page = pages["documents.md"]
    rows = set(re.findall(r"^\| `(\S+)` \|", page, re.MULTILINE))
    for path in schemas.values():
        schema = json.loads(path.read_text(encoding="utf-8"))
        for kind in (schema, *schema["$defs"].values()):
            assert set(kind.get("properties", ())) <= rows


SCHEMAS = {path.name.partition(".")[0]: path for path in sorted((ROOT / "acrdns").rglob("*.schema.json"))}
UNITS = {"ttl": "Seconds", "seconds": "seconds|How long", "milliseconds": "first question", "share": "from 0 to 1"}
"""Numbers that mean nothing without their unit or range, and the words of their descriptions that say it."""


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_has_a_meaning(name: str) -> None:
    """Each kind of object and each field is described; a field of a document that may be null says when, a time its unit."""
    schema = json.loads(SCHEMAS[name].read_text(encoding="utf-8"))
    kinds = {name: schema, **schema.get("$defs", {})}
    objects = {kind: found for kind, found in kinds.items() if "properties" in found}
    assert [kind for kind, found in objects.items() if not found.get("description")] == []
    fields = {(kind, key): field for kind, found in objects.items() for key, field in found["properties"].items()}
    described = {place: field.get("description", "") for place, field in fields.items()}
    assert [place for place, text in described.items() if not re.fullmatch(r"(?s)\S.{5,}\.", text)] == []
    if name == "topology":
        return
    may_be_null = [place for place, field in fields.items() if {"type": "null"} in field.get("anyOf", ())]
    assert [place for place in may_be_null if not re.search(r"\bnull\b", described[place], re.IGNORECASE)] == []
    assert [place for place in fields if not re.search(UNITS.get(place[1], ""), described[place])] == []


@pytest.fixture(scope="module")
def sources() -> Mapping[str, str]:
    """Return the text of each module, page, sample and scenario by its path in the tree."""
    paths = (path for top in ("acrdns", "zones", "tests/scenarios") for path in (ROOT / top).rglob("*"))
    found = (path for path in paths if path.suffix in {".py", ".md", ".yaml"})
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


CONTRIBUTING = (ROOT / "scripts/CONTRIBUTING.md").read_text(encoding="utf-8")
ADDED = {
    "rule": "unneeded.regional.zone|ACR213",
    "fault": "endpoint.records.collide",
    "fix": "unlink.ruleset|UnlinkRuleset",
    "kind of input": "csv.table",
    "type of Azure": "virtualnetworkpeerings|objects/peering",
    "exporter": "windows.nrpt",
    "format": "azure.pipelines",
    "lesson": "39-p-deleted",
    "command": r"cli/graph\.py|\"graph\":",
    "page": r"pages/wait\.md|\"wait\":",
}
"""What CONTRIBUTING.md says how to add, and how the files name the example that it shows."""


def test_contributing_has_every_kind() -> None:
    """Each section about something to add is held by the test below."""
    assert re.findall(r"^## Add an? (.+)$", CONTRIBUTING, re.MULTILINE) == list(ADDED)


@pytest.mark.parametrize("kind", ADDED)
def test_contributing_lists_the_files_that_are_needed(kind: str, sources: Mapping[str, str]) -> None:
    """The files that name the example are those of the table; of tests, its scenarios. Snapshots in the table are there."""
    (section,) = re.findall(rf"^## Add an? {kind}\n(.+?)(?=^## |\Z)", CONTRIBUTING, re.MULTILINE | re.DOTALL)
    listed = set(re.findall(r"^\| `(\S+)` \|", section, re.MULTILINE))
    names = re.compile(ADDED[kind])
    found = {path for path, text in sources.items() if names.search(path) or names.search(text)}
    snapshots = {path for path in listed if "/snapshots/" in path}
    assert all((ROOT / path).is_file() for path in snapshots)
    assert listed - snapshots == found


def test_contributing_names_places_that_are_there() -> None:
    """Each path exists, and a name beside a path stands in that file."""
    paths = re.findall(r"`((?:acrdns|tests|scripts|zones)/\S+?)`", CONTRIBUTING)
    assert [path for path in paths if not (ROOT / path).exists()] == []
    for name, path in re.findall(r"`(\w+)` in `(\S+)`", CONTRIBUTING):
        assert re.search(rf"\b{name}\b", (ROOT / path).read_text(encoding="utf-8")), (name, path)


def test_every_variable_of_the_environment_is_in_the_reference(
    pages: Mapping[str, str], sources: Mapping[str, str]
) -> None:
    """Those that the sources read by name, and no others."""
    code = "".join(text for path, text in sources.items() if path.endswith(".py"))
    read = set(re.findall(r"environ(?:ment)?(?:\.get\(|\[)\"([A-Z_]+)\"", code)) - {"_ACRDNS_COMPLETE"}
    table = re.findall(r"^\| (`[A-Z].+?) \|", pages["environment.md"], re.MULTILINE)
    listed = set(re.findall(r"`(\w+)`", "".join(table)))
    assert read <= listed
    assert [name for name in listed if f'"{name}"' not in code] == []


@pytest.mark.interop
def test_man_pages_are_what_man_reads(folder: Path, program: Callable[[str], str]) -> None:
    """Groff has nothing to say about them."""
    for path in (folder / "man").iterdir():
        command = [program("groff"), "-man", "-Tutf8", "-ww", "-z", str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
