"""Traffic and firewalls in every format, read back by what knows the format, and their documented schemas."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from typing import Any, get_args

import hcl2
import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns.check.firewall.allow_list import read
from acrdns.check.firewall.compare import compare
from acrdns.check.firewall.flows import flows
from acrdns.check.firewall.rules import Firewall, firewall
from acrdns.report.comparison import json as comparison_json
from acrdns.report.comparison.document import ComparisonDocument
from acrdns.report.firewall.document import FirewallDocument
from acrdns.report.formats import FirewallFormat, renderer
from acrdns.report.traffic import json as traffic_json
from acrdns.report.traffic.document import TrafficDocument
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from tests.report import snapshot

PACKAGE = Path(str(acrdns.report.__file__)).parent
PLANT = load("connected-registry")
HUB = firewall(load("private-link-geo"), "hub")
NOWHERE = """
version: 1
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: true
    connected_registries: {factory: {network: plant, address: 192.168.0.20}}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/16], peerings: [depot]}
  depot: {kind: on_premises, address_space: [10.9.0.0/24, 10.10.0.0/24]}
"""
FIREWALLS = {
    "plant": firewall(PLANT, "plant"),
    "hub": HUB,
    "everywhere": firewall(PLANT, None),
    "address": firewall(loads(NOWHERE, "t.yaml"), "depot"),
    "internet": firewall(load("public"), "internet"),
    "none": firewall(loads("version: 1\n", "t.yaml"), "internet", ["sync-auth"]),
}
DOCUMENTS = {"traffic": TrafficDocument, "firewall": FirewallDocument, "comparison": ComparisonDocument}
LONGEST_NAME = 80


def hosts(found: Firewall) -> list[str]:
    """Return the hosts of rules."""
    return [rule.host.name for rule in found.rules]


@pytest.mark.parametrize(("name", "document"), DOCUMENTS.items(), ids=list(DOCUMENTS))
def test_the_schema_in_the_package_is_current(name: str, document: type) -> None:
    """It is made from the dataclasses that are written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")


def test_documents_are_what_their_schemas_say() -> None:
    """Nothing in JSON is missing from the schema."""
    judged = compare(World(PLANT), FIREWALLS["plant"].rules, read("contoso.azurecr.io\n*.azurecr.io\n", "list"))
    texts: list[tuple[Any, str]] = [
        (TrafficDocument, traffic_json.render(flows(PLANT, "plant"))),
        (ComparisonDocument, comparison_json.render(judged, "list", "plant")),
        *((FirewallDocument, renderer("firewall", "json")(found)) for found in FIREWALLS.values()),
    ]
    for document, text in texts:
        adapter: TypeAdapter[Any] = TypeAdapter(document)
        assert json.loads(adapter.dump_json(adapter.validate_json(text), by_alias=True)) == json.loads(text)


@pytest.mark.parametrize("format_", get_args(FirewallFormat))
def test_a_format_says_what_it_said(format_: FirewallFormat) -> None:
    """A plant with a connected registry, in every format."""
    text = renderer("firewall", format_)(FIREWALLS["plant"]).replace(PLANT.file, "connected-registry.yaml")
    snapshot.check(snapshot.DIRECTORY / f"firewall.{format_}", text)


@pytest.mark.parametrize("format_", get_args(FirewallFormat))
@pytest.mark.parametrize("name", FIREWALLS)
def test_every_format_takes_every_firewall(name: str, format_: FirewallFormat) -> None:
    """Also one without rules, of all vantage points, and with a host that is an address."""
    text = renderer("firewall", format_)(FIREWALLS[name])
    assert text.endswith("\n")
    if format_ != "nsg":  # which knows no names
        assert [host for host in hosts(FIREWALLS[name]) if host.removeprefix("*") not in text] == []


@pytest.mark.parametrize("name", FIREWALLS)
def test_terraform_parses_and_has_every_rule(name: str) -> None:
    """By a parser of HCL."""
    found = FIREWALLS[name]
    parsed = hcl2.loads(renderer("firewall", "terraform")(found))
    (resource,) = (values for kinds in parsed["resource"] for labels in kinds.values() for values in labels.values())
    rules = [
        rule
        for kind in ("application_rule_collection", "network_rule_collection")
        for collection in resource.get(kind, [])
        for rule in collection["rule"]
    ]
    named = [
        host.strip('"') for rule in rules for host in rule.get("destination_fqdns") or rule["destination_addresses"]
    ]
    assert sorted(named) == sorted(hosts(found))


@pytest.mark.parametrize("name", FIREWALLS)
def test_azure_firewall_has_every_rule_with_names_that_azure_takes(name: str) -> None:
    """Names are unique, short, and of letters, digits and hyphens."""
    found = FIREWALLS[name]
    group = json.loads(renderer("firewall", "azure-firewall")(found))
    rules = [rule for collection in group["ruleCollections"] for rule in collection["rules"]]
    names = [rule["name"] for rule in rules]
    assert len(set(names)) == len(names) == len(found.rules)
    assert all(len(each) <= LONGEST_NAME and each.replace("-", "").isalnum() for each in names)
    assert sorted(host for rule in rules for host in rule.get("targetFqdns") or rule["destinationAddresses"]) == sorted(
        hosts(found)
    )
    priorities = [collection["priority"] for collection in group["ruleCollections"]]
    assert len(set(priorities)) == len(priorities)


@pytest.mark.parametrize("format_", ["text", "json", "squid", "azure-firewall"])
@pytest.mark.parametrize("name", FIREWALLS)
def test_what_is_written_is_a_list_that_is_clean(name: str, format_: FirewallFormat) -> None:
    """Also in the languages of Squid and Azure Firewall."""
    found = FIREWALLS[name]
    if not found.rules and format_ != "text":
        return
    assert compare(World(found.topology), found.rules, read(renderer("firewall", format_)(found), "list")).clean


def test_az_is_for_a_shell() -> None:
    """A command a line; a wildcard is quoted, or the shell would look for files."""
    lines = renderer("firewall", "az")(FIREWALLS["plant"]).splitlines()
    words = [shlex.split(line) for line in lines]
    assert all(line[:3] == ["az", "network", "firewall"] for line in words)
    assert [line[line.index("--target-fqdns") + 1] for line in words[1:]] == hosts(FIREWALLS["plant"])
    assert "'*.data.mcr.microsoft.com'" in lines[-1]


def test_csv_has_a_line_for_each_rule() -> None:
    """By the reader of the standard library."""
    rows = list(csv.DictReader(io.StringIO(renderer("firewall", "csv")(HUB))))
    assert [(row["host"], row["operations"].split()) for row in rows] == [
        (rule.host.name, list(rule.operations)) for rule in HUB.rules
    ]


def test_a_network_security_group_has_private_addresses_and_tags() -> None:
    """A hub with a private endpoint needs no service tag for the registry."""
    rules = json.loads(renderer("firewall", "nsg")(HUB))["securityRules"]
    destinations = [rule["properties"]["destinationAddressPrefix"] for rule in rules]
    assert destinations == [
        "10.0.0.7",
        "10.0.0.8",
        "10.0.0.9",
        "10.0.0.10",
        "AzureContainerRegistry",
        "AzureActiveDirectory",
        "AzureResourceManager",
        "MicrosoftContainerRegistry",
        "AzureFrontDoor.FirstParty",
    ]
    (bare,) = (rule["properties"]["description"] for rule in rules if rule["name"] == "acrdns-AzureContainerRegistry")
    assert bare == "azurecr.io"
    public = json.loads(renderer("firewall", "nsg")(FIREWALLS["internet"]))["securityRules"]
    assert [rule["properties"]["destinationAddressPrefix"] for rule in public][:2] == [
        "AzureContainerRegistry",
        "Storage",
    ]
    assert len({rule["properties"]["priority"] for rule in public}) == len(public)
