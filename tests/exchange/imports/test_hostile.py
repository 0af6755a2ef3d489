"""Inputs of strangers: nothing in them becomes YAML, a command of a terminal, or a line of the report; no secret leaks."""

from __future__ import annotations

import json
import string
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.reading import Input
from acrdns.topology.load import loads
from tests.exchange.imports.importing import FIXTURES, fixture, of, said

SECRET = "hunter2-SECRET"
STEMS = sorted(path.stem for path in FIXTURES.glob("*.json"))
NASTY = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        (
            "x\n  evil: {}",
            "x\r\nnetworks:\r\n  evil: {}",
            "x\u2028networks: {evil: {}}",
            "x # comment",
            "# TODO\n",
            "- a",
            "&anchor x",
            "*alias",
            "!!python/object:os.system x",
            "\x1b]0;title\x07\x1b[2J",
            "::error::injected",
            "##vso[task.setvariable]",
            "{{x}}",
            "'",
            '"',
            "\ud800",
            "a" * 5000,
            "../../etc/passwd",
            "yes",
            "null",
            "internet",
            "0x10",
            "\u202e",
        )
    ),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), NASTY),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NASTY, inner, max_size=3)),
    max_leaves=5,
)


def paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value in a JSON value."""
    found = [above]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        found += paths(item, (*above, key))
    return found


@st.composite
def twisted(draw: st.DrawFn) -> Any:
    """Make a file of an estate with other values in some places."""
    value = fixture(draw(st.sampled_from(STEMS)))
    for _ in range(draw(st.integers(1, 4))):
        path = draw(st.sampled_from(paths(value)))
        put = draw(JSON)
        if not path:
            return put
        here = value
        for step in path[:-1]:
            here = here[step]
        here[path[-1]] = put
    return value


def harmless(result: Any) -> None:
    """Check that a result loads, and that its text and its report have visible characters alone."""
    for note in said(result):
        assert note.isprintable()
    if result.text:
        loads(result.text, "OUT")
        assert all(letter.isprintable() or letter == "\n" for letter in result.text)
        data = yaml.safe_load(result.text)
        assert "evil" not in data.get("networks", {})
        assert data.keys() <= {"version", "cloud", "registries", "networks", "private_endpoints", "private_dns_zones",
                               "dns_servers", "private_resolvers", "dns_forwarding_rulesets"}  # fmt: skip


@given(st.lists(twisted(), min_size=1, max_size=3))
def test_any_value_anywhere_does_no_harm(values: list[Any]) -> None:
    """A topology that loads comes of it, or none, and the same both times."""
    result = of(*values, fixture("az_network_vnet_list"))
    harmless(result)
    assert of(*values, fixture("az_network_vnet_list")).text == result.text


@given(st.binary(max_size=200))
def test_any_octets_do_no_harm(octets: bytes) -> None:
    """No error but a note."""
    harmless(imported([Input("x\n\x1b[2J", octets)]))


@given(st.text(alphabet=string.printable, max_size=200))
def test_any_text_does_no_harm(text: str) -> None:
    """Of whatever kind it looks."""
    harmless(of(text))


TEMPLATE = {
    "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    "parameters": {
        "name": {"type": "string", "defaultValue": "contoso"},
        "password": {"type": "secureString", "defaultValue": SECRET},
        "object": {"type": "secureObject", "defaultValue": {"a": SECRET}},
    },
    "variables": {"connection": f"Server=x;Password={SECRET}"},
    "outputs": {"x": {"type": "string", "value": SECRET}},
    "resources": [
        {"type": "Microsoft.ContainerRegistry/registries", "name": "[parameters('name')]", "location": "eastus",
         "tags": {"owner": SECRET}, "properties": {"adminPassword": "[parameters('password')]", "note": "[variables('connection')]"}},
        {"type": "Microsoft.Network/virtualNetworks", "name": "[concat('v', parameters('password'))]"},
    ],
}  # fmt: skip


def planted() -> list[Any]:
    """Return inputs with a secret wherever one may be."""
    shown = fixture("terraform_show")
    shown["values"]["outputs"] = {"password": {"sensitive": True, "value": SECRET}}
    resources = shown["values"]["root_module"]["resources"]
    resources[0]["values"] |= {"admin_password": SECRET, "admin_username": SECRET, "tags": {"x": SECRET}}
    resources[0]["sensitive_values"] = {"admin_password": True}
    resources[1]["values"]["location"] = SECRET
    resources[1]["sensitive_values"] = {"location": True}
    resources.append({"address": "azurerm_key_vault_secret.x", "mode": "managed", "type": "azurerm_key_vault_secret",
                      "name": "x", "values": {"value": SECRET, "name": "x"}, "sensitive_values": {"value": True}})  # fmt: skip
    raw = {
        "version": 4, "lineage": "x", "outputs": {"x": {"value": SECRET}},
        "resources": [{"mode": "managed", "type": "azurerm_container_registry", "name": "acr", "instances": [
            {"attributes": {"name": "contoso", "location": "eastus", "admin_password": SECRET, "login_server": SECRET},
             "sensitive_attributes": [[{"type": "get_attr", "value": "login_server"}]], "private": SECRET}]}],
    }  # fmt: skip
    registry = fixture("az_acr_show") | {"credentials": {"passwords": [{"value": SECRET}]}, "identity": {"tenantId": SECRET},
                                         "tags": {SECRET: SECRET}, "systemData": {"createdBy": SECRET}}  # fmt: skip
    connected = fixture("az_acr_connected_registry_show") | {
        "clientTokenIds": [SECRET],
        "activation": {"status": SECRET},
    }
    return [shown, raw, registry, connected, TEMPLATE, f'{{"password": "{SECRET}", }}', f"password: {SECRET}\n",
            f"export PASSWORD={SECRET}\n", f"{SECRET}\n", json.dumps([SECRET]), json.dumps({"token": SECRET})]  # fmt: skip


@pytest.mark.parametrize("at", range(len(planted())))
def test_no_secret_is_written(at: int) -> None:
    """Neither in the topology nor in the report, of any kind of input."""
    result = of(planted()[at], fixture("az_network_vnet_list"))
    assert result.text
    assert SECRET not in result.text
    assert SECRET not in "\n".join([*said(result), result.notes.counts()])


@given(st.sampled_from(STEMS), st.data())
def test_a_secret_in_a_field_that_nobody_reads_stays_there(stem: str, data: st.DataObject) -> None:
    """Whatever the field is called, and at whatever depth."""
    value = fixture(stem)
    objects = [path for path in paths(value) if isinstance(_at(value, path), dict)]
    _at(value, data.draw(st.sampled_from(objects)))["zz" + data.draw(st.text(max_size=5))] = SECRET
    result = of(value)
    assert SECRET not in result.text + "\n".join([*said(result), result.notes.counts()])


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
