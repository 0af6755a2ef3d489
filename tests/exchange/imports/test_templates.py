"""Templates of Azure Resource Manager: exported, written by hand, compiled from Bicep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from acrdns.exchange.imports.templates.deployment import Deployment
from acrdns.exchange.imports.templates.expressions import UnresolvedError
from tests.exchange.imports.importing import ADDRESSES, answers, of, said, topology

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
PARAMETERS = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#"
GIVEN = {"prefix": "con", "regions": ["eastus", "westeurope"], "place": {"name": "West US 3"}}
VARIABLES = {"name": "[concat(parameters('prefix'), 'toso')]", "list": ["a", "b"], "itself": "[variables('itself')]"}


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("[variables('name')]", "contoso"),
        ("[format('{0}-{1}', parameters('prefix'), 7)]", "con-7"),
        ("[toLower('ABC')]", "abc"),
        ("[parameters('regions')[1]]", "westeurope"),
        ("[parameters('place').name]", "West US 3"),
        ("[parameters('place')['name']]", "West US 3"),
        ("[if(equals(length(variables('list')), 2), 'two', parameters('nobody'))]", "two"),
        ("[resourceGroup().name]", "rg"),
        ("[subscription().id]", "/subscriptions/s"),
        ("[last(split('a/b/c', '/'))]", "c"),
        ("[resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 'pe')]",
         "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/pe"),
        ("[resourceId('other', 'Microsoft.Network/virtualNetworks', 'v')]",
         "/subscriptions/s/resourceGroups/other/providers/Microsoft.Network/virtualNetworks/v"),
        ("[[escaped]", "[escaped]"),
        ("it''s plain", "it''s plain"),
        ("[concat('it''s', '')]", "it's"),
        ("[substring('abcdef', 1, 2)]", "bc"),
        ("[union(createArray('a'), createArray('a', 'b'))]", ["a", "b"]),
    ],
)  # fmt: skip
def test_an_expression_has_a_value(expression: str, value: Any) -> None:
    """The functions that names and identifiers are made with."""
    assert Deployment({"variables": VARIABLES}, GIVEN, "rg", "s").value(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "[parameters('nobody')]",
        "[variables('nobody')]",
        "[variables('itself')]",
        "[uniqueString('x')]",
        "[concat('a']",
        "[concat('a' 'b')]",
        "[]",
        "[reference('x').y]",
        "[copyIndex()]",
        "[range(0, 100000000)]",
        "[first(1)]",
        "[parameters('regions')[7]]",
        "[" + "concat(" * 1000 + ")" * 1000 + "]",
    ],
)
def test_an_expression_without_a_value_says_so(expression: str) -> None:
    """It never guesses, and never goes on for ever."""
    with pytest.raises(UnresolvedError):
        Deployment({"variables": VARIABLES}, GIVEN).value(expression)


def test_a_secret_parameter_has_no_value() -> None:
    """Also where the template or a file gives it one."""
    template = {"parameters": {"password": {"type": "secureString", "defaultValue": "hunter2"}}}
    with pytest.raises(UnresolvedError):
        Deployment(template, {"password": "hunter3"}).value("[parameters('password')]")


def estate(prefix: str = "") -> list[dict[str, Any]]:
    """Return the resources of a small estate, as a template has them."""
    members = {"registry": "10.0.0.7", "registry_data_eastus": "10.0.0.4", "registry_data_westeurope": "10.0.0.5"}
    return [
        {"type": "Microsoft.ContainerRegistry/registries", "name": "[parameters('registry')]", "location": "East US",
         "sku": {"name": "Premium"}, "properties": {"publicNetworkAccess": "Disabled"},
         "resources": [{"type": "replications", "name": "westeurope", "location": "westeurope", "properties": {}}]},
        {"type": "Microsoft.Network/virtualNetworks", "name": "[variables('vnet')]", "location": "eastus",
         "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}},
        {"type": "Microsoft.Network/privateEndpoints", "name": "pe", "location": "eastus", "properties": {
            "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', variables('vnet'), 'pe')]"},
            "ipConfigurations": [{"name": member, "properties": {"groupId": "registry", "memberName": member,
                                                                   "privateIPAddress": address}}
                                 for member, address in members.items()],
            "privateLinkServiceConnections": [{"name": "c", "properties": {
                "groupIds": ["registry"],
                "privateLinkServiceId": "[resourceId('Microsoft.ContainerRegistry/registries', parameters('registry'))]"}}]}},
        {"type": "Microsoft.Network/privateDnsZones", "name": "privatelink.azurecr.io", "location": "global"},
        {"type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks",
         "name": "[concat('privatelink.azurecr.io', '/', 'link')]", "location": "global",
         "properties": {"virtualNetwork": {"id": "[resourceId('Microsoft.Network/virtualNetworks', variables('vnet'))]"}}},
        {"type": "Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "name": "pe/default", "properties": {
            "privateDnsZoneConfigs": [{"name": "acr", "properties": {
                "privateDnsZoneId": "[resourceId('Microsoft.Network/privateDnsZones', 'privatelink.azurecr.io')]"}}]}},
    ]  # fmt: skip


def template(resources: Any, **parts: Any) -> dict[str, Any]:
    """Return a template."""
    return {
        "$schema": SCHEMA,
        "parameters": {"registry": {"type": "string"}, "password": {"type": "secureString", "defaultValue": "hunter2"}},
        "variables": {"vnet": "hub"},
        "resources": resources,
        **parts,
    }


FILE = {"$schema": PARAMETERS, "parameters": {"registry": {"value": "contoso"}, "password": {"value": "hunter3"}}}


@pytest.mark.parametrize(
    "resources",
    [
        estate(),
        {f"symbol{at}": each for at, each in enumerate(estate())},
        [{"type": "Microsoft.Resources/deployments", "name": "inner",
          "properties": {"expressionEvaluationOptions": {"scope": "inner"},
                         "parameters": {"registry": {"value": "[parameters('registry')]"}},
                         "template": template(estate())}}],
        [{"type": "Microsoft.Resources/deployments", "name": "outer", "properties": {"template": template(estate())}}],
    ],
    ids=["list", "symbols", "nested", "nested in the outer scope"],
)  # fmt: skip
@pytest.mark.parametrize("order", [1, -1], ids=["parameters last", "parameters first"])
def test_a_template_is_what_it_deploys(resources: Any, order: int) -> None:
    """Children in their parents, names of parents and children, parameters of a file in the same input."""
    result = of(*(template(resources), FILE)[::order])
    assert answers(topology(result), "hub") == ADDRESSES
    assert "hunter" not in result.text + "".join(said(result))


def test_the_name_that_nobody_gave_is_reported() -> None:
    """Its object is left out, and the others are written."""
    result = of(template(estate()))
    assert any("its name needs the parameter registry, which nobody gave" in note for note in said(result))
    assert "hub" in topology(result).networks


def test_a_loop_is_counted_out() -> None:
    """One resource for each item of a list."""
    zone = {
        "type": "Microsoft.Network/privateDnsZones/A",
        "name": "[format('privatelink.azurecr.io/{0}', parameters('names')[copyIndex()])]",
        "copy": {"name": "each", "count": "[length(parameters('names'))]"},
        "properties": {"ttl": 60, "aRecords": [{"ipv4Address": "[format('10.0.0.{0}', copyIndex(1))]"}]},
    }
    parameters = {"names": {"type": "array", "defaultValue": ["one", "two"]}}
    records = topology(of({"$schema": SCHEMA, "parameters": parameters, "resources": [zone]}))
    texts = {rrset.texts() for rrset in records.private_dns_zones["privatelink.azurecr.io"].records}
    assert texts == {("10.0.0.1",), ("10.0.0.2",)}


def test_the_output_of_a_module_leads_to_its_resource() -> None:
    """Bicep's modules are nested deployments, and hand identifiers on as outputs."""
    inner = {
        "$schema": SCHEMA,
        "resources": [{"type": "Microsoft.Network/virtualNetworks", "name": "spoke", "properties": {
            "addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}}],
        "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.Network/virtualNetworks', 'spoke')]"}},
    }  # fmt: skip
    module = {"type": "Microsoft.Resources/deployments", "name": "net", "properties": {
        "expressionEvaluationOptions": {"scope": "inner"}, "template": inner}}  # fmt: skip
    reference = "[reference(resourceId('Microsoft.Resources/deployments', 'net'), '2022-09-01').outputs.id.value]"
    link = {"type": "Microsoft.Network/privateDnsZones/virtualNetworkLinks", "name": "privatelink.azurecr.io/l",
            "properties": {"virtualNetwork": {"id": reference}}}  # fmt: skip
    loaded = topology(of({"$schema": SCHEMA, "resources": [module, link]}))
    assert list(loaded.private_dns_zones["privatelink.azurecr.io"].links) == ["spoke"]
    assert [str(block) for block in loaded.networks["spoke"].address_space] == ["10.9.0.0/16"]


def test_an_exported_zone_is_a_listing() -> None:
    """It has the SOA, so that the record that is missing is missing in Azure."""
    zone = "Microsoft.Network/privateDnsZones"
    resources = [
        *estate(),
        {"type": f"{zone}/SOA", "name": "privatelink.azurecr.io/@", "properties": {"soaRecord": {"minimumTtl": 10}}},
        *(
            {"type": f"{zone}/A", "name": f"privatelink.azurecr.io/{owner}",
             "properties": {"ttl": 10, "aRecords": [{"ipv4Address": address}]}}
            for owner, address in (("contoso", "10.0.0.7"), ("contoso.eastus.data", "10.0.0.4"))
        ),
    ]  # fmt: skip
    result = of(json.dumps(template(resources)), FILE)
    assert answers(topology(result), "hub") == ADDRESSES | {"contoso.westeurope.data.azurecr.io": ""}
    assert any(
        "contoso.westeurope.data in privatelink.azurecr.io, and they are deleted" in note for note in said(result)
    )
