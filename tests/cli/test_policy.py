"""Rules as policy on the command line of `lint` and `check`, and `acrdns rules`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from acrdns.check.rules import TABLE
from acrdns.cli import main
from tests.check.policy.test_policy import ESTATE, LINK
from tests.cli.test_check import records, resolving, topology

__all__ = ["topology"]
WRONG = {"contoso.eastus.data.azurecr.io": "> contoso.eastus.data.privatelink.azurecr.io > 20.45.122.150"}


@pytest.fixture
def unlinked(tmp_path: Path) -> Path:
    """Write an estate with one finding, ACR101."""
    path = tmp_path / "estate.yaml"
    path.write_text(ESTATE.format(section="", spoke="", top=""))
    return path


@pytest.mark.parametrize(
    ("settings", "options", "code", "severities"),
    [
        ("", [], 1, ["error"]),
        ("", ["--select", "ACR2"], 0, []),
        ("", ["--select", "ACR2,ACR101"], 1, ["error"]),
        ("", ["--select", "ACR1", "--ignore", "vnet-without-zone-link"], 0, []),
        ("", ["--exit-zero"], 0, ["error"]),
        ("ignore = ['ACR101']", [], 0, []),
        ("ignore = ['ACR101']", ["--ignore", "ACR2"], 1, ["error"]),
        ("select = ['ACR2']", ["--select", "ACR101"], 1, ["error"]),
        ("exit-zero = true", [], 0, ["error"]),
        ("[severity]\nACR101 = 'warning'", [], 1, ["warning"]),
        ("[severity]\nACR101 = 'info'", [], 0, ["info"]),
        ("[severity]\nACR101 = 'info'", ["--strict"], 1, ["info"]),
        ("strict = true\n[severity]\nACR101 = 'info'", [], 1, ["info"]),
        ("[severity]\nACR101 = 'off'", [], 0, []),
        ("[severity]\nACR101 = 'off'", ["--profile", "PROFILE"], 1, ["warning"]),
    ],
)
def test_lint(
    unlinked: Path,
    capsys: pytest.CaptureFixture[str],
    settings: str,
    options: list[str],
    code: int,
    severities: list[str],
) -> None:
    """An option replaces that of the file."""
    (unlinked.parent / "acrdns.toml").write_text(settings)
    (unlinked.parent / "profile.toml").write_text("[severity]\nACR101 = 'warning'\n")
    options = [option.replace("PROFILE", str(unlinked.parent / "profile.toml")) for option in options]
    assert main.run(["lint", str(unlinked), "--format", "json", *options]) == code
    assert [finding["severity"] for finding in json.loads(capsys.readouterr().out)["findings"]] == severities


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--select", "ACR5"], "invalid value for --select: there is no rule 'ACR5'; did you mean"),
        (["--ignore", "missing-recrod"], "there is no rule 'missing-recrod'; did you mean missing-record?"),
        (["--profile", "missing.toml"], "missing.toml: no such file or directory"),
    ],
)
@pytest.mark.parametrize("command", ["lint", "check"])
def test_usage_errors(
    command: str, unlinked: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    """Exit code 2, also with --exit-zero."""
    assert main.run([command, str(unlinked), "--exit-zero", *options]) == 2
    assert said in capsys.readouterr().err


def test_a_file_that_does_not_load_is_2_with_exit_zero(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to judge."""
    path = tmp_path / "broken.yaml"
    path.write_text("version: 2\nregistries: {}\n")
    assert main.run(["lint", str(path), "--exit-zero"]) == 2
    capsys.readouterr()


def test_an_unknown_setting_is_said_with_its_place(unlinked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As of a topology."""
    settings = unlinked.parent / "acrdns.toml"
    settings.write_text("\nselct = []\n")
    assert main.run(["lint", str(unlinked)]) == 2
    assert capsys.readouterr().err.strip() == f"{settings}:2:1: selct: unknown key; did you mean select?"


def test_accepted_findings_are_counted(unlinked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At the end of the text, and in JSON."""
    unlinked.write_text(ESTATE.format(section="", spoke=f"accept: [{LINK}]", top=""))
    assert main.run(["lint", str(unlinked)]) == 0
    assert capsys.readouterr().out == f"{unlinked}: no findings; 1 accepted\n"
    assert main.run(["lint", str(unlinked), "--format", "json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["findings"] == []
    assert document["accepted"] == [{
        "code": "ACR101", "name": "vnet-without-zone-link", "fqdn": "spoke", "reason": "next week", "until": None,
        "place": {"file": str(unlinked), "line": 8, "column": 3},
    }]  # fmt: skip


@pytest.mark.parametrize(
    "format_", ["jsonl", "junit", "sarif", "github", "gitlab", "azure-pipelines", "markdown", "prometheus"]
)
def test_every_format_takes_findings_about_acceptances(
    unlinked: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """They have a code and a line as the others have."""
    unlinked.write_text(ESTATE.format(section="", spoke="accept: [{rule: ACR207, reason: none}]", top=""))
    assert main.run(["lint", str(unlinked), "--format", format_, "--select", "ACR9"]) == 1
    assert "unused" in capsys.readouterr().out


def test_check_accepts_what_the_topology_excuses(
    topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 0 and the finding is counted; the answer is not called right, here or with `--ignore`."""
    path = tmp_path / "accepting.yaml"
    path.write_text(f"{Path(topology).read_text()}\naccept: [{{rule: public-answer, reason: pilot}}]\n")
    with resolving(records("hub") | WRONG) as server:
        options = ["--from", "hub", "--server", server, "--format", "json"]
        assert main.run(["check", str(path), *options]) == 0
        accepted = json.loads(capsys.readouterr().out)
        assert main.run(["check", str(path), *options, "--ignore", "ACR301"]) == 0
        ignored = json.loads(capsys.readouterr().out)
        said = []
        for format_ in ("text", "junit"):
            assert main.run(["check", topology, *options[:-1], format_, "--ignore", "ACR301"]) == 0
            said.append(capsys.readouterr().out)
        text, junit = said
        assert main.run(["check", topology, *options, "--exit-zero"]) == 0
        excused = json.loads(capsys.readouterr().out)
    assert accepted["summary"] == ignored["summary"] == {"pass": 5, "fail": 0, "error": 0, "ignored": 1}
    for document in (accepted, ignored):
        assert [each["fqdn"] for each in document["results"] if each["status"] == "ignored"] == [
            "contoso.eastus.data.azurecr.io"
        ]
    assert [entry["code"] for entry in accepted["accepted"]] == ["ACR301"]
    assert text.splitlines()[1].split()[:2] == ["ignored", "contoso.eastus.data.azurecr.io"]
    assert text.splitlines()[-1].endswith(": 5 right, 0 wrong, 1 ignored; no findings")
    assert ET.fromstring(junit).find(".//testcase/skipped") is not None  # noqa: S314 -- our own output
    assert ignored["accepted"] == excused["accepted"] == []
    assert excused["summary"]["fail"] == 1


def test_rules_are_listed_with_severity_and_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Severities as the settings of the folder say."""
    (tmp_path / "acrdns.toml").write_text("[severity]\nACR101 = 'off'\nACR206 = 'error'\n")
    monkeypatch.chdir(tmp_path)
    assert main.run(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(TABLE)
    shown = {line.split()[0]: line.split()[1] for line in lines}
    assert (shown["ACR101"], shown["ACR206"], shown["ACR301"]) == ("off", "error", "error")
    assert all(len(line.split()) > 3 for line in lines)
    assert main.run(["rules", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [entry["code"] for entry in document["rules"]] == list(TABLE)
