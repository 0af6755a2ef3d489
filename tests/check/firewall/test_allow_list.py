"""Allow-lists of a firewall: what is read, and what passes."""

from __future__ import annotations

import json

import pytest

from acrdns.check.firewall.allow_list import read
from acrdns.errors import InputError

LIST = """# registries
contoso.azurecr.io
contoso.eastus.data.azurecr.io:443   # layers
*.blob.core.windows.net:443
mirror.example:8443
"""


@pytest.mark.parametrize(
    ("host", "port", "passes"),
    [
        ("contoso.azurecr.io", 443, True),
        ("contoso.azurecr.io", 8080, True),
        ("CONTOSO.azurecr.io", 443, True),
        ("fabrikam.azurecr.io", 443, False),
        ("azurecr.io", 443, False),
        ("contoso.eastus.data.azurecr.io", 443, True),
        ("contoso.eastus.data.azurecr.io", 80, False),
        ("account.blob.core.windows.net", 443, True),
        ("a.b.blob.core.windows.net", 443, True),
        ("blob.core.windows.net", 443, False),
        ("xblob.core.windows.net", 443, False),
        ("mirror.example", 443, False),
    ],
)
def test_only_what_an_entry_names_passes(host: str, port: int, *, passes: bool) -> None:
    """A wildcard is for one or more labels, a port for itself, letter case is nothing."""
    assert read(LIST, "list").allows(host, port) == passes


def test_the_document_of_the_firewall_command_is_read() -> None:
    """Its rules are entries."""
    rules = [
        {"host": "contoso.azurecr.io", "port": 443, "wildcard": False, "scope": "registry"},
        {"host": "*.blob.core.windows.net", "port": 443, "wildcard": True, "scope": "registry"},
    ]
    allowed = read(json.dumps({"version": 1, "from": "hub", "rules": rules}), "list")
    assert allowed.allows("contoso.azurecr.io", 443)
    assert allowed.allows("account.blob.core.windows.net", 443)
    assert not allowed.allows("contoso.azurecr.io", 80)


def test_all_problems_are_named() -> None:
    """Each line that is no host is named with its place."""
    with pytest.raises(InputError) as caught:
        read("https://contoso.azurecr.io/\ncontoso.azurecr.io\n*azurecr.io\ncontoso.azurecr.io:99999\n", "list")
    assert [str(problem.place) for problem in caught.value.problems] == ["list:1", "list:3", "list:4"]


@pytest.mark.parametrize("text", ['{"rules": 1}', '{"rules": [{"host": "a"}]}', '{"rules": [', "{}"])
def test_other_json_is_refused(text: str) -> None:
    """A document that is something else is an error."""
    with pytest.raises(InputError, match="list:1"):
        read(text, "list")
