"""Lists of other people, held against a registry behind a private endpoint and one without dedicated data endpoints."""

from __future__ import annotations

import json

import pytest

from acrdns.check.firewall.allow_list import read
from acrdns.check.firewall.compare import compare
from acrdns.check.firewall.rules import firewall
from acrdns.errors import InputError
from acrdns.report.firewall import azure_firewall as as_azure
from acrdns.report.firewall import squid as as_squid
from acrdns.resolve.world import World
from acrdns.topology.load import load

GEO = World(load("private-link-geo"))
PUBLIC = World(load("public"))
ALL_DATA = """contoso.eastus.data.azurecr.io
contoso.westus.data.azurecr.io
contoso.westeurope.data.azurecr.io
"""
AT_LOGIN = ("login", "token", "manifest", "layer-pull", "layer-push", "referrers")


def judged(world: World, vantage: str, text: str) -> tuple[list[str], list[tuple[str, str]], tuple[str, ...]]:
    """Return what is missing, what is too much with its severity, and what breaks."""
    found = compare(world, firewall(world.topology, vantage).rules, read(text, "list"))
    missing = [rule.host.name for rule in found.missing]
    return missing, [(each.entry.written, each.severity) for each in found.excess], found.breaks


@pytest.mark.parametrize(
    ("text", "missing", "excess", "breaks"),
    [
        (f"contoso.azurecr.io\n{ALL_DATA}", [], [], ()),
        (f"CONTOSO.azurecr.io.:443\n{ALL_DATA}", [], [], ()),
        ("*.azurecr.io\n", [], [("*.azurecr.io", "warning")], ()),
        # Microsoft's page: "without dedicated data endpoints". With a private endpoint there are some.
        (
            "*.azurecr.io\n*.blob.core.windows.net\n",
            [],
            [("*.blob.core.windows.net", "error"), ("*.azurecr.io", "warning")],
            (),
        ),
        (
            "contoso.azurecr.io:443\n*.blob.core.windows.net:443\nmcr.microsoft.com\n",
            ALL_DATA.split(),
            [("*.blob.core.windows.net:443", "error")],
            ("layer-pull",),
        ),
        (ALL_DATA, ["contoso.azurecr.io"], [], AT_LOGIN),
        (f"contoso.azurecr.io:80\n{ALL_DATA}", ["contoso.azurecr.io"], [("contoso.azurecr.io:80", "info")], AT_LOGIN),
        (f"contoso.azurecr.io\n{ALL_DATA}*.windows.net\n", [], [("*.windows.net", "error")], ()),
        (f"contoso.azurecr.io\n{ALL_DATA}fabrikam.azurecr.io\n", [], [("fabrikam.azurecr.io", "warning")], ()),
        (f"contoso.azurecr.io\n{ALL_DATA}contoso.eastus.geo.azurecr.io", [], [("contoso.eastus.geo.azurecr.io", "warning")], ()),
        (f"contoso.azurecr.io\n{ALL_DATA}contoso.privatelink.azurecr.io", [], [("contoso.privatelink.azurecr.io", "info")], ()),
        (f"contoso.azurecr.io\n{ALL_DATA}eusmanaged7.blob.core.windows.net", [], [("eusmanaged7.blob.core.windows.net", "warning")], ()),
        ("contoso.azurecr.io\n*.data.azurecr.io", [], [("*.data.azurecr.io", "warning")], ()),
        ("contoso.azurecr.io\n*.eastus.data.azurecr.io", ["contoso.westus.data.azurecr.io", "contoso.westeurope.data.azurecr.io"], [("*.eastus.data.azurecr.io", "warning")], ("layer-pull",)),
        (f"contoso.azurecr.io\n{ALL_DATA}github.com\n*.microsoft.com\n", [], [("github.com", "info"), ("*.microsoft.com", "info")], ()),
        (f"contoso.azurecr.io\n{ALL_DATA}azurecr.io\nmanagement.azure.com\nwesteurope.data.mcr.microsoft.com\n", [], [], ()),
        ("10.0.0.7\n10.0.0.8\n10.0.0.9:443\n10.0.0.10\n", [], [], ()),
        ("10.0.0.8/30\n", ["contoso.azurecr.io"], [("10.0.0.8/30", "warning")], AT_LOGIN),
        ("10.0.0.4/30\n10.0.0.8/30\n", [], [("10.0.0.4/30", "warning"), ("10.0.0.8/30", "warning")], ()),
        ("*\n", [], [("*", "error")], ()),
        ("0.0.0.0/0\n", [], [("0.0.0.0/0", "error")], ()),
        ("*:80\n", ["contoso.azurecr.io", *ALL_DATA.split()], [("*:80", "error")], AT_LOGIN),
        (f"contoso.azurecr.io\n{ALL_DATA}20.45.122.144\n", [], [("20.45.122.144", "info")], ()),
        ("", ["contoso.azurecr.io", *ALL_DATA.split()], [], AT_LOGIN),
    ],
)  # fmt: skip
def test_a_list_for_a_hub_with_a_private_endpoint(
    text: str, missing: list[str], excess: list[tuple[str, str]], breaks: tuple[str, ...]
) -> None:
    """The wildcard on blob storage is the most serious; services of Azure may be there and need not."""
    assert judged(GEO, "hub", text) == (missing, excess, breaks)


@pytest.mark.parametrize(
    ("text", "missing", "excess", "breaks"),
    [
        ("contoso.azurecr.io\n*.blob.core.windows.net\n", [], [], ()),
        ("contoso.azurecr.io\n", ["*.blob.core.windows.net"], [], ("layer-pull",)),
        ("contoso.azurecr.io\naccount.blob.core.windows.net\n", ["*.blob.core.windows.net"], [], ("layer-pull",)),
        ("contoso.azurecr.io\n*.windows.net\n", [], [("*.windows.net", "warning")], ()),
        ("contoso.azurecr.io\n*.blob.core.windows.net:80\n", ["*.blob.core.windows.net"], [("*.blob.core.windows.net:80", "info")], ("layer-pull",)),
    ],
)  # fmt: skip
def test_a_list_for_a_registry_without_dedicated_data_endpoints(
    text: str, missing: list[str], excess: list[tuple[str, str]], breaks: tuple[str, ...]
) -> None:
    """Layers come from an account whose name nobody knows before: the wildcard is needed."""
    assert judged(PUBLIC, "internet", text) == (missing, excess, breaks)


SQUID = """
acl SSL_ports port 443
acl plant src 10.0.0.0/8
acl registry dstdomain contoso.azurecr.io .data.azurecr.io  # layers
acl storage dstdomain -n .blob.core.windows.net
acl forgotten dstdomain .corp.example
acl private dst 10.0.0.7
http_access deny CONNECT !SSL_ports
http_access allow plant registry
http_access allow plant storage
http_access allow private
http_access deny all
"""
POLICY = """{"properties": {"ruleCollections": [
  {"action": {"type": "Allow"}, "rules": [
    {"ruleType": "ApplicationRule", "protocols": [{"protocolType": "Https", "port": 443}], "sourceAddresses": ["*"],
     "targetFqdns": ["contoso.azurecr.io", "*.data.azurecr.io", "*microsoft.com"], "fqdnTags": ["AzureKubernetesService"]}]},
  {"action": {"type": "Allow"}, "rules": [
    {"ruleType": "NetworkRule", "ipProtocols": ["TCP"], "destinationAddresses": ["Storage", "10.0.0.8/30"], "destinationPorts": ["440-450"]}]},
  {"action": {"type": "Deny"}, "rules": [
    {"ruleType": "ApplicationRule", "protocols": [{"protocolType": "Https", "port": 443}], "targetFqdns": ["*"]}]}]}}
"""  # fmt: skip
CLASSIC = """[{"applicationRuleCollections": [{"action": {"type": "Allow"}, "rules": [
  {"name": "all", "protocols": [{"protocolType": "Https", "port": 443}], "targetFqdns": ["*"]}]}]}]"""


@pytest.mark.parametrize(
    ("text", "excess", "ignored"),
    [
        (SQUID, [("*.blob.core.windows.net", "error"), ("*.data.azurecr.io", "warning")], ()),
        (POLICY, [("Storage:443", "error"), ("10.0.0.8/30:443", "warning"), ("*.data.azurecr.io:443", "warning"), ("*.microsoft.com:443", "info")], ("FQDN tag AzureKubernetesService",)),
        (CLASSIC, [("*:443", "error")], ()),
    ],
)  # fmt: skip
def test_lists_of_other_programs_are_read(text: str, excess: list[tuple[str, str]], ignored: tuple[str, ...]) -> None:
    """A configuration of Squid, a policy of Azure Firewall as ARM prints it, and its classic rules as `az` prints them."""
    assert judged(GEO, "hub", text) == ([], excess, ())
    assert read(text, "list").ignored == ignored


@pytest.mark.parametrize("text", ["[]", '{"ruleCollections": []}', '[{"a": 1}]', "7", '{"rules": {"targetFqdns": 1}}'])
def test_other_json_is_no_list(text: str) -> None:
    """It is an error, and no empty list."""
    with pytest.raises(InputError):
        read(text, "list")


def test_a_bad_name_in_a_policy_is_an_error() -> None:
    """With the name."""
    with pytest.raises(InputError, match=r"a b\.c"):
        read('{"rules": [{"targetFqdns": ["a b.c"]}]}', "list")


def test_rules_for_other_clients_and_rules_that_deny_count() -> None:
    """A rule for another network lets nobody here pass; what denies before something is allowed breaks it, by name."""
    hub = firewall(GEO.topology, "hub")
    for text in (as_squid.render(hub), as_azure.render(hub)):
        assert compare(GEO, hub.rules, read(text, "list", hub.sources)).clean
        other = text.replace("10.0.0.0/16", "10.99.0.0/16")
        assert compare(GEO, hub.rules, read(other, "list", hub.sources)).breaks == AT_LOGIN
    assert read("http_access deny all\n" + as_squid.render(hub), "list", hub.sources).entries == ()
    lines = "acl x dstdomain .azurecr.io\nhttp_access deny x\n" + as_squid.render(hub)
    denied = compare(GEO, hub.rules, read(lines, "list", hub.sources))
    assert (denied.breaks, set(denied.reasons.values())) == (AT_LOGIN, {"line 1 denies it"})
    document = json.loads(as_azure.render(hub))
    denying = {"name": "d", "priority": 100, "action": {"type": "Deny"}, "rules": [{"targetFqdns": ["*"]}]}
    document["ruleCollections"].append(denying)
    denied = compare(GEO, hub.rules, read(json.dumps(document), "list", hub.sources))
    assert (denied.breaks, set(denied.reasons.values())) == (AT_LOGIN, {"rule d denies it"})
    denying["priority"] = 4000
    assert compare(GEO, hub.rules, read(json.dumps(document), "list", hub.sources)).clean
