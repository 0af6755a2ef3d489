"""`acrdns observe`, and `check --restore` of what other tools printed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import TypeAdapter

from acrdns.cli import main
from acrdns.probe.saved.document import SavedLine
from acrdns.probe.transcripts.recipes import RecipeName
from acrdns.report.observations.document import ObserveDocument
from tests.cli.test_check import topology
from tests.probe.transcripts.test_read import CASES
from tests.report import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["topology"]
PACKAGE = Path(main.__file__).parents[1] / "report"


def observed(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, Any]:
    """Return the exit code of `observe`, and its document."""
    file = tmp_path / "out.txt"
    file.write_text(text)
    code = main.run(["observe", str(file), "--format", "json", *options])
    return code, json.loads(capsys.readouterr().out)


def test_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With every field of its contract, and nothing else."""
    code, document = observed(CASES["dig"][0] + "total 4\n", tmp_path, capsys, "--at", "hub")
    file = str(tmp_path / "out.txt")
    assert (code, document) == (0, {
        "version": 1,
        "observations": [{
            "fqdn": "contoso.azurecr.io", "type": "A", "outcome": "NOERROR", "addresses": ["10.0.0.7"],
            "chain": ["contoso.azurecr.io", "contoso.privatelink.azurecr.io"], "server": "10.0.0.4", "vantage": "hub",
            "tool": "dig", "source": {"file": file, "line": 2}, "detail": "",
        }],
        "ignored": [{
            "file": file, "line": 22, "text": "total 4", "because": "it is not the output of a DNS tool that is known here",
        }],
    })  # fmt: skip
    TypeAdapter(ObserveDocument).validate_python(document)


@pytest.mark.parametrize(("name", "document"), [("observe", ObserveDocument), ("saved", SavedLine)])
def test_the_schema_in_the_package_is_current(name: str, document: Any) -> None:
    """It is made from the dataclasses that are written out."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")


@pytest.mark.parametrize(("text", "code"), [("total 4\n", 2), ("", 2), (CASES["dig"][0], 0)])
def test_exit_codes(text: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that was read is no success, and JSON is there all the same."""
    found, document = observed(text, tmp_path, capsys)
    assert found == code
    assert bool(document["observations"]) is (code == 0)


def test_a_file_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The others are read, stderr names it, and the exit code is 2."""
    good = tmp_path / "good.txt"
    good.write_text(CASES["dig"][0])
    assert main.run(["observe", str(tmp_path / "missing"), str(good), str(tmp_path), "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert len(json.loads(out)["observations"]) == 1
    assert err.splitlines() == [
        f"acrdns: {tmp_path}/missing: no such file or directory",
        f"acrdns: {tmp_path}: is a directory",
    ]


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """As a pipe brings it."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CASES["dig"][0].encode())))
    assert main.run(["observe", "-"]) == 0
    assert "<stdin>:2" in capsys.readouterr().out


HOSTILE = "\x1b[2J::error::owned ]]> ##vso[task.complete]\u202e"


@pytest.mark.parametrize("format_", ["text", "json", "jsonl"])
def test_text_of_files_is_escaped(format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither an ignored line nor a detail becomes a command of a terminal or a runner."""
    file = tmp_path / "out.txt"
    text = CASES["dig, SERVFAIL"][0].replace(";; QUESTION", f"; EDE: 18 (Prohibited): ({HOSTILE})\n;; QUESTION")
    file.write_text(f"{HOSTILE}\n{text}")
    main.run(["observe", str(file), "--format", format_])
    out = capsys.readouterr().out
    assert "owned" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "##vso[" not in out
    assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]


def test_the_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each answer, with its aliases below it."""
    file = tmp_path / "out.txt"
    file.write_text(CASES["nslookup, Windows"][0] + CASES["nslookup, Windows, failures"][0])
    assert main.run(["observe", str(file)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split() == ["contoso.azurecr.io", "A+AAAA", "10.0.0.7", "10.0.0.4", "nslookup", f"{file}:1"]
    assert lines[2] == "  -> contoso.privatelink.azurecr.io"
    assert lines[3].split()[:3] == ["nope.azurecr.io", "A+AAAA", "NXDOMAIN"]
    assert lines[-1] == "5 observations, 0 lines ignored"


def test_jsonl(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An object a line, each with its kind."""
    file = tmp_path / "out.txt"
    file.write_text(CASES["az acr check-health"][0])
    assert main.run(["observe", str(file), "--format", "jsonl"]) == 0
    kinds = [json.loads(line)["kind"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["observation", "ignored", "ignored"]


def test_what_is_read_can_be_judged(topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At once, or after it was saved; from a vantage point that is said."""
    file, saved = tmp_path / "out.txt", tmp_path / "saved.jsonl"
    file.write_text(CASES["nslookup, Windows"][0].replace("10.0.0.7", "20.45.122.144"))
    assert main.run(["check", topology, "--restore", f"hub={file}", "--format", "json"]) == 1
    direct = json.loads(capsys.readouterr().out)
    assert main.run(["observe", str(file), "--at", "hub", "--save", str(saved)]) == 0
    capsys.readouterr()
    assert main.run(["check", topology, "--restore", str(saved), "--format", "json"]) == 1
    again = json.loads(capsys.readouterr().out)
    assert direct["vantage"] == again["vantage"] == "hub"
    assert direct["findings"] == again["findings"]
    assert {finding["code"] for finding in direct["findings"]} == {"ACR301"}


@pytest.mark.parametrize("recipe", get_args(RecipeName))
def test_a_recipe_asks_for_every_name(recipe: str, topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one command; nothing in it writes."""
    assert main.run(["observe", "--recipe", recipe, topology]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert all(name in line for name in ("contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "fabrikam.azurecr.io"))
    assert " > " not in line


@pytest.mark.interop
def test_what_the_recipe_for_dig_prints_is_read(
    topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], program: Callable[[str], str]
) -> None:
    """A dead server is enough: each question is read with its name and type."""
    program("dig")
    main.run(["observe", "--recipe", "dig", topology])
    command = capsys.readouterr().out
    (tmp_path / ".digrc").write_text("+time=1 +tries=1 @127.0.0.1 -p 1\n")
    environment = {**os.environ, "HOME": str(tmp_path)}
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    _, document = observed(done.stdout, tmp_path, capsys)
    assert [(o["fqdn"], o["type"], o["outcome"]) for o in document["observations"][:2]] == [
        ("contoso.azurecr.io", "A", "TIMEOUT"),
        ("contoso.azurecr.io", "AAAA", "TIMEOUT"),
    ]
    assert len(document["observations"]) == 12
