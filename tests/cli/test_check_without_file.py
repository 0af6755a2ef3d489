"""`acrdns check contoso.azurecr.io`: faults of a registry of which only the name is known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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


def _line(fqdn: str, outcome: str, *, alias: bool = True, **more: object) -> dict[str, object]:
    chain = [fqdn, fqdn.replace(".azurecr.io", ".privatelink.azurecr.io")] if alias else [fqdn]
    said = {"kind": "observation", "server": "10.0.0.4:53", "fqdn": fqdn, "type": "A", "chain": chain}
    return {**said, "outcome": outcome, "addresses": [], **more}


WEST = "contoso.westeurope.data.azurecr.io"
AZURES_NO: dict[str, Any] = {"soa": {"zone": "privatelink.azurecr.io", "primary": "azureprivatedns.net"}}
SIGNS = {
    "other names show the private zone, though private is expected of all": (
        (
            _line(LOGIN, "NXDOMAIN", **AZURES_NO),
            _line(DATA, "NOERROR", addresses=["20.1.1.2"]),
            _line(WEST, "NOERROR", addresses=["10.0.0.9"]),
        ),
        ("--expect", "private"),
        DATA,
        "causes that fit: privatelink.azurecr.io has no record contoso.eastus.data and its link falls back",
        "",
    ),
    "a server of one's own says no": (
        (_line(LOGIN, "NXDOMAIN", soa={"zone": "privatelink.azurecr.io", "primary": "dc1.corp.example"}),),
        (),
        LOGIN,
        "dc1.corp.example, a server of your own, is authoritative for privatelink.azurecr.io",
        "",
    ),
    "a server of one's own says no to one, and Azure to the other": (
        (
            _line(LOGIN, "NXDOMAIN", soa={"zone": "azurecr.io", "primary": "localhost"}, alias=False),
            _line(DATA, "NXDOMAIN", **AZURES_NO),
        ),
        (),
        LOGIN,
        "a server of your own, not Azure, is authoritative for azurecr.io",
        "missing-record replica-without-record",
    ),
    "one answer says that it is blocked, the other has the alias alone": (
        (_line(LOGIN, "NODATA", alias=False, detail="EDE 15 (Blocked)"), _line(DATA, "NODATA")),
        (),
        LOGIN,
        "the resolver withholds the answer: EDE 15 (Blocked)",
        "rebinding-protection",
    ),
}


@pytest.mark.parametrize(
    ("lines", "options", "fqdn", "cause", "first"),
    [
        pytest.param(*signs, id=name, marks=[pytest.mark.slow] if name.startswith("one answer") else [])
        for name, signs in SIGNS.items()
    ],
)
def test_signs_in_the_answers_say_the_cause(
    lines: tuple[dict[str, object], ...],
    options: tuple[str, ...],
    fqdn: str,
    cause: str,
    first: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The finding says it, and no diagnosis of a supposed network says something else first."""
    saved = tmp_path / "saved.jsonl"
    saved.write_text("".join(json.dumps(line) + "\n" for line in ({"kind": "run", "version": 1}, *lines)))
    regions = "eastus,westeurope" if len(lines) > 2 else "eastus"
    arguments = ["--restore", str(saved), "--regions", regions, *options, "--format", "json"]
    assert main.run(["check", LOGIN, *arguments]) == 1
    document = json.loads(capsys.readouterr().out)
    assert cause in next(each["message"] for each in document["findings"] if each["fqdn"] == fqdn)
    named = [each["faults"][0]["fault"] for each in document["diagnoses"]]
    assert not first or named[0] in first.split()
    if "own" in cause:
        told = {each["fqdn"] for d in document["diagnoses"] for each in d["proof"]}
        assert fqdn not in told


@pytest.mark.parametrize("data", ["20.1.1.2", "NXDOMAIN"])
def test_where_public_answers_are_expected_no_private_one_is_made(
    data: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The supposed topology has a private endpoint to be used, and its fixes would make more answers private."""
    saved = _saved({LOGIN: "10.0.0.7", DATA: data}, tmp_path / "saved.jsonl")
    assert main.run(["check", LOGIN, "--restore", saved, "--expect", "public", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert not document["diagnoses"]
    assert not any("add-record" in each["fix"] for each in document["findings"])


@pytest.mark.parametrize("region", ["westus", "marsnorth"])
def test_a_region_without_a_replica_is_no_fault_of_a_zone(
    region: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The public name does not exist, and has no alias: a zone that hides it is supposed where its SOA says so."""
    file, nowhere = tmp_path / "saved.jsonl", f"contoso.{region}.data.azurecr.io"
    _saved({LOGIN: "10.0.0.7", DATA: "10.0.0.8", nowhere: "NXDOMAIN"}, file)
    file.write_text(file.read_text().replace(f', "contoso.{region}.data.privatelink.azurecr.io"', ""))
    arguments = ["check", LOGIN, "--restore", str(file), "--regions", f"eastus,{region}", "--format", "json"]
    assert main.run(arguments) == 1
    document = json.loads(capsys.readouterr().out)
    assert not document["diagnoses"]
    assert [each["fix"] for each in document["findings"]] == [
        "az acr replication list -r contoso --query [].location -o tsv"
    ]
    assert ("no region that acrdns knows" in json.dumps(document["notes"])) == (region == "marsnorth")
