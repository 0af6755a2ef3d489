"""Traffic and firewalls in every format, read back by what knows the format, and their documented schemas."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any, get_args

import hcl2
import pycep
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
LONGEST_DESCRIPTION = 140
LAST_PRIORITY = 4096


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


_HERE = {"-g": 1, "--policy-name": 1}
_RULE = {"--rule-type": 1, "--description": 1, "--source-addresses": "+"}
_APPLICATION = {**_RULE, "--target-fqdns": "+", "--protocols": "+"}
_NETWORK = {**_RULE, "--ip-protocols": "+", "--destination-addresses": "+", "--destination-ports": "+"}
_ADD = {**_HERE, "--rcg-name": 1, "--name": 1, "--collection-priority": 1, "--action": 1, "--rule-name": 1}
_MORE = {**_HERE, "--rcg-name": 1, "--collection-name": 1, "--name": 1}
AZ: dict[tuple[str, ...], list[dict[str, Any]]] = {
    ("create",): [{**_HERE, "-n": 1, "--priority": 1}],
    ("collection", "add-filter-collection"): [{**_ADD, **_APPLICATION}, {**_ADD, **_NETWORK}],
    ("collection", "rule", "add"): [{**_MORE, **_APPLICATION}, {**_MORE, **_NETWORK}],
}
"""The options of `az network firewall policy rule-collection-group`, as Microsoft's reference of the CLI has them.

It is a grammar, and not the program: these commands are in an extension of az that no package registry has.
"""


@pytest.mark.parametrize("name", FIREWALLS)
def test_az_has_the_options_of_the_reference(name: str) -> None:
    """Every command has all options of its kind, each with its values, and no others."""
    for line in renderer("firewall", "az")(FIREWALLS[name]).splitlines():
        words = shlex.split(line)
        assert words[:5] == ["az", "network", "firewall", "policy", "rule-collection-group"]
        first = next(at for at, word in enumerate(words) if word.startswith("-"))
        grammars = AZ[tuple(words[5:first])]
        parsed = []
        for grammar in grammars:
            parser = argparse.ArgumentParser(allow_abbrev=False, exit_on_error=False, add_help=False)
            for option, values in grammar.items():
                parser.add_argument(option, nargs=values, required=True)
            with contextlib.suppress(SystemExit, argparse.ArgumentError):
                parsed.append(parser.parse_args(words[first:]))
        assert len(parsed) == 1, line


_COLLECTION = {"name", "priority", "action", "rule"}
_ITEM = {"name", "description", "source_addresses"}
TERRAFORM = {
    "application_rule_collection": {*_ITEM, "destination_fqdns", "protocols"},
    "network_rule_collection": {*_ITEM, "protocols", "destination_addresses", "destination_ports"},
}
"""Arguments of `azurerm_firewall_policy_rule_collection_group`, as the provider's documentation has them."""


@pytest.mark.parametrize("name", FIREWALLS)
def test_terraform_has_the_arguments_of_the_provider(name: str) -> None:
    """And no others; the program and the provider are in no package registry."""
    parsed = hcl2.loads(renderer("firewall", "terraform")(FIREWALLS[name]))
    (resource,) = (values for kinds in parsed["resource"] for labels in kinds.values() for values in labels.values())
    resource = {key: value for key, value in resource.items() if not key.startswith("__")}
    assert set(resource) - TERRAFORM.keys() == {"name", "firewall_policy_id", "priority"}
    for kind in resource.keys() & TERRAFORM.keys():
        for collection in resource[kind]:
            assert {key for key in collection if not key.startswith("__")} == _COLLECTION
            for rule in collection["rule"]:
                assert {key for key in rule if not key.startswith("__")} == TERRAFORM[kind]
                if kind == "application_rule_collection":
                    assert all({"type", "port"} <= set(each) for each in rule["protocols"])


@pytest.mark.slow  # the parser makes its tables first
def test_bicep_parses_and_says_the_same() -> None:
    """By a parser of Bicep that others have written; the compiler is in no registry of Python, Node or Debian."""
    parser = pycep.BicepParser()
    for found in FIREWALLS.values():
        parsed = json.loads(json.dumps(parser.parse(text=renderer("firewall", "bicep")(found))))
        group, policy = parsed["resources"]["group"], parsed["resources"]["policy"]
        assert (policy["existing"], group["existing"], group["config"]["parent"]) == (True, False, "policy")
        assert group["type"] == f"{policy['type']}/ruleCollectionGroups"
        written = json.loads(renderer("firewall", "azure-firewall")(found).replace("'", "\\\\'"))
        assert group["config"]["properties"] == written


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


_ALWAYS = {"description", "protocol", "sourcePortRange", "destinationPortRange", "destinationAddressPrefix"}
_ALWAYS |= {"access", "priority", "direction"}


@pytest.mark.parametrize("name", FIREWALLS)
def test_security_rules_have_the_shape_of_resource_manager(name: str) -> None:
    """Its fields, lengths and ranges; one source is a field of its own, since a list takes no `*`."""
    rules = json.loads(renderer("firewall", "nsg")(FIREWALLS[name]))["securityRules"]
    names, priorities = set(), set()
    for rule in rules:
        assert rule.keys() == {"name", "properties"}
        said = rule["properties"]
        sources = said.keys() - _ALWAYS
        assert said.keys() >= _ALWAYS
        assert sources in ({"sourceAddressPrefix"}, {"sourceAddressPrefixes"})
        assert "*" not in said.get("sourceAddressPrefixes", ())
        assert re.fullmatch(r"[A-Za-z0-9][\w.-]{0,78}\w", rule["name"])
        assert len(said["description"]) <= LONGEST_DESCRIPTION
        assert (said["protocol"], said["access"], said["direction"]) == ("Tcp", "Allow", "Outbound")
        assert 100 <= said["priority"] <= LAST_PRIORITY
        names.add(rule["name"].lower())
        priorities.add(said["priority"])
    assert len(names) == len(priorities) == len(rules)
