"""The first answer of a login server: who is asked, and that a token is needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.lab.lab import make

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.lab.lab import Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab for all tests here, which change nothing."""
    made = make(tmp_path_factory.mktemp("lab") / "store")
    yield made
    made.state.close()


def ask(lab: Lab, host: str, address: str, path: str = "/v2/", **client: str) -> httpx.Response:
    """Ask without credentials."""

    async def asked() -> httpx.Response:
        async with lab.client(host, address, **client) as opened:
            return await opened.get(path)

    return asyncio.run(asked())


def test_a_login_server_asks_for_a_token(lab: Lab) -> None:
    """401, with realm and service as ACR writes them (facts.md section 5)."""
    response = ask(lab, "contoso.azurecr.io", "10.0.0.7")
    assert response.status_code == 401
    challenge = 'Bearer realm="https://contoso.azurecr.io/oauth2/token",service="contoso.azurecr.io"'
    assert response.headers["www-authenticate"] == challenge
    assert response.headers["docker-distribution-api-version"] == "registry/2.0"
    assert response.json()["errors"][0]["code"] == "UNAUTHORIZED"


DENIED = "client with IP '{}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."


@pytest.mark.parametrize(
    ("host", "address", "vantage", "source", "status"),
    [
        pytest.param("contoso.azurecr.io", "10.0.0.7", "spoke", "10.1.255.4", 401, id="private, peered"),
        pytest.param("CONTOSO.azurecr.io:443", "10.0.0.7", "hub", "10.0.255.4", 401, id="letter case and port"),
        pytest.param("contoso.azurecr.io", "10.0.0.20", "hub", "10.0.255.4", 403, id="pending endpoint"),
        pytest.param("fabrikam.azurecr.io", "10.0.0.7", "hub", "10.0.255.4", 404, id="login name, other registry"),
        pytest.param("10.0.0.7", "10.0.0.7", "hub", "10.0.255.4", 404, id="address as the name"),
    ],
)
def test_the_address_and_the_host_decide(
    lab: Lab, host: str, address: str, vantage: str, source: str, status: int
) -> None:
    """Both have to name the same registry, and its firewall has to let the client in."""
    response = ask(lab, host, address, vantage=vantage, source=source)
    assert response.status_code == status
    if status == 403:
        assert response.json()["errors"] == [{"code": "DENIED", "message": DENIED.format(source)}]
