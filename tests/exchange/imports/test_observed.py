"""Answers that were seen: names say regions and private link, addresses stay in comments."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.exchange.imports.importing import fixture, of, said, topology

DIG = """\
; <<>> DiG 9.18 <<>> contoso.westeurope.data.azurecr.io
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0

;; QUESTION SECTION:
;contoso.westeurope.data.azurecr.io. IN A

;; ANSWER SECTION:
contoso.westeurope.data.azurecr.io. 3600 IN CNAME contoso.westeurope.data.privatelink.azurecr.io.
contoso.westeurope.data.privatelink.azurecr.io. 10 IN A 10.0.0.8

;; SERVER: 10.0.0.4#53(10.0.0.4) (UDP)
"""
SEEN = {
    "fqdn": "contoso.westeurope.data.azurecr.io",
    "chain": ["contoso.westeurope.data.azurecr.io", "contoso.westeurope.data.privatelink.azurecr.io"],
    "addresses": ["10.0.0.8"],
    "outcome": "NOERROR",
    "type": "A",
}
SAVED = "\n".join(map(json.dumps, ({"kind": "run", "version": 1}, {"kind": "observation", **SEEN}, {"kind": "new"})))


@pytest.mark.parametrize("value", [DIG, SAVED, {"version": 1, "observations": [SEEN], "ignored": []}])
def test_a_registry_is_known_by_answers_alone(value: Any) -> None:
    """Its region and its private link; where the endpoint is, nobody knows."""
    result = of(value)
    registry = topology(result).registries["contoso"]
    assert (registry.location, registry.private_link) == ("westeurope", "elsewhere")
    assert topology(result).private_endpoints == {}
    assert any(
        "registry_data_westeurope was seen as 10.0.0.8; no address is configured by that" in n for n in said(result)
    )
    assert "# TODO: known from answers alone" in result.text


def test_a_registry_that_az_knows_stays_as_it_is() -> None:
    """Beside a comment."""
    result = of(fixture("az_acr_show"), DIG)
    assert topology(result).registries["contoso"].location == "eastus"
    assert any("was seen as 10.0.0.8" in note for note in said(result))
