"""Files as real tools write them, whole: the answers, the list of what is missing, and no secret.

They were written from the schemas of the tools, without a look at the importer: az 2.6x and 2.7x with all fields of
current API versions, the portal's export, `bicep build`, Terraform 1.9, PowerShell 5.1, Pulumi.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.reading import Input
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from tests.exchange.imports.importing import said, topology

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.exchange.imports.importing import Imported
    from acrdns.topology.model import Topology

FOLDER = Path(__file__).parent / "real"
OF_AZ = ("private-endpoints.json", "interface.json", "record-sets.json", "replications.json", "registries.json",
         "graph.json", "links.txt", "cut.json", "pulumi.json")  # fmt: skip
SECRETS = ("hunter2", "SECRET", "jane", "3d2f7c11-9f0a-4a6c-8f38-0d6b8fb0aaaa", "4711", "tenant")
ACME, WEST, NORTH = (f"acmeprod{region}.azurecr.io" for region in ("", ".westeurope.data", ".northeurope.data"))


def read(*files: str, change: Callable[[bytes], bytes] = bytes) -> Imported:
    """Import files together."""
    return imported(Input(file, change((FOLDER / file).read_bytes())) for file in files)


def addresses(loaded: Topology, vantage: str) -> dict[str, list[str]]:
    """Return the private addresses that a vantage point has."""
    found = {}
    for fqdn in (ACME, WEST, NORTH):
        answer = World(loaded).resolve(vantage, Question(name(fqdn), Type.A)).response.answer
        found[fqdn] = [text for rrset in answer if rrset.type == Type.A for text in rrset.texts() if text[:3] == "10."]
    return found


NOTES = {
    "az": [
        "cut.json:26:15: the JSON ends before its end; the file was cut off",
        "graph.json:1: this is one page, with 2 of 9 rows; ask for the others with --skip-token",
        "pulumi.json:1: a stack of Pulumi, which is not read",
        "private_endpoints.pe-acr-prod: its zone group for privatelink.azurecr.io is inferred from the creator",
        "private_dns_zones.privatelink.azurecr.io.records.oldreg: it was created by the private endpoint pe-acr-old, which is not",
        "dns_servers.10.20.9.4: TODO: an address of vnet-prod; that it forwards to Azure-provided DNS is assumed",
    ],
    "bicep.json": [
        *(f"{each}: a field needs location of resourcegroup(), which nobody gave; add a parameters file" for each in (
            "virtualNetworks vnet-hub", "virtualNetworks vnet-spoke", "registries acmeprod", "privateEndpoints pe-acmeprod")),
        "storageAccounts [format('st{0}', parameters('suffix'))]: its name needs the function uniquestring",
        "private_endpoints.pe-acmeprod: TODO: the addresses are not in the input",
        "registries.acmeprod: TODO: the home region is not said; eastus is assumed",
        "registries.acmeprod: the login server is not said",
    ],
    "export.json": [
        "registries.acmeprod: the login server is not said",
        "networks.vnet-prod: TODO: not in the input; address space and DNS servers unknown",
        "private_dns_zones.privatelink.azurecr.io: TODO: links unknown, so every network looks unlinked",
    ],
    "terraform.tfstate": [
        'module.spokes.azurerm_virtual_network_peering.to_hub["data"]: networks.vnet-data: the peering to-hub is Connected here, and not at vnet-hub',
        "azapi_resource.rule: dns_forwarding_rulesets.rs: its outbound endpoint is not in the input",
    ],
}  # fmt: skip
SEEN: dict[str, dict[str, dict[str, list[str]]]] = {
    "az": {"vnet-prod": {ACME: ["10.20.1.6"], WEST: ["10.20.1.4"], NORTH: ["10.20.1.5"]}},
    "bicep.json": {"vnet-spoke": {ACME: [], WEST: [], NORTH: []}},
    "export.json": {"vnet-prod": {ACME: [], WEST: [], NORTH: []}},
    "terraform.tfstate": {
        "vnet-app": {ACME: ["10.0.1.6"], WEST: ["10.0.1.4"], NORTH: ["10.0.1.5"]},
        "vnet-data": {ACME: [], WEST: [], NORTH: []},
    },
}


@pytest.mark.parametrize("key", NOTES)
def test_real_files_give_answers_and_say_what_is_missing(key: str) -> None:
    """Each note is expected, and none is lacking; what is secret is nowhere."""
    result = read(*(OF_AZ if key == "az" else (key,)))
    notes = said(result)
    assert [part for part in NOTES[key] if not any(part in note for note in notes)] == []
    assert len(notes) == len(NOTES[key]), notes
    loaded = topology(result)
    assert {vantage: addresses(loaded, vantage) for vantage in SEEN[key]} == SEEN[key]
    assert not [secret for secret in SECRETS if secret in result.text + "\n".join(notes)]


def test_a_zone_of_bicep_has_its_name_and_its_links() -> None:
    """`environment()` says the suffix; a parameter of a module is a loop over networks, and its output is an identifier."""
    loaded = topology(read("bicep.json"))
    assert list(loaded.private_dns_zones["privatelink.azurecr.io"].links) == ["vnet-hub", "vnet-spoke"]
    assert loaded.private_endpoints["pe-acmeprod"].dns_zone_group == ("privatelink.azurecr.io",)
    assert loaded.registries["acmeprod"].regions == ("eastus", "northeurope")


@pytest.mark.parametrize("case", [str.upper, str.lower], ids=["upper", "lower"])
def test_identifiers_are_the_same_in_any_case(case: Callable[[str], str]) -> None:
    """As Resource Graph, the portal and az write them, each in its own way."""

    def changed(octets: bytes) -> bytes:
        text = octets.decode("utf-16" if octets[:2] == b"\xff\xfe" else "utf-8")
        return re.sub(r'"/subscriptions/[^"]*"', lambda found: case(found[0]), text).encode()

    result = read(*OF_AZ, change=changed)
    assert len(said(result)) == len(NOTES["az"])
    (network,) = topology(result).networks
    assert addresses(topology(result), network) == SEEN["az"]["vnet-prod"]


def template(*resources: Any, **more: Any) -> Input:
    """Return a template."""
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    return Input("t.json", json.dumps({"$schema": schema, "resources": resources} | more).encode())


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[cidrSubnet('10.0.0.0/16', 24, 3)]", "10.0.3.0/24"),
        ("[first(map(createArray('10.0', '10.1'), lambda('x', format('{0}.0.0/16', lambdaVariables('x')))))]", "10.0.0.0/16"),
        ("[format('{0}.0.0/16', first(filter(createArray('10.0', '10.1'), lambda('x', not(equals(lambdaVariables('x'), '10.0'))))))]", "10.1.0.0/16"),
        ("[first(flatten(createArray(createArray('10.2.0.0/16'), createArray())))]", "10.2.0.0/16"),
        ("[tryGet(createObject('a', createArray('10.3.0.0/16')), 'a', 0)]", "10.3.0.0/16"),
        ("[shallowMerge(createArray(createObject('a', 'x'), createObject('a', '10.4.0.0/16'))).a]", "10.4.0.0/16"),
        ("[format('10.{0}.0.0/16', indexOf('abcdef', 'F'))]", "10.5.0.0/16"),
        ("[first(intersection(createArray('x', '10.6.0.0/16'), createArray('10.6.0.0/16')))]", "10.6.0.0/16"),
        ("[format('10.{0}.0.0/16', length(objectKeys(createObject('a', 1, 'b', 2))))]", "10.2.0.0/16"),
        ("[cidrSubnet('10.0.0.0/16', 24, 256)]", None),
        ("[map('abc', lambda('x', 1))]", None),
        ("[lambdaVariables('x')]", None),
    ],
)  # fmt: skip
def test_functions_that_bicep_writes(expression: str, value: str | None) -> None:
    """Loops and modules are compiled to them; one that does not fit is said."""
    network = {"type": "Microsoft.Network/virtualNetworks", "name": "v", "properties": {"addressSpace": {"addressPrefixes": [expression]}}}  # fmt: skip
    result = imported([template(network)])
    assert [str(space) for space in topology(result).networks["v"].address_space] == ([value] if value else [])
    assert any("a field needs" in note for note in said(result)) is (value is None)


@pytest.mark.parametrize(
    ("location", "zone"),
    [("usgovvirginia", "privatelink.azurecr.us"), ("chinaeast2", "privatelink.azurecr.cn"), ("westus", "privatelink.azurecr.io")],
)  # fmt: skip
def test_the_cloud_is_that_of_the_location(location: str, zone: str) -> None:
    """A template does not say for which cloud it is."""
    written = {"type": "Microsoft.Network/privateDnsZones", "name": "[concat('privatelink', environment().suffixes.acrLoginServer)]"}  # fmt: skip
    result = imported([template(written, parameters={"location": {"type": "string", "defaultValue": location}})])
    assert list(topology(result).private_dns_zones) == [zone]


def test_a_loop_of_a_module_that_has_no_end_is_reported() -> None:
    """What its parameter would be is not known: what needs it is left out, and said."""
    value = json.loads((FOLDER / "bicep.json").read_text(encoding="utf-8"))
    module = value["resources"]["zoneModule"]["properties"]
    module["parameters"]["vnets"]["copy"][0]["count"] = "[parameters('adminPassword')]"
    result = imported([Input("t.json", json.dumps(value).encode())])
    assert topology(result).private_dns_zones["privatelink.azurecr.io"].links == {}
    assert any("virtualNetworkLinks" in note and "vnets" in note for note in said(result))
