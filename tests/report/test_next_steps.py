"""What to do next, as who is on call reads it: each step, and below it the meaning of each outcome."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main

if TYPE_CHECKING:
    from pathlib import Path

LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"
ALIAS = "contoso.privatelink.azurecr.io"
RESOLV = "list its DNS servers (cat /etc/resolv.conf; Windows: ipconfig /all)"
DEAD = "if it shows an address that gives no answer to `dig @ADDRESS`"
LINKS = "az network private-dns link vnet list -g RESOURCE_GROUP -z privatelink.azurecr.io -o table"
RECORDS = "az network private-dns record-set list -g RESOURCE_GROUP -z privatelink.azurecr.io -o table"
SERVERS = "az network vnet show -g RESOURCE_GROUP -n {} --query dhcpOptions.dnsServers"

STEPS = {
    "a plant without answers": (
        "connected-registry",
        f"plant {LOGIN} SERVFAIL",
        [
            "to tell apart: on 192.168.0.53: list where it forwards azurecr.io",
            f"{DEAD}: 1",
            "if it shows 168.63.129.16: 2",
            "otherwise: 3, 4",
            f"then: on a machine in plant: {RESOLV}",
            f"{DEAD}: 3",
            "if it shows 168.63.129.16: 4",
            "otherwise: 1, 2",
        ],
    ),
    "a server that forwards": (
        "on-premises-forwarding",
        f"office {LOGIN} SERVFAIL",
        [
            "to tell apart: on 192.168.0.53: list where it forwards azurecr.io",
            f"{DEAD}: 1",
            "if it shows 168.63.129.16: 2",
            "otherwise: 3, 4",
            f"then: on a machine in office: {RESOLV}",
            f"{DEAD}: 3",
            "if it shows 168.63.129.16: 4",
            "otherwise: 1, 2",
        ],
    ),
    "clients with servers of their own": (
        "clients-in-a-network",
        f"aks/pods {LOGIN} TIMEOUT",
        [
            f"to tell apart: on a machine in aks/pods: {RESOLV}",
            f"{DEAD}: 1",
            "otherwise: 2",
        ],
    ),
    "nothing but public addresses": (
        "private-link",
        f"hub {LOGIN} 20.45.122.144\nhub {DATA} 20.45.122.150",
        [
            f"to tell apart: from a machine in hub: dig {ALIAS} A",
            "if it is 20.45.122.144: 1, 2, 4-6",
            "if it is NXDOMAIN: 3",
            "if it is 10.0.0.7: 6, 7",
            f"then: {LINKS}",
            "if it shows no link to hub: 1",
            "if it shows a link to hub whose state is InProgress: 5",
            "otherwise: 2, 4, 6, 7",
            f"then: {SERVERS.format('hub')}",
            "if it shows a public resolver: 2",
            "otherwise: 1, 4-7",
        ],
    ),
    "one record": (
        "private-link",
        f"hub {LOGIN} 10.0.0.70\nhub {DATA} 10.0.0.8",
        [
            f"to tell apart: from a machine in hub: dig {ALIAS} A",
            "if it is 10.0.0.70: 1, 2",
            "if it is 10.0.0.7: 2, 3",
            f"then: {RECORDS}",
            "if it shows a wrong address at contoso: 1",
            "otherwise: 2, 3",
            "then: on a machine in hub: read its hosts file (/etc/hosts)",
            "if it shows a line for a name of the registry: 3",
            "otherwise: 1, 2",
        ],
    ),
    "a question that another network answers": (
        "hub-and-spoke",
        f"hub {LOGIN} 10.0.0.7\nhub {DATA} NXDOMAIN",
        [
            f"to tell apart: from a machine in spoke-aks: dig {DATA} A",
            "if it is NXDOMAIN: 1, 4",
            "if it is 10.0.0.8: 2-4",
        ],
    ),
}


def told(sample: str, seen: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the report of `diagnose`."""
    ticket = folder / "ticket.txt"
    ticket.write_text(f"{seen}\n")
    assert main.run(["diagnose", sample, str(ticket)]) == 1
    return capsys.readouterr().out


@pytest.mark.parametrize("name", STEPS)
def test_each_outcome_of_a_step_says_which_cause_it_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command is a line to copy, and no cause is left without a step that shows it."""
    sample, seen, expected = STEPS[name]
    lines = [line.strip() for line in told(sample, seen, tmp_path, capsys).splitlines()]
    start = next((n for n, line in enumerate(lines) if line.startswith("to tell apart: ")), 0)
    assert lines[start : start + len(expected)] == expected


WEST = "{registry: 10.1.0.7, registry_data_eastus: 10.1.0.8}"
ESTATE = """\
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16], peerings: [s2]}, s2: {address_space: [10.2.0.0/16]}}
private_endpoints:
  pe: {registry: contoso, network: hub, dns_zone_group: [z], addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
private_dns_zones: {z: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}, s2: {}}}}
private_resolvers: {r: {network: hub, inbound_endpoints: [10.0.0.4]}}
"""
HOSTS = f"unless a hosts file has the answer for {LOGIN} from s2: DNS does not show that; `dig` reads no hosts file"
HIDDEN = f"s2 {LOGIN} 10.0.0.7\ns2 {DATA} 20.1.2.3\nhub {DATA} 10.0.0.8"

BY_HAND = HIDDEN.replace("s2 ", "s2/@10.0.0.4 ").replace("hub ", "hub/@10.0.0.4 ")


@pytest.mark.parametrize(("seen", "said"), [(HIDDEN, True), (BY_HAND, False)])
def test_an_answer_that_a_hosts_file_can_give_rules_out_with_a_caveat(
    seen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, said: bool
) -> None:
    """A pin to the right address hides a link that is missing; who asks a server by hand does not read it."""
    estate = tmp_path / "estate.yaml"
    estate.write_text(ESTATE)
    out = " ".join(told(str(estate), seen, tmp_path, capsys).split())
    assert (HOSTS in out, "hosts file has" in out) == (said, said)


def dug(name: str, end: str) -> str:
    """Return what dig prints of a name that has the privatelink alias."""
    alias = name.replace("azurecr.io", "privatelink.azurecr.io")
    last = f"{alias}. 10 IN A {end}\n" if end[0].isdigit() else ""
    return (
        f"$ dig {name}\n;; ->>HEADER<<- opcode: QUERY, status: {'NOERROR' if last else end}, id: 5\n"
        f";; QUESTION SECTION:\n;{name}. IN A\n\n;; ANSWER SECTION:\n{name}. 300 IN CNAME {alias}.\n{last}\n"
    )


@pytest.mark.parametrize(("end", "command"), [("NXDOMAIN", "add-record"), ("20.1.2.3", "add-record")])
def test_the_same_fix_stands_once_without_a_file(
    end: str, command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A finding says more than the diagnosis of a supposed topology, and refers to its fix."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(dug(LOGIN, "10.0.0.7") + dug(DATA, end))
    assert main.run(["check", LOGIN, "--regions", "eastus", "--restore", str(ticket)]) == 1
    out = capsys.readouterr().out
    assert out.count(command) == 1
    assert out.count("  fix: as above") == (end == "NXDOMAIN")


def test_who_asks_another_networks_server_is_not_told_to_change_a_record(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The zone that the file's own servers answer from is right."""
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    west = ESTATE.replace("networks: {", "networks: {west: {address_space: [10.1.0.0/16]}, ").replace(
        "s2: {address_space: [10.2.0.0/16]}", "s2: {address_space: [10.2.0.0/16], dns_servers: [10.0.0.4]}"
    )
    west = west.replace("hub: {}, s2: {}}", "hub: {}}").replace(
        "private_endpoints:\n", f"private_endpoints:\n  pw: {{registry: contoso, network: west, addresses: {WEST}}}\n"
    )
    estate.write_text(west)
    ticket.write_text(f"s2:\n{dug(LOGIN, '10.1.0.7')}{dug(DATA, '10.1.0.8')}")
    assert main.run(["diagnose", str(estate), str(ticket), "--format", "json"]) == 1
    fixes = {each["fix"] for each in json.loads(capsys.readouterr().out)["findings"] if each["code"] == "ACR311"}
    assert fixes == {"let s2 ask 10.0.0.4, as the file says, and no DNS server of west"}
