"""The pages of `acrdns help` that are made from what the program has: nothing in them is written twice."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack, chdir, redirect_stdout
from importlib.resources import files
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from acrdns.topology import samples

if TYPE_CHECKING:
    from collections.abc import Iterator


def _fields() -> str:
    from acrdns.report.fields import markdown

    return markdown(_schema("topology/topology.schema.json"))


def _schema(path: str) -> Any:
    return json.loads(files("acrdns").joinpath(path).read_text(encoding="utf-8"))


def _rules() -> str:
    from acrdns.check.profile import Profile
    from acrdns.check.rules import rules
    from acrdns.report.page import markdown

    profile = Profile()
    return "\n".join(markdown(rule, profile.severity(rule.code)) for rule in rules())


def _assumptions() -> str:
    from acrdns.topology.assumptions import ASSUMPTIONS

    rows = (f"| `{each.name}` | {each.mark.lower()} | {each.says} | {each.source} |\n" for each in ASSUMPTIONS)
    head = "| name | mark | what is assumed | facts |\n| --- | --- | --- | --- |\n"
    return f"# Assumptions\n\nThose with a switch take `--assume NAME` or `--assume NAME=no`.\n\n{head}{''.join(rows)}"


def _commands() -> str:
    from acrdns.cli.main import COMMANDS, load, program

    whole = (_help("acrdns", program()), *(_command(f"acrdns {name}", load(name)) for name in COMMANDS))
    return "# Commands\n\n" + "\n".join(whole)


def _command(path: str, found: typer.core.TyperCommand) -> str:
    """Return the help of a command, then that of each of its own commands."""
    inner: dict[str, typer.core.TyperCommand] = getattr(found, "commands", {})
    return "\n".join((_help(path, found), *(_command(f"{path} {name}", each) for name, each in inner.items())))


def _help(path: str, found: typer.core.TyperCommand | typer.core.TyperGroup) -> str:
    context = found.make_context(
        path, [], resilient_parsing=True, help_option_names=["-h", "--help"], terminal_width=100
    )
    return f"## {path}\n\n```text\n{found.get_help(context)}\n```\n"


_DIG = "; <<>> DiG 9.18 <<>> contoso.azurecr.io\n;; ANSWER SECTION:\ncontoso.azurecr.io. 10 IN A 10.0.0.7\n"
_BROKEN = "broken/network-without-zone-link"
DOCUMENTS = {
    "matrix": ("matrix private-link --format json", ""),
    "diff": (f"diff private-link {_BROKEN} --format json", ""),
    "check": (f"lint {_BROKEN} --format json", ""),
    "trace": ("trace private-link contoso.azurecr.io --from hub --format json", ""),
    "pull": ("trace private-link contoso.azurecr.io --from hub --pull --format json", ""),
    "explain": ("explain private-link contoso.azurecr.io --from hub --format json", ""),
    "fix": (f"fix {_BROKEN} --format json", ""),
    "faults": ("faults --format json", ""),
    "observe": ("observe - --format json", _DIG),
    "saved": ("observe - --at hub --save saved.jsonl", _DIG),
    "lines": (f"lint {_BROKEN} --format jsonl", ""),
    "traffic": ("traffic private-link --from hub --operation login --format json", ""),
    "firewall": ("firewall private-link --from hub --format json", ""),
    "comparison": ("firewall private-link --from hub --check - --format json", "contoso.azurecr.io\n"),
    "addresses": ("plan ips private-link --add-region westeurope --format json", ""),
    "rules": ("rules --format json", ""),
    "assumptions": ("assumptions --format json", ""),
    "lessons": ("learn --format json", ""),
    "cutover": ("plan cutover single-region private-link --format json", ""),
}
"""Each JSON document by the name of its schema: the command that writes the example, and its stdin."""
OF_A_LAB = {"lab-status": "lab status --format json", "lab-connected": "lab connected --format json"}
"""The documents of a running lab, and their commands: without one there is no example."""
_SHOWN = 40
"""Lines of an example; the rest of a longer one is left out."""


def schema_of(document: str) -> Any:
    """Return the JSON Schema of a document."""
    return _schema(f"{'teach' if document == 'explain' else 'report'}/{document}.schema.json")


def _documents() -> str:
    known: set[str] = set()
    return _DOCUMENTS_HEAD + "\n".join(
        section for name in (*DOCUMENTS, *OF_A_LAB) for section in _document(name, known)
    )


_DOCUMENTS_HEAD = """\
# JSON documents

Each document has a `version`. As long as it stays the same, fields are added, never renamed or removed: a program that
ignores fields it does not know goes on working. An object that several documents hold has one section, in the first of
them. `acrdns schema NAME` prints the JSON Schema of a document.

"""


def _document(name: str, known: set[str]) -> Iterator[str]:
    """Return a document's heading and example, then its fields, without the objects that stand further up."""
    from acrdns.report.fields import tables

    call, given = DOCUMENTS.get(name) or (OF_A_LAB[name], "")
    lines = written(call, given).splitlines() if name in DOCUMENTS else []
    shown = "\n".join(lines[:_SHOWN] + ["..."] * (len(lines) > _SHOWN))
    start = f"printf {given!r} | " if given else ""
    yield "\n".join((f"## {name}\n\n```text\n$ {start}acrdns {call}", *([shown] if shown else []), "```\n"))
    for section in tables(f"Fields of {name}", schema_of(name), "###"):
        heading = section.partition("\n")[0]
        if heading not in known:
            known.add(heading)
            yield section


def written(call: str, given: str) -> str:
    """Run a command on a sample and return the document that it writes."""
    from acrdns.cli.main import run

    *_, last = arguments = call.split()
    out = StringIO()
    with TemporaryDirectory() as folder, chdir(folder), redirect_stdout(out), ExitStack() as stack:
        stack.callback(setattr, sys, "stdin", sys.stdin)
        sys.stdin = TextIOWrapper(BytesIO(given.encode()))
        run(arguments)
        return Path(last).read_text(encoding="utf-8") if "--save" in arguments else out.getvalue()


def _faults() -> str:
    from acrdns.check.faults import SIGNS, UNSEEN, every

    sections = (
        f"## {fault.name}\n\nThe change: {fault.summary}.\n\nIn a pull: {fault.client}\n\n"
        f"To remember: {fault.lesson}\n\nFacts: {', '.join(fault.references)}.\n"
        for fault in every()
    )
    unseen = "".join(f"| {fact} | {what} | {shown_by} |\n" for fact, (what, shown_by) in UNSEEN.items())
    signs = "".join(f"| `{name}` | {what} | {sign} | {where} |\n" for name, (what, sign, where) in SIGNS.items())
    return _FAULTS_HEAD + "\n".join(sections) + _SIGNS_HEAD + signs + _UNSEEN_HEAD + unseen


_FAULTS_HEAD = """\
# Faults

A fault is one misconfiguration. `acrdns break FAULT TOPOLOGY` puts it into a file, `acrdns diagnose` finds it from
answers, and `acrdns fix` mends it. The commonest stand first. A fault that has the name of a rule shares its page:
`acrdns rule FAULT`.

"""
_SIGNS_HEAD = """
## What a diagnosis names by its signs

| name | cause | signs | in a file |
| --- | --- | --- | --- |
"""
_UNSEEN_HEAD = """
## What DNS cannot show

| facts | misconfiguration | what shows it |
| --- | --- | --- |
"""

PAGES = {
    "samples": samples.page,
    "topology": _fields,
    "commands": _commands,
    "documents": _documents,
    "rules": _rules,
    "faults": _faults,
    "assumptions": _assumptions,
}
"""Each made page by its topic."""
