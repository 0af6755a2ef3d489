"""Kinds of input, told by their content, and what shells and people make of them on the way to a file."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.reading import Input
from tests.exchange.imports.importing import ADDRESSES, GROUP, answers, fixture, fixtures, of, said, topology

if TYPE_CHECKING:
    from collections.abc import Callable

STEMS = (
    "az_acr_show",
    "az_acr_replication_list",
    "az_network_nic_show",
    "az_network_private_endpoint_show",
    "az_network_private_endpoint_dns_zone_group_list",
    "az_network_private_dns_zone_list",
    "az_network_private_dns_link_vnet_list",
    "az_network_private_dns_record_set_a_list",
    "az_network_vnet_list",
)
REGISTRY = json.dumps(fixture("az_acr_show"), indent=2)


def everything() -> list[Any]:
    """Return all objects of the estate, as az has them."""
    found: list[Any] = []
    for stem in STEMS:
        value = fixture(stem)
        found += value if isinstance(value, list) else [value]
    return found


def nested(value: Any) -> Any:
    """Return an object as Azure Resource Manager has it: what is no name of it stands in `properties`."""
    if isinstance(value, list):
        return [nested(item) for item in value]
    if not isinstance(value, dict) or "id" not in value:
        return value
    outer = {"id", "name", "type", "location", "sku", "tags", "etag", "resourceGroup"}
    inner = {key: nested(item) for key, item in value.items() if key not in outer}
    return {key: item for key, item in value.items() if key in outer} | {"properties": inner}


def explorer(objects: list[Any]) -> str:
    """Return objects as the Resource Graph Explorer downloads them."""
    stream = io.StringIO()
    writer: Any = csv.writer(stream)
    writer.writerow(["ID", "NAME", "TYPE", "LOCATION", "SKU", "PROPERTIES"])
    for each in objects:
        cells = [each.get(key, "") for key in ("id", "name", "type", "location", "sku", "properties")]
        writer.writerow([json.dumps(cell) if isinstance(cell, dict) else cell for cell in cells])
    return stream.getvalue()


def typed(objects: list[Any]) -> list[Any]:
    """Return objects that say their type, which zone groups of az do not."""
    group = {"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"}
    return [group | each if "privateDnsZoneConfigs" in each else each for each in objects]


def columns(objects: list[Any]) -> dict[str, Any]:
    """Return an answer of Resource Graph in its format `table`."""
    names = ["id", "name", "type", "location", "sku", "properties"]
    rows = [[each.get(name) for name in names] for each in objects]
    return {"count": len(rows), "data": {"columns": [{"name": n, "type": "string"} for n in names], "rows": rows}}


SPELLINGS: dict[str, Callable[[], Any]] = {
    "a list of az": everything,
    "one object a line": lambda: "\n".join(map(json.dumps, everything())),
    "values after each other": lambda: "\n".join(json.dumps(each, indent=2) for each in everything()),
    "properties nested": lambda: nested(everything()),
    "a list of Resource Manager": lambda: {"value": nested(everything()), "nextLink": None},
    "Resource Graph": lambda: {"count": 9, "total_records": 9, "skip_token": None, "data": nested(typed(everything()))},
    "Resource Graph as a table": lambda: columns(nested(typed(everything()))),
    "Resource Graph Explorer": lambda: explorer(nested(typed(everything()))),
    "YAML": lambda: yaml.safe_dump(everything(), sort_keys=False),
    "YAML of one object": lambda: yaml.safe_dump(everything()[0]),
    "capital letters": lambda: json.dumps(everything()).replace("resourceGroups", "RESOURCEGROUPS").replace("Microsoft.", "microsoft."),
    "null for what is absent": lambda: [each | {"zz": None, "properties": None, "tags": None} for each in everything()],
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_one_estate_has_many_spellings(spelling: str) -> None:
    """They all mean the same."""
    result = of(SPELLINGS[spelling]())
    loaded = topology(result)
    assert loaded.registries["contoso"].location == "eastus"
    if spelling != "YAML of one object":
        assert answers(loaded, "vnet-hub") == ADDRESSES
        assert loaded.private_dns_zones["privatelink.azurecr.io"].records == ()
        (note,) = said(result)
        assert "dns_servers.10.0.1.4: TODO: an address of vnet-hub" in note  # its resolver is not among the objects


@pytest.mark.parametrize(
    "octets",
    [
        REGISTRY.encode("utf-16"),
        REGISTRY.encode("utf-16-le"),
        REGISTRY.encode("utf-16-be"),
        b"\xff\xfe" + REGISTRY.encode("utf-16-le"),
        b"\xef\xbb\xbf" + REGISTRY.encode(),
        REGISTRY.replace("\n", "\r\n").encode(),
        ("WARNING: This command is in preview.\nCommand group 'acr' is in preview.\n" + REGISTRY).encode(),
        ("$ az acr show -n contoso\n" + REGISTRY + "\n$ \n").encode(),
        ("PS C:\\> az acr show\r\n" + REGISTRY.replace("\n", "\r\n") + "\r\nPS C:\\> ").encode("utf-16"),
        ("\x1b[33mWARNING: old\x1b[0m\n" + REGISTRY.replace('"name"', '\x1b[34;1m"name"\x1b[0m')).encode(),
        (" - Running ..\n[INFO] done\n" + REGISTRY).encode(),
        (REGISTRY + "\nWARNING: something\n" + REGISTRY).encode(),
    ],
    ids=range(12),
)
def test_octets_become_the_same_registry(octets: bytes) -> None:
    """UTF-16 of PowerShell, byte order marks, line ends, warnings, prompts, colours, progress."""
    result = of(octets)
    assert topology(result).registries["contoso"].location == "eastus"
    assert all("is not in the input" in note or "no replica there" in note for note in said(result))


def test_skipped_lines_are_counted() -> None:
    """Nothing goes without a trace."""
    assert "2 lines that are no data" in of("WARNING: one\nWARNING: two\n" + REGISTRY).notes.counts()


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (REGISTRY[:-200], "0.json:", "the JSON ends before its end"),
        (REGISTRY.replace('"adminUserEnabled": false,', '"adminUserEnabled": false,,'), "0.json:2:", "this is no JSON"),
        ('{"a": 1,\n}\n' + REGISTRY, "0.json:", "a comma before a closing bracket"),
        ('{\n  // a comment\n  "a": 1\n}\n' + REGISTRY, "0.json:2:3", "a comment"),
        ('{\n  "a": ...\n}\n' + REGISTRY, "0.json:2:", "something left out"),
        ("{'a': 1}\n" + REGISTRY, "0.json:1:2", "single quotes"),
        ('{"a": ' * 100000 + "\n" + REGISTRY, "0.json:", "nested too deeply"),
        ('{"a": ' + "9" * 30 + "}\n" + REGISTRY, "0.json", "no object of Azure"),
    ],
    ids=["cut", "two commas", "trailing comma", "comment", "left out", "quotes", "deep", "long number"],
)  # fmt: skip
def test_broken_json_is_reported_with_its_place(text: str, place: str, words: str) -> None:
    """The other file is read all the same, and so is what stands behind in the same one."""
    result = of(text, fixture("az_network_vnet_list"))
    assert any(note.startswith(place) and words in note for note in said(result))
    assert "vnet-hub" in topology(result).networks
    if text.endswith(REGISTRY):
        assert "contoso" in topology(result).registries


REFUSED = {
    "table": (
        "Name     Location\n-------  --------\ncontoso  eastus\n",
        "this is -o table output; ask again with -o json",
    ),
    "tsv": ("contoso\teastus\trg\nother\twestus\trg\n", "this is -o tsv output"),
    "login": ("ERROR: Please run 'az login' to setup account.\n", "az was not logged in"),
    "error": ("ERROR: (ResourceNotFound) no such thing\n", "az printed an error"),
    "html": ("<!DOCTYPE html><html></html>", "this is HTML"),
    "debug": ("cli.knack.cli: Command arguments: ['acr', 'list']\n", "az --debug"),
    "hcl": ('resource "azurerm_virtual_network" "hub" {\n  name = "hub"\n}\n', "this is Terraform's source"),
    "bicep": ("param location string = 'eastus'\n", "this is Bicep's source"),
    "empty": ("", "the file is empty"),
    "other": ("hello world\n", "this is a text that begins with 'hello world'"),
    "secret": ("PASSWORD=hunter2\n", "this is a text that begins with 'PASSWORD'"),
    "key": ("c2VjcmV0LXZhbHVlLXdpdGhvdXQtYW55LXNwYWNl\n", "this is a text, and nothing that can be imported"),
    "topology": ("version: 1\nregistries:\n  contoso: {location: eastus}\n", "this is a topology already"),
    "formatted": ("id,name,type\nx,contoso,Container registry\n", "switch off Formatted results"),
    "no list": ("[]", "an empty list; if these were links, there are none"),
    "error of Azure": ('{"error": {"code": "AuthorizationFailed", "message": "no"}}', "AuthorizationFailed: no"),
    "pulumi": ('{"version": 3, "deployment": {}}', "an object with deployment, version is no object of Azure"),
    "number": ("[1, 2]", "a value is no object of Azure"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_text_that_is_no_input_says_what_it_is(kind: str) -> None:
    """No topology comes of it, and no value of it is shown."""
    text, words = REFUSED[kind]
    result = of(text)
    assert result.text == ""
    assert any(words in note for note in said(result))
    assert "hunter2" not in "".join(said(result))


def test_bad_octets_say_where() -> None:
    """The offset of the first one."""
    (note,) = said(of(b'{"a": "\xe4"}'))
    assert note == "0.json:1:8: this is no UTF-8: octet 0xe4 at offset 7; save the output as UTF-8"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"value": [fixture("az_acr_show")], "nextLink": "https://x"}, "another page (nextLink)"),
        ({"data": [fixture("az_acr_show")], "count": 1, "total_records": 7}, "one page, with 1 of 7 rows"),
        ({"data": [fixture("az_acr_show")], "count": 1, "skip_token": "abc"}, "one page, with 1 rows"),
    ],
)
def test_a_missing_page_is_reported(value: Any, words: str) -> None:
    """The link is not followed."""
    assert any(words in note for note in said(of(value)))


def test_powershell_stops_at_its_depth() -> None:
    """`@{...}` is never taken for a text."""
    endpoint = fixture("az_network_private_endpoint_show") | {"subnet": "@{id=/subscriptions/x}"}
    result = of(endpoint, fixture("az_acr_show"))
    assert any("ConvertTo-Json -Depth 20" in note for note in said(result))
    assert topology(result).private_endpoints == {}


ZONE = """\
; Exported zone file from Azure Private DNS
$ORIGIN privatelink.azurecr.io{dot}
$TTL 10
@ 3600 IN SOA azureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 {minimum}
contoso 10 IN A 10.0.0.7
contoso.eastus.data 10 IN A 10.0.0.4
contoso.westeurope.data 10 IN A 10.0.0.5
other 300 IN TXT "a b" "c"
*.wild 3600 IN CNAME Target.Example.
"""


@pytest.mark.parametrize("dot", ["", "."])
def test_a_zone_file_is_a_listing(dot: str) -> None:
    """It joins the zone of that name that az lists; records of zone groups are left out."""
    files = [each for each in fixtures() if "record_set" not in each.file]
    result = imported([*files, Input("zone.txt", ZONE.format(dot=dot, minimum=60).encode())])
    zone = topology(result).private_dns_zones["privatelink.azurecr.io"]
    assert zone.soa_minimum == 60
    assert sorted(rrset.ttl for rrset in zone.records) == [300, 3600]
    assert list(zone.links) == ["vnet-hub"]
    assert answers(topology(result), "vnet-hub") == ADDRESSES


def test_a_broken_zone_file_says_where() -> None:
    """With the line of the mistake."""
    result = of(ZONE.format(dot=".", minimum=10).replace("A 10.0.0.7", "A 10.0.0.777"))
    assert any(note.startswith("0.json:5") for note in said(result))


def test_a_reference_says_nothing() -> None:
    """`{id, resourceGroup}` adds nothing and contradicts nothing, and so do rows of az resource list."""
    registry = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/contoso"
    row = {"id": registry, "name": "contoso", "type": "Microsoft.ContainerRegistry/registries", "location": "westus",
           "createdTime": "x", "changedTime": "y", "properties": None, "sku": {"name": "Basic"}}  # fmt: skip
    result = of({"id": registry, "resourceGroup": "rg"}, row, fixture("az_acr_show"))
    assert topology(result).registries["contoso"].location == "eastus"
    assert not any("the first is taken" in note for note in said(result))
