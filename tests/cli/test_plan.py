"""`acrdns plan` as a command: exit codes, documents, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns.cli import main
from acrdns.report.addresses.document import AddressPlanDocument
from acrdns.report.cutover.document import CutoverDocument
from tests.report import snapshot

PACKAGE = Path(str(acrdns.report.__file__)).parent
DOCUMENTS = {"addresses": AddressPlanDocument, "cutover": CutoverDocument}
SMALL = """
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16], subnets: {endpoints: 10.0.1.0/29}}}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.1.4, registry_data_eastus: 10.0.1.5}}
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process."""
    code = main.run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(("name", "document"), DOCUMENTS.items(), ids=list(DOCUMENTS))
def test_the_schema_in_the_package_is_current(name: str, document: type) -> None:
    """It is made from the dataclasses that are written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")


def test_documents_are_what_their_schemas_say(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in JSON is missing from the schema."""
    commands = {
        "addresses": ("plan", "ips", "private-link-geo", "--regional-endpoints"),
        "cutover": ("plan", "cutover", "private-link", "broken/misspelt-private-zone"),
    }
    for name, arguments in commands.items():
        _, out, _ = run(capsys, *arguments, "--format", "json")
        adapter: TypeAdapter[Any] = TypeAdapter(DOCUMENTS[name])
        assert json.loads(adapter.dump_json(adapter.validate_json(out))) == json.loads(out)


def test_a_full_subnet_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, and which one."""
    file = tmp_path / "t.yaml"
    file.write_text(SMALL)
    assert run(capsys, "plan", "ips", str(file), "--add-region", "westus")[0] == 0
    code, out, _ = run(capsys, "plan", "ips", str(file), "--add-region", "West US", "--add-region", "westus3")
    assert (code, "endpoints  hub      10.0.1.0/29       3     2      4  full: 1 too many" in out) == (1, True), out
    code, out, _ = run(
        capsys, "plan", "ips", str(file), "--regional-endpoints", "--add-region", "westus", "--format", "json"
    )
    assert code == 1
    assert json.loads(out)["subnets"] == [
        {
            "network": "hub",
            "subnet": "endpoints",
            "prefix": "10.0.1.0/29",
            "usable": 3,
            "used": 2,
            "after": 5,
            "full": True,
        }
    ]


def test_a_region_that_is_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """On stderr: the plan holds."""
    code, _, err = run(capsys, "plan", "ips", "private-link-geo", "--add-region", "westus")
    assert (code, err) == (0, "acrdns plan ips: westus is there already: contoso\n")


def test_a_cutover_says_what_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 0 without an outage, 1 with one."""
    code, out, _ = run(capsys, "plan", "cutover", "private-link", "private-link")
    assert (code, out.splitlines()[-1]) == (0, "nothing to do: the files say the same")
    code, out, _ = run(
        capsys, "plan", "cutover", "private-link-geo", "broken/network-without-zone-link", "--format", "json"
    )
    found = json.loads(out)
    assert (code, found["outage"]) == (1, True)
    assert [step["change"] for step in found["steps"] if step["breaks"]] == ["unlink privatelink.azurecr.io from hub"]
    code, out, _ = run(capsys, "plan", "cutover", "private-link-geo", "broken/network-without-zone-link")
    assert (code, "there is no order without an outage" in out) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ips", "private-link", "--add-region", "westu", "--add-region", "weu"), "'westu' is no region; did you mean westus"),
        (("ips", "private-link", "--add-region", "westu", "--add-region", "weu"), "'weu' is a short code"),
        (("ips", "private-link", "--registry", "contos"), "no registry 'contos'; did you mean contoso?"),
        (("ips", "government", "--add-region", "eastus"), "'eastus' is a region of AzureCloud, not of AzureUSGovernment; allowed: usgovvirginia"),
        (("ips", "public", "--registry", "contoso", "--add-region", "westus"), "contoso is Standard: replicas"),
        (("ips", "/no/file"), "/no/file"),
        (("cutover", "/no/before", "/no/after"), "/no/before:1:1"),
        (("cutover", "/no/before", "/no/after"), "/no/after:1:1"),
        (("cutover", "private-link"), "AFTER"),
        (("cutover", "private-link", "china"), "another cloud"),
    ],
)  # fmt: skip
def test_what_cannot_be_planned_is_said(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, all problems at once."""
    code, out, err = run(capsys, "plan", *arguments)
    assert (code, out, said in err) == (2, "", True), err


def test_an_outage_has_a_hint_and_no_wait_inside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is broken is mended by the next step, and not waited for."""
    code, out, _ = run(capsys, "plan", "cutover", "private-link-geo", "broken/network-without-zone-link")
    assert (code, "go on at once" in out, "wait 10 s" in out) == (1, True, False)
    assert "hint: public network access meanwhile" in out


def test_a_change_of_dns_servers_says_when_clients_take_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The simulation does not know when a lease ends."""
    text = "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks: {hub: {address_space: [10.0.0.0/16]%s}}\n"
    (tmp_path / "a.yaml").write_text(text % "")
    (tmp_path / "b.yaml").write_text(text % ", dns_servers: [8.8.8.8]")
    _, out, _ = run(capsys, "plan", "cutover", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    assert "renew their lease or restart" in " ".join(out.split())
