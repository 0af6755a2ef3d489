"""What is said of a registry without a topology."""

from __future__ import annotations

import pytest

from acrdns.check.answers.notes import say_what_is_known
from tests.check.situations import blind, evidence

PUBLIC = "> contoso.privatelink.azurecr.io > eus.azcr.io > 20.45.122.144"


@pytest.mark.parametrize(
    ("login", "data", "expected"),
    [
        (
            "> contoso.privatelink.azurecr.io > 10.0.0.7",
            "> contoso.eastus.data.privatelink.azurecr.io > 10.0.0.8",
            [
                "contoso has a private endpoint: its names lead over contoso.privatelink.azurecr.io",
                "2 of 2 endpoints resolve to private addresses, 2 in all; which of them are right only a topology can tell",
            ],
        ),
        (
            PUBLIC,
            "> contoso.eastus.data.privatelink.azurecr.io > 20.45.122.150",
            [
                "contoso has a private endpoint: its names lead over contoso.privatelink.azurecr.io",
                (
                    "all its addresses are public: this resolver sees no private zone for it; that is right only for "
                    "clients without a way to the private endpoint, and --expect private|public or a topology file decides"
                ),
            ],
        ),
        (
            "> eus.azcr.io > 20.45.122.144",
            "NXDOMAIN",
            [
                "contoso has no private endpoint: none of its names leads over a privatelink name",
                "all its addresses are public, as they are without a private endpoint",
            ],
        ),
        (
            "10.0.0.7",
            "10.0.0.7",
            [
                (
                    "whether contoso has a private endpoint cannot be told: the answers have no aliases; "
                    "`dig contoso.azurecr.io` shows them"
                ),
                "2 of 2 endpoints resolve to private addresses, 1 in all; which of them are right only a topology can tell",
            ],
        ),
        (
            "20.45.122.144",
            "20.45.122.150",
            [
                (
                    "whether contoso has a private endpoint cannot be told: the answers have no aliases; "
                    "`dig contoso.azurecr.io` shows them"
                ),
                (
                    "all its addresses are public, as they are without a private endpoint; whether they should be, "
                    "--expect private|public or a topology file decides"
                ),
            ],
        ),
        ("NXDOMAIN", "NXDOMAIN", []),
        ("SERVFAIL", "TIMEOUT", []),
    ],
)
def test_private_endpoint_and_addresses_are_told(login: str, data: str, expected: list[str]) -> None:
    """The test for a private endpoint is the privatelink name in the chain (facts.md section 1.2)."""
    assert (
        list(say_what_is_known(blind({"contoso": login, "contoso.eastus.data": data}, "eastus").classified)) == expected
    )


def test_with_a_topology_there_is_nothing_to_tell() -> None:
    """The verdicts say it all."""
    assert list(say_what_is_known(evidence("hub", {}).classified)) == []
