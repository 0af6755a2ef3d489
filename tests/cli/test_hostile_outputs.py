"""A hostile resolver changes no report: each output means what it means with harmless words, to a reader of its format."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from xml.etree import ElementTree as ET

import dns.edns
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from markdown_it import MarkdownIt
from prometheus_client.parser import text_string_to_metric_families
from pydantic import TypeAdapter

from acrdns.cli import main
from acrdns.cli.check_endpoints import plan_of_topology
from acrdns.cli.judging import judge_place, known, report_of
from acrdns.cli.rounds import watch
from acrdns.cli.saved import restored
from acrdns.probe.saved.document import SavedLine
from acrdns.report.formats import FindingsFormat, render
from acrdns.report.lines import schema
from acrdns.report.report import Style
from acrdns.topology.load import load
from tests.probe.scripted import Scripted
from tests.report.test_machine_formats import read_command

if TYPE_CHECKING:
    from collections.abc import Callable

TOPOLOGY = """version: 1
registries: {contoso: {location: eastus, sku: Basic}, fabrikam: {location: eastus, sku: Basic}, tailspin: {location: eastus, sku: Basic}}
networks: {hub: {address_space: [10.0.0.0/16]}}
"""
SCHEMA = json.loads((Path(__file__).parents[1] / "report" / "sarif-2.1.0.schema.json").read_text())
LINES = Draft202012Validator(schema())
HARMLESS = "harmless"
REFUSED, DENIED, FLAPPING = map(
    dns.name.from_text, ("contoso.azurecr.io", "tailspin.azurecr.io", "fabrikam.azurecr.io")
)
MOST = 1000
"""Characters that fit into a datagram."""
HOSTILE = {
    "github": "::error file=a.yaml,line=1::forged",
    "github, in a line": "\n::stop-commands::x\n::add-mask::10.0.0.7\n",
    "github, expression": "${{ secrets.TOKEN }} ##[error]x",
    "azure-pipelines": "##vso[task.setvariable variable=a]b\n##VSO[task.complete result=Succeeded]",
    "gitlab": "section_start:0:a\r\x1b[0K /approve @org/team",
    "xml": ']]><failure message="x"/><!-- &lt; \x00\x0b',
    "ansi": "\x1b[2J\x1b[31mfail\x1b[0m\x1b]0;title\x07\x9b2J",
    "bidi": "\u202egnp\u2066\u200b\u2028\u2029\ufeff",
    "markdown": "| pass | x |\n|---|---|\n# heading\n```\n<script>x</script> ![x](//evil.example/x.png) `",
    "quotes": '"} acrdns_findings{severity="error"} 0\nacrdns_finding{a="\\"} 1 \'`$(reboot)`',
    "json": '"}\n{"kind": "summary", "results": []}\n',
    "line ends": "\r\n\n\x85\x1c\x1e pass  contoso.azurecr.io  10.0.0.7",
    "long": "A" * 60_000 + "\n::error::x",
}
FORMATS = get_args(FindingsFormat)
KEPT = frozenset("kind fqdn status code name severity outcome rcode observed summary counts vantage version".split())  # noqa: SIM905


def hostile(text: str) -> Callable[[dns.message.Message, str], dns.message.Message]:
    """Return a resolver all of whose words are `text`: errors, aliases, and the zone that denies a name."""
    label = text.encode()[:60]
    alias, denied = (dns.name.Name([label, *rest, b""]) for rest in ((b"evil", b"example"), (b"azurecr", b"io")))
    turns = itertools.count()

    def answer(query: dns.message.Message, _: str) -> dns.message.Message:
        name = query.question[0].name
        response = dns.message.make_response(query, recursion_available=True)
        response.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.OTHER, text)])
        if name == REFUSED:
            response.set_rcode(dns.rcode.SERVFAIL)
        elif name == DENIED:
            response.set_rcode(dns.rcode.NXDOMAIN)
            response.authority.append(dns.rrset.from_text(denied, 60, "IN", "SOA", "a. b. 1 2 3 4 5"))
        else:
            address = f"10.9.9.{1 + (name == FLAPPING and next(turns) % 2)}"
            response.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", alias.to_text()))
            response.answer.append(dns.rrset.from_text(alias, 60, "IN", "A", address))
        return response

    return answer


def skeleton(value: Any, key: str = "") -> Any:
    """Return JSON without the words that anybody may choose, and without times."""
    if isinstance(value, dict):
        return {name: skeleton(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [skeleton(each, key) for each in value]
    return value if key in KEPT else type(value).__name__


def of_json(text: str) -> Any:
    """Read JSON, which is printable ASCII."""
    assert text.replace("\n", "").isascii()
    assert text.replace("\n", "").isprintable()
    return skeleton(json.loads(text))


def of_lines(text: str) -> Any:
    """Questions end in any order; each line is one of the schema."""
    assert [error.message for line in text.splitlines() for error in LINES.iter_errors(json.loads(line))] == []
    return sorted((of_json(line) for line in text.splitlines()), key=str)


def of_xml(text: str) -> Any:
    """Read the elements of JUnit, without their words."""
    elements = ET.fromstring(text).iter()  # noqa: S314 -- our own output
    return [(e.tag, e.get("name"), e.get("classname"), e.get("type"), sorted(e.attrib)) for e in elements]


def of_sarif(text: str) -> Any:
    """Read SARIF, which is valid against 2.1.0."""
    document = json.loads(text)
    Draft4Validator(SCHEMA).validate(document)
    (run,) = document["runs"]
    return of_json(text), [(result["ruleId"], result["level"]) for result in run["results"]]


def of_github(text: str) -> Any:
    """Read commands as the runner does (ActionCommand.cs): `::` first in a line, after spaces; `##[` anywhere."""
    found: list[Any] = []
    for line in text.splitlines():
        assert "##[" not in line
        command = re.fullmatch(r"\s*::([A-Za-z-]+)\s*(.*?)::(.*)", line)
        properties = dict(each.split("=", 1) for each in command[2].split(",")) if command else {}
        found.append((command[1], properties["title"], properties.get("line")) if command else "text")
    return found


def of_azure_pipelines(text: str) -> Any:
    """Read commands as the agent does: `##vso[` anywhere."""
    lines = text.splitlines()
    assert all(line.lower().rfind("##vso[") <= 0 and "##[" not in line for line in lines)
    return [read_command(line)[0] if line.startswith("##vso[") else "text" for line in lines]


def of_markdown(text: str) -> Any:
    """Return the blocks; words are text or code."""
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    inline = {child.type for token in tokens for child in token.children or ()}
    assert inline <= {"text", "code_inline", "softbreak", "strong_open", "strong_close", "em_open", "em_close"}
    return [(token.type, token.tag, token.level) for token in tokens]


def of_prometheus(text: str) -> Any:
    """Read metrics with Prometheus' own client."""
    return [
        (sample.name, sorted(sample.labels.items()), sample.value)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]


def of_text(text: str) -> Any:
    """Return the rows of the table, and the last line."""
    rows = re.findall(r"^(pass|fail|error)  +(\S+)", text, re.MULTILINE)
    assert all(line.isprintable() for line in text.splitlines())
    return rows, text.splitlines()[-1]


READERS: dict[str, Callable[[str], Any]] = {
    "text": of_text,
    "json": of_json,
    "jsonl": of_lines,
    "junit": of_xml,
    "sarif": of_sarif,
    "github": of_github,
    "gitlab": of_json,
    "azure-pipelines": of_azure_pipelines,
    "markdown": of_markdown,
    "prometheus": of_prometheus,
}


def meanings(text: str, topology: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[Any, Any]:
    """Return what a reader of each output understands, where the resolver's words are `text`."""
    saved, found = folder / "saved.jsonl", dict[Any, Any]()

    def run(name: str, *options: str) -> str:
        files = {each: folder / f"{name}.{each}" for each in FORMATS} if options[0] != "observe" else {}
        assert main.run([*options, *[f"--output={each}={path}" for each, path in files.items()]]) in (0, 1)
        found.update({(name, each): READERS[each](unplaced(path.read_text())) for each, path in files.items()})
        return unplaced(capsys.readouterr().out)

    with Scripted(hostile(text)) as server:
        asked = [
            "--server",
            str(server.server),
            "--no-ipv6",
            "--repeat=2",
            "--interval=0",
            *(["--tcp"] * (len(text) > MOST)),
        ]
        out = run("check", "check", topology, "--from=hub", *asked, "--explain", f"--save={saved}", "--format=jsonl")
    # How often a result comes again depends on time; the last one of an endpoint counts.
    last = {tuple(map(json.loads(line).get, ("kind", "fqdn"))): line for line in out.splitlines()}
    found["stream"] = of_lines("\n".join(last.values()))
    lines = saved.read_bytes().splitlines()
    found["saved"] = sorted(
        (skeleton(TypeAdapter(SavedLine).validate_json(line) and json.loads(line)) for line in lines), key=str
    )
    found["restored"] = of_text(run("restored", "check", topology, "--from=hub", f"--restore={saved}"))
    found["diagnosed"] = of_text(run("diagnosed", "diagnose", topology, str(saved)))
    for format_, reader in (("json", of_json), ("jsonl", of_lines), ("text", lambda text: len(text.splitlines()))):
        found["observed", format_] = reader(run("observed", "observe", str(saved), f"--format={format_}"))
    for name, terminal in (("changes", False), ("live table", True)):
        found[name] = watched(topology, saved, capsys, terminal=terminal)
    return found


def unplaced(text: str) -> str:
    """Return a report without the port of the resolver."""
    return re.sub(r"127\.0\.0\.1:\d+", "SERVER", text)


def watched(topology: str, saved: Path, capsys: pytest.CaptureFixture[str], *, terminal: bool) -> Any:
    """Return what `--watch` shows of saved answers: the table, or the endpoint of each line."""
    plan = plan_of_topology(load(topology), "hub", None, "")
    observed = known(plan, restored([str(saved)], "hub"))
    capsys.readouterr()
    style = Style(width=10_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout.isatty", lambda: terminal)
        patch.setenv("COLUMNS", "10000")
        with watch(lambda places: render("text", report_of("estate.yaml", places), style)) as show:
            show([judge_place(plan, None, observed)])
    out = capsys.readouterr().out
    if not terminal:
        return [line.split()[1:4] for line in out.splitlines()]
    control = r"\x1b\[[?\d;]*[A-Za-z]|\r"
    plain = re.sub(control, "", out)
    return of_text("\n".join(line.rstrip() for line in plain.splitlines() if line.strip())), set(
        re.findall(control, out)
    )


SHORT = [name for name in HOSTILE if name != "long"]


@pytest.mark.parametrize("words", [*(pytest.param(name, marks=pytest.mark.slow) for name in HOSTILE), "all"])
def test_every_output_means_the_same(words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Live and streamed, over two rounds, saved, restored, diagnosed and observed, in every format."""
    text = "".join(HOSTILE[name] for name in SHORT) if words == "all" else HOSTILE[words]
    topology = tmp_path / "estate.yaml"
    topology.write_text(TOPOLOGY)
    expected, found = (meanings(text, str(topology), tmp_path, capsys) for text in (HARMLESS, text))
    assert list(found) == list(expected)
    for name in found:
        assert (name, found[name]) == (name, expected[name])
