"""The look that shows whether a fault is there is at the object that has it."""

from __future__ import annotations

import pytest

from acrdns.check.diagnosis.look import look
from acrdns.check.faults.fault import Candidate
from acrdns.topology.load import loads

TOPOLOGY = loads(
    "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks: {hub: {address_space: [10.0.0.0/16]}}\n"
    "dns_servers: {10.0.0.53: {network: hub}}\n",
    "it.yaml",
)
ZONE, SERVER = ("private_dns_zones", "azurecr.io"), ("dns_servers", "10.0.0.53")


@pytest.mark.parametrize(
    ("subject", "path", "step", "of"),
    [
        ("hub", ZONE, "az network private-dns zone list --query '[].name'", "azurecr.io"),
        ("10.0.0.53", SERVER, "on 10.0.0.53: list the zones that it holds itself", "azurecr.io"),
    ],
)
def test_zones_are_listed_where_they_are(subject: str, path: tuple[str, str], step: str, of: str) -> None:
    """No az command lists the zones that a DNS server holds itself."""
    found = look("zone-of-public-name", Candidate(subject, "", (), (), path), TOPOLOGY)
    assert found is not None
    assert (found.step, found.of) == (step, of)


@pytest.mark.parametrize(
    ("below", "sign"),
    [("forwarders", "a public resolver"), ("conditional_forwarders", "a forwarder for some of its names alone")],
)
def test_a_list_of_forwarders_shows_who_is_asked_or_for_what(below: str, sign: str) -> None:
    """A public resolver stands there in place of the right servers, and a narrower domain in place of the suffix."""
    found = look("bypassed-azure-dns", Candidate("10.0.0.53", "", (), (), (*SERVER, below)), TOPOLOGY)
    assert found is not None
    assert (found.step, found.shows) == ("on 10.0.0.53: list where it forwards azurecr.io", sign)
