"""`acrdns break` and `acrdns faults` as a user calls them."""

from __future__ import annotations

import difflib
import io
import itertools
import json
import sys
from pathlib import Path

import pytest

from acrdns.check.faults import PRIORS, SIGNS, UNSEEN
from acrdns.cli import main
from acrdns.topology.load import load

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "zones/hand-made-records.yaml"


def changed(before: str, after: str) -> list[str]:
    """Return the lines that differ."""
    return [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]


def test_a_break_changes_its_lines_only_and_says_whom_it_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    """The topology on standard output, all else on standard error."""
    subject = "privatelink.azurecr.io/contoso.westus.data"
    assert main.run(["break", "replica-without-record", str(SAMPLE), "--at", subject]) == 0
    out, err = capsys.readouterr()
    assert changed(SAMPLE.read_text(encoding="utf-8"), out) == ["-       contoso.westus.data: {ttl: 10, A: [10.0.0.9]}"]
    assert err.startswith(
        f"replica-without-record at {subject}: privatelink.azurecr.io has no record contoso.westus.data"
    )
    assert "breaks  hub  contoso.westus.data.azurecr.io" in err
    assert "mended by: az network private-dns record-set a add-record" in err


def test_without_a_subject_it_takes_the_first_that_changes_an_answer(tmp_path: Path) -> None:
    """Into a file, in which line ends and a byte order mark stay what they were."""
    file, broken = tmp_path / "in.yaml", tmp_path / "out.yaml"
    octets = b"\xef\xbb\xbf" + SAMPLE.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(octets)
    assert main.run(["break", "stale-private-ip", str(file), "-o", str(broken)]) == 0
    assert broken.read_bytes() == octets.replace(
        b"contoso: {ttl: 10, A: [10.0.0.7]}", b"contoso: {ttl: 10, A: [10.0.0.70]}"
    )


def test_breaks_are_combined(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own output is its input."""
    assert main.run(["break", "ipv6-bypass", str(SAMPLE)]) == 0
    once = capsys.readouterr().out
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(once.encode())))
    assert main.run(["break", "endpoint-not-approved", "-", "--at", "tailspin-pe"]) == 0
    twice = capsys.readouterr().out
    assert changed(once, twice) == ["+     status: Pending"]
    assert "AAAA" in twice


SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))
FAULTS = [name for name in PRIORS if name != "stale-cache"]


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_breaks_a_sample(name: str, tmp_path: Path) -> None:
    """Somewhere among the samples it changes an answer, and the result loads."""
    broken = tmp_path / "broken.yaml"
    codes = (main.run(["break", name, str(sample), "-o", str(broken)]) for sample in SAMPLES)
    assert set(itertools.takewhile(bool, codes)) <= {2}
    assert load(str(broken)).registries


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_breaks_each_sample_or_has_no_place_there(name: str, tmp_path: Path) -> None:
    """None of them is a bug; what a fault does to all samples is a law of its own (tests/check/faults)."""
    for sample in SAMPLES:
        broken = tmp_path / sample.name
        code = main.run(["break", name, str(sample), "-o", str(broken)])
        assert code in (0, 2)
        assert code or load(str(broken)).registries


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["mising-record"], "there is no fault 'mising-record'; did you mean missing-record?"),
        (["rebinding-protection"], "rebinding-protection is no fault that break makes"),
        (["rebinding-protecton"], "there is no fault 'rebinding-protecton'"),
        (["stale-cache"], "stale-cache is no change of a file"),
        (["vnet-without-zone-link", "--at", "hubb"], "vnet-without-zone-link cannot be at 'hubb'; did you mean hub? allowed: hub"),
        (["forwarding-loop", "--at", "hub"], "there is no place for forwarding-loop in"),
        (["bypassed-azure-dns", "--at", "nowhere"], "allowed: hub"),
        (["third-party-hidden"], "there is no place for third-party-hidden in"),
        (["replica-without-address", "--at", "contoso-pe/registry"], "allowed: contoso-pe/registry_data_westus"),
    ],
    ids=["misspelt", "by its signs", "misspelt sign", "no change of a file", "no such place", "nowhere", "what is there", "no place", "no such member"],
)  # fmt: skip
def test_bad_input_is_one_clear_line(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and no output."""
    fault, *options = arguments
    assert main.run(["break", fault, str(SAMPLE), *options]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert (out, len(err.splitlines())) == ("", 1)


def test_faults_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that DNS cannot show too, with what would."""
    assert main.run(["faults"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line and line[0] != "W"]
    assert names == [*PRIORS, *SIGNS, *UNSEEN]


def test_faults_are_listed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With rule, prior and texts."""
    assert main.run(["faults", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [entry["fault"] for entry in document["faults"]] == list(PRIORS)
    assert document["faults"][0]["rule"] == "ACR101"
    assert all(entry["summary"] and entry["client"] and entry["lesson"] for entry in document["faults"])
    assert [entry["fact"] for entry in document["unseen"]] == list(UNSEEN)
    assert [entry["fault"] for entry in document["signs"]] == list(SIGNS)


def test_one_fault_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """What a client sees, what to remember, and the facts behind it."""
    assert main.run(["faults", "hosts-file-pin"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("hosts-file-pin: the client's machine pins the name")
    assert "A hosts file wins over DNS" in out
    assert out.endswith("References: facts section 3\nTo try it: acrdns learn hosts-file-pin\n")


def test_what_a_diagnosis_names_by_its_signs_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """Its signs, and how a file describes it."""
    assert main.run(["faults", "rebinding-protection"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("rebinding-protection: a DNS server or router takes private addresses out of answers")
    assert "EDE 15 (Blocked)" in out
    assert out.endswith("In a topology file it is `filters: {rebind_protection: true}` of a DNS server.\n")
    assert main.run(["faults", "rebinding-protecton"]) == 2
    assert "did you mean rebinding-protection?" in capsys.readouterr().err


CLIENTS = """version: 1
registries:
  contoso: {location: eastus}
networks:
  aks:
    address_space: [10.0.0.0/16]
    clients:
      pods: {dns_servers: [10.0.0.10]}   # CoreDNS
      laptops: {hosts: {corp.example: 10.0.0.9}}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: aks
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {aks: {}}}
dns_servers:
  10.0.0.10: {network: aks, forwarders: [168.63.129.16]}
"""


@pytest.mark.parametrize(
    ("fault", "at", "line"),
    [
        ("bypassed-azure-dns", "aks/pods", "+       pods: {dns_servers: [8.8.8.8]}   # CoreDNS"),
        ("unreachable-dns-server", "aks/pods", "+       pods: {dns_servers: [10.255.255.53]}   # CoreDNS"),
        ("hosts-file-pin", "aks/laptops", "+       laptops: {hosts: {corp.example: 10.0.0.9, contoso.azurecr.io: 10.0.0.70}}"),
    ],
)  # fmt: skip
def test_a_client_in_a_network_can_be_broken(
    fault: str, at: str, line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its subject is its vantage point; what the network's other clients get stays."""
    file = tmp_path / "aks.yaml"
    file.write_text(CLIENTS, encoding="utf-8")
    assert main.run(["break", fault, str(file), "--at", at]) == 0
    out, err = capsys.readouterr()
    assert [found for found in changed(CLIENTS, out) if found[0] == "+"] == [line]
    assert {found.split()[1] for found in err.splitlines() if found.startswith(("breaks", "changes"))} == {at}
