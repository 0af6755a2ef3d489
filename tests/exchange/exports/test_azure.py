"""Private zones as az commands, Terraform and Bicep: read back, they give the same answers.

Terraform's own grammar is that of python-hcl2. Bicep's is a small reader here, and az's is what the tests of fixes know:
the programs themselves are asked by no test.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import hcl2
import pytest
from hypothesis import given

from acrdns.errors import AcrdnsError
from acrdns.exchange.exports.azure import LANGUAGES, language
from acrdns.exchange.exports.private_dns import exported
from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.reading import Input
from acrdns.names import name, show
from acrdns.topology.load import load, loads
from tests.examples import examples
from tests.exchange.imports.azure import SUBSCRIPTION, azure_only, objects
from tests.exchange.imports.test_round_trip import answers, questions_of
from tests.links import with_links_completed
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

NETWORK = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network"
PRIVATE = ("privateDnsZones", "privateDnsZoneGroups")


def one_group(topology: Topology) -> Topology:
    """Return a topology whose zones are in one resource group, so that each has a name of its own."""
    by_name = {show(zone.apex): zone for zone in topology.private_dns_zones.values()}
    names = {zone.key: key for key, zone in by_name.items()}
    endpoints = {
        key: replace(each, dns_zone_group=tuple(names[zone] for zone in each.dns_zone_group if zone in names))
        for key, each in topology.private_endpoints.items()
    }
    # Azure writes a TTL of 10 and completes links; what a topology says of that, code cannot say.
    zones = {key: replace(zone, key=key, ttl=10, soa_minimum=10) for key, zone in by_name.items()}
    return with_links_completed(replace(topology, private_dns_zones=zones, private_endpoints=endpoints))


def rest(topology: Topology) -> Input:
    """Return all objects but what the export makes."""
    kept = [each for each in objects(topology, listing=False) if not any(f"/{kind}/" in each["id"] for kind in PRIVATE)]
    return Input("az.json", "\n".join(map(json.dumps, kept)).encode())


# --- Terraform --------------------------------------------------------------------------------------------------------


def terraform_values(text: str) -> Any:
    """Return the file as `terraform show -json` would show it after apply, as far as an import reads it."""
    read = hcl2.loads(text)
    blocks = {
        (kind, _bare(type_), _bare(label)): fields
        for kind in ("resource", "data")
        for block in read.get(kind, ())
        for type_, labelled in block.items()
        for label, fields in labelled.items()
    }
    resources = []
    for (kind, type_, label), fields in blocks.items():
        address = f"{'data.' if kind == 'data' else ''}{type_}.{label}"
        values = {key: _value(value, blocks) for key, value in fields.items() if not key.startswith("__")}
        resources.append({"address": address, "mode": kind, "type": type_, "name": label, "values": values})
    return {"format_version": "1.0", "values": {"root_module": {"resources": resources}}}


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith('"') else text


def _value(value: Any, blocks: dict[Any, Any]) -> Any:
    if isinstance(value, list):
        return [_value(item, blocks) for item in value]
    if isinstance(value, dict):
        return {_bare(key): _value(item, blocks) for key, item in value.items() if not key.startswith("__")}
    if not isinstance(value, str):
        return value
    if value.startswith("${") and value.endswith("}"):
        return _reference(value[2:-1], blocks)
    return json.loads(value).replace("$${", "${").replace("%%{", "%{") if value.startswith('"') else value


def _reference(text: str, blocks: dict[Any, Any]) -> Any:
    if text.startswith("var."):
        return "rg"
    kind, *rest_ = ("data", *text.split(".")[1:]) if text.startswith("data.") else ("resource", *text.split("."))
    type_, label, attribute = rest_
    fields = blocks[kind, type_, label]
    if attribute != "id":
        return _value(fields[attribute], blocks)
    segment = {"azurerm_virtual_network": "virtualNetworks", "azurerm_private_dns_zone": "privateDnsZones",
               "azurerm_private_endpoint_connection": "privateEndpoints"}[type_]  # fmt: skip
    return f"{NETWORK}/{segment}/{_value(fields['name'], blocks)}"


# --- Bicep ------------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>\d+)|(?P<sign>[{}\[\]:,=()])|(?P<name>[\w.]+))")


class Bicep:
    """A reader of the Bicep that is written: resources, objects, lists, texts, numbers and `.id`."""

    def __init__(self, text: str) -> None:
        code = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
        self._tokens = [found[found.lastgroup] for found in _TOKEN.finditer(code) if found.lastgroup]
        assert "".join(self._tokens).replace(" ", "") == re.sub(r"\s", "", code) or "'" in code
        self.resources: dict[str, tuple[str, bool, dict[str, Any]]] = {}
        while self._tokens:
            assert self._take() == "resource"
            label, type_, existing = self._take(), self._text(self._take()), self._tokens[0] == "existing"
            if existing:
                self._take()
            assert self._take() == "="
            assert label not in self.resources
            self.resources[label] = (type_.partition("@")[0], existing, self._value())

    def _take(self) -> str:
        return self._tokens.pop(0)

    @staticmethod
    def _text(token: str) -> str:
        return re.sub(r"\\(.)", r"\1", token[1:-1])

    def _value(self) -> Any:
        token = self._take()
        if token == "{":
            found = {}
            while self._tokens[0] != "}":
                key = self._take()
                assert self._take() == ":"
                found[key] = self._value()
                if self._tokens[0] == ",":
                    self._take()
            self._take()
            return found
        if token == "[":
            items = []
            while self._tokens[0] != "]":
                items.append(self._value())
                assert self._tokens[0] in (",", "]")  # Bicep wants commas on one line
                if self._tokens[0] == ",":
                    self._take()
            self._take()
            return items
        if token.startswith("'"):
            return self._text(token)
        return (
            int(token) if token.isdigit() else token == "true" if token in ("true", "false") else ("reference", token)
        )

    def objects(self) -> list[dict[str, Any]]:
        """Return the objects of Azure that are deployed."""
        return [self._object(label) for label, (_, existing, _) in self.resources.items() if not existing]

    def _object(self, label: str) -> dict[str, Any]:
        type_, _, fields = self.resources[label]
        resolved = self._resolved({key: value for key, value in fields.items() if key not in ("parent", "name")})
        return {"id": self._id(label), "type": type_, **resolved}

    def _id(self, label: str) -> str:
        type_, _, fields = self.resources[label]
        if "parent" in fields:
            return f"{self._id(fields['parent'][1])}/{type_.split('/')[-1]}/{fields['name']}"
        return f"{SUBSCRIPTION}/resourceGroups/rg/providers/{type_}/{fields['name']}"

    def _resolved(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._resolved(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._resolved(item) for item in value]
        if isinstance(value, tuple):
            label, _, attribute = value[1].partition(".")
            assert attribute == "id"
            return self._id(label)
        return value


def read_back(made: str, text: str) -> Input:
    """Return what a file makes, as an input."""
    if made == "terraform":
        return Input("show.json", json.dumps(terraform_values(text)).encode())
    # As compiled: a template adds to what zone groups write, and is no listing of a zone.
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    resources = [
        each | {"name": "/".join(each["id"].split("/providers/")[1].split("/")[2::2]), "apiVersion": "2024-01-01"}
        for each in Bicep(text).objects()
    ]
    template = {"$schema": schema, "metadata": {"_generator": {"name": "bicep"}}, "resources": resources}
    return Input("bicep.json", json.dumps(template).encode())


@pytest.mark.parametrize("made", ["terraform", "bicep"])
@examples(1 / 10, 6)
@given(topology=topologies())
def test_code_makes_the_same_answers(made: str, topology: Topology) -> None:
    """Written, read by the language's grammar, and imported beside the rest of the estate."""
    azure = one_group(azure_only(topology))
    text = language(made).render(exported(azure))
    result = imported([rest(azure), read_back(made, text)])
    if result.text:
        questions = questions_of(azure)
        assert list(answers(loads(result.text, "OUT"), questions)) == list(answers(azure, questions))


@pytest.mark.parametrize("made", LANGUAGES)
def test_only_the_difference_is_written(made: str) -> None:
    """The way from one topology to another; nothing is deleted, and what is left is named."""
    after = load("hub-and-spoke")
    zone = after.private_dns_zones["privatelink.azurecr.io"]
    links = dict(list(zone.links.items())[:1])
    before = replace(after, private_dns_zones={zone.key: replace(zone, links=links)})
    text = language(made).render(exported(after, before))
    gone = [link for link in zone.links if link not in links]
    assert all(f"{link}-link" in text for link in gone)
    assert not any(f"{link}-link" in text for link in links)
    back = language(made).render(exported(before, after))
    assert all(f"not deleted: the link to {link}" in back for link in gone)
    assert not any(
        "zone-group" in line or "azapi_resource" in line or "ZoneGroups" in line
        for line in text.splitlines()
        if line[0:1] not in "#/"
    )


@pytest.mark.parametrize("made", LANGUAGES)
def test_the_same_topology_needs_nothing(made: str) -> None:
    """Comments alone, of which one says so."""
    topology = load("private-link-geo")
    assert "there is no difference" not in language(made).render(exported(topology))
    text = language(made).render(exported(topology, topology))
    assert all(line.startswith(("#", "//")) for line in text.splitlines() if line)
    assert "there is no difference" in text


def test_az_makes_one_group_for_several_zones() -> None:
    """The first command creates it, the others add to it; each line is one command with quoted words."""
    text = """\
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}, dns_zone_group: [privatelink.azurecr.io, azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {records: {"x": {TXT: ["a 'b' $(c)"], MX: ["10 mail.example"], SRV: ["1 2 3 host.example"]}}}
  azurecr.io: {records: {alias: {CNAME: host.example}, p: {PTR: [host.example]}, "*": {AAAA: ["fd00::1"]}}}
"""
    topology = loads(text, "T")
    lines = [line for line in language("az").render(exported(topology)).splitlines() if not line.startswith("#")]
    words = [shlex.split(line) for line in lines]
    assert all(each[0] == "az" for each in words)
    groups = [each[4] for each in words if "dns-zone-group" in each]
    assert groups == ["create", "add"]
    assert next(each for each in words if "-v" in each and "txt" in each)[-2:] == ["-v", "a 'b' $(c)"]
    assert next(each for each in words if "srv" in each and "-t" in each)[-8:] == [
        "-p",
        "1",
        "-w",
        "2",
        "-r",
        "3",
        "-t",
        "host.example",
    ]
    with_resources = hcl2.loads(language("terraform").render(exported(topology)))
    assert len([each for each in with_resources["resource"] if '"azapi_resource"' in each]) == 1


def test_bicep_is_for_one_resource_group() -> None:
    """Zones of one name are in several."""
    topology = load("two-regions")
    zones = {f"{key}@b": replace(zone, key=f"{key}@b", links={}) for key, zone in topology.private_dns_zones.items()}
    several = replace(topology, private_dns_zones={**topology.private_dns_zones, **zones})
    with pytest.raises(AcrdnsError, match="choose one with --zone"):
        language("bicep").render(exported(several))
    assert name("privatelink.azurecr.io") in {zone.apex for zone in several.private_dns_zones.values()}
    assert "resource zone_" in language("bicep").render(exported(several, key=next(iter(zones))))
