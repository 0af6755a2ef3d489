"""Rebinding protection that an answer shows stands before the faults that would give the same answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.cli import main

if TYPE_CHECKING:
    from pathlib import Path

ESTATE = """\
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [plant]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
private_resolvers: {inbound: {network: hub, inbound_endpoints: [10.0.0.4]}}
dns_servers: {192.168.0.53: {network: plant, conditional_forwarders: {azurecr.io: [10.0.0.4]}}}
"""
NAMES = {"contoso": "10.0.0.7", "contoso.eastus.data": "10.0.0.8"}
BLOCKED = "EDE 15 (Blocked)"
"""As dnsmasq says it."""
FIX = "on 192.168.0.53: allow private addresses for azurecr.io"


def checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str], *, ede: str, soa: bool) -> Any:
    """Return the JSON of a check of saved answers; those of some names are aliases without an address."""
    file, saved = tmp_path / "estate.yaml", tmp_path / "saved.jsonl"
    file.write_text(ESTATE)
    lines: list[dict[str, Any]] = [{"kind": "run", "version": 1, "acrdns": "0", "redacted": False}]
    for name, address in NAMES.items():
        empty = name in wrong
        lines.append(
            {
                "kind": "observation",
                "vantage": "plant",
                "server": "192.168.0.53:53",
                "fqdn": f"{name}.azurecr.io",
                "type": "A",
                "outcome": "NODATA" if empty else "NOERROR",
                "addresses": [] if empty else [address],
                "chain": [f"{name}.azurecr.io", f"{name}.privatelink.azurecr.io"],
                "ede": [ede] if empty and ede else [],
                "soa": {"zone": "privatelink.azurecr.io", "primary": "azureprivatedns.net"} if empty and soa else None,
                "detail": ede if empty else "",
            }
        )
    saved.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert main.run(["check", str(file), "--restore", f"plant={saved}", "--format", "json"]) == 1
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("wrong", [["contoso"], list(NAMES)], ids=["one-name", "all-names"])
def test_an_ede_that_says_blocked_is_the_cause(
    wrong: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing stands beside it that the resolver's own words rule out."""
    found = checked(tmp_path, capsys, wrong, ede=BLOCKED, soa=False)
    (diagnosis,) = found["diagnoses"]
    (fault,) = diagnosis["faults"]
    assert (fault["fault"], fault["subject"]) == ("rebinding-protection", "192.168.0.53")
    assert FIX in json.dumps(fault)
    assert fault["place"]["line"] == 1 + ESTATE[: ESTATE.index("dns_servers: {192")].count("\n")
    assert (diagnosis["explains"], diagnosis["of"]) == (len(wrong), len(wrong))


def test_an_alias_without_address_and_zone_is_so_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Unbound says nothing. Other faults may give the answer, too, and stand after it."""
    found = checked(tmp_path, capsys, ["contoso"], ede="", soa=False)
    first, *others = (diagnosis["faults"][0]["fault"] for diagnosis in found["diagnoses"])
    assert (first, "missing-record" in others) == ("rebinding-protection", True)
    numbers = {number for step in found["next"] for group in step["tells_apart"] for number in group}
    assert numbers <= set(range(2, 2 + len(others)))


def test_a_zone_that_denies_the_address_is_no_filter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The SOA record of Azure's private zone shows who said no."""
    found = checked(tmp_path, capsys, ["contoso"], ede="", soa=True)
    faults = [fault["fault"] for diagnosis in found["diagnoses"] for fault in diagnosis["faults"]]
    assert "missing-record" in faults
    assert "rebinding-protection" not in faults


DUG = """\
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 53421
;; flags: qr rd ra; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1
;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
; EDE: 15 (Blocked)
;; QUESTION SECTION:
;contoso.azurecr.io.\t\tIN\tA
;; ANSWER SECTION:
contoso.azurecr.io.\t3600\tIN\tCNAME\tcontoso.privatelink.azurecr.io.
;; SERVER: 192.168.0.53#53(192.168.0.53) (UDP)
"""
"""As dig prints what dnsmasq says."""
EXEMPTS = (
    "dnsmasq: --rebind-domain-ok=/azurecr.io/",
    "unbound: private-domain: azurecr.io",
    "BIND: except-from",
    "FRITZ!Box",
)


@pytest.mark.parametrize("says", [True, False], ids=["the resolver says so", "the answer shows it"])
@pytest.mark.parametrize("server", ["192.168.0.53", "192.168.178.1"], ids=["of the file", "a router"])
def test_check_and_diagnose_say_the_same_with_and_without_a_file(
    server: str, says: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The server that was asked is named, also one that the file does not have, with what exempts registries there."""
    file, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    file.write_text(ESTATE)
    text = DUG if says else DUG.replace("; EDE: 15 (Blocked)\n", "")
    ticket.write_text(text.replace("192.168.0.53", server))
    messages = set()
    for command in (
        ["diagnose", str(file), str(ticket), "--from", "plant"],
        ["check", str(file), "--restore", f"plant={ticket}"],
        ["check", "contoso.azurecr.io", "--restore", str(ticket)],
    ):
        assert main.run([*command, "--format", "json"]) == 1
        first, *others = json.loads(capsys.readouterr().out)["diagnoses"]
        (fault,) = first["faults"]
        assert (fault["fault"], fault["subject"], bool(others)) == ("rebinding-protection", server, not says)
        assert all(exempt in json.dumps(fault["fix"]) for exempt in EXEMPTS)
        messages.add((fault["message"], json.dumps(fault["fix"]).replace("//", "#")))
        assert main.run(command) == 1
        assert f"(rebinding-protection at {server})" in " ".join(capsys.readouterr().out.split())
    assert len({message for message, _ in messages}) == 1
