"""`acrdns check contoso.azurecr.io`: faults of a registry of which only the name is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main

if TYPE_CHECKING:
    from pathlib import Path

LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"
CASES = {
    "a record is missing": ({LOGIN: "10.0.0.7", DATA: "NXDOMAIN"}, (), "missing-record"),
    "all public, and private is expected": (
        {LOGIN: "20.1.1.1", DATA: "20.1.1.2"},
        ("--expect", "private"),
        "vnet-without-zone-link",
    ),
    "both have one address": ({LOGIN: "10.0.0.7", DATA: "10.0.0.7"}, (), "shared-address"),
}


def _saved(answers: dict[str, str], file: Path) -> str:
    lines: list[dict[str, object]] = [{"kind": "run", "version": 1}]
    for fqdn, said in answers.items():
        addresses = [said] if said[0].isdigit() else []
        chain = [fqdn, fqdn.replace(".azurecr.io", ".privatelink.azurecr.io")]
        answer: dict[str, object] = {
            "type": "A",
            "outcome": "NOERROR" if addresses else said,
            "addresses": addresses,
            "chain": chain,
        }
        lines.append({"kind": "observation", "server": "10.0.0.4:53", "fqdn": fqdn} | answer)
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return str(file)


@pytest.mark.parametrize("name", CASES)
def test_the_name_and_the_answers_allow_a_diagnosis(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing made up is told as a fact, and it is said what cannot be known."""
    answers, options, fault = CASES[name]
    arguments = ["--restore", _saved(answers, tmp_path / "saved.jsonl"), "--regions", "eastus", *options]
    assert main.run(["check", LOGIN, *arguments, "--format", "json"]) == 1
    text = capsys.readouterr().out
    document = json.loads(text)
    assert fault in {each["faults"][0]["fault"] for each in document["diagnoses"]}
    assert all(each["faults"][0]["place"] is None for each in document["diagnoses"])
    assert all(step["ask"] is None for step in document["next"])
    assert "10.255.255" not in text
    assert document["notes"][-1].startswith("without a topology file the diagnosis supposes")


def test_what_was_observed_of_data_endpoints_is_judged_without_being_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The names in the saved answers say which regions there are."""
    saved = _saved({LOGIN: "10.0.0.7", DATA: "NXDOMAIN"}, tmp_path / "saved.jsonl")
    assert main.run(["check", LOGIN, "--restore", saved, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [result["fqdn"] for result in document["results"]] == [LOGIN, DATA]
    assert not any("only the login server was checked" in note for note in document["notes"])


def test_a_registry_without_private_endpoint_has_no_diagnosis(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Answers that show no private endpoint allow none."""
    saved = _saved({LOGIN: "NXDOMAIN"}, tmp_path / "saved.jsonl")
    (tmp_path / "saved.jsonl").write_text((tmp_path / "saved.jsonl").read_text().replace(".privatelink", ""))
    assert main.run(["check", LOGIN, "--restore", saved, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["diagnoses"] == []
