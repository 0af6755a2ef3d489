"""Tokens and who is granted what (facts.md section 5)."""

from __future__ import annotations

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.lab.registry_api.access.principal import NULL_GUID
from acrdns.lab.registry_api.access.tokens import issue, read
from tests.lab.lab import NOON, make

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.lab.lab import Lab

SERVICE = "contoso.azurecr.io"
READER = (
    "repositories/hello-world/content/read",
    "repositories/hello-world/metadata/read",
    "repositories/team/*/content/read",
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab with a token that may pull from two places."""
    made = make(tmp_path_factory.mktemp("lab") / "store")
    made.state.store.credentials.put("contoso", "reader", READER, "secret")
    made.state.store.credentials.put("contoso", "gone", READER, "secret", enabled=False)
    yield made
    made.state.close()


def ask(lab: Lab, method: str, path: str, *, fabrikam: bool = False, **options: Any) -> httpx.Response:
    """Ask contoso from the hub, or fabrikam from the internet."""

    async def asked() -> httpx.Response:
        if fabrikam:
            address = lab.state.sites.public_addresses()[-2]
            client = lab.client("fabrikam.azurecr.io", address, vantage="internet", source="198.18.0.5")
        else:
            client = lab.client(SERVICE, "10.0.0.7")
        async with client:
            return await client.request(method, path, **options)

    return asyncio.run(asked())


def claims(token: str) -> dict[str, Any]:
    """Return what a token says."""
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
    return found


def granted(response: httpx.Response) -> dict[str, list[str]]:
    """Return the actions that an access token grants, by name."""
    assert response.status_code == 200, response.text
    return {entry["Name"]: entry["Actions"] for entry in claims(response.json()["access_token"])["access"]}


@pytest.mark.parametrize(
    ("user", "scope", "expected"),
    [
        pytest.param("lab", "repository:x:pull,push", {"x": ["pull", "push"]}, id="every right"),
        pytest.param("lab", "repository:x:*", {"x": ["*"]}, id="delete, as skopeo asks"),
        pytest.param("lab", "registry:catalog:*", {"catalog": ["*"]}, id="catalog"),
        pytest.param("contoso", "repository:x:push", {"x": ["push"]}, id="admin user"),
        pytest.param("reader", "repository:hello-world:pull,push", {"hello-world": ["pull"]}, id="less than asked"),
        pytest.param("reader", "repository:hello-world:*", {"hello-world": ["pull", "metadata_read"]}, id="all it has"),
        pytest.param("reader", "repository:team/app:pull", {"team/app": ["pull"]}, id="a pattern"),
        pytest.param("reader", "repository:teams:pull", {}, id="not in the pattern"),
        pytest.param("reader", "registry:catalog:*", {}, id="no catalog for a token"),
        pytest.param("lab", "repository:a:pull repository:b:pull", {"a": ["pull"], "b": ["pull"]}, id="two scopes"),
        pytest.param("lab", "nonsense", {}, id="no scope"),
    ],
)
def test_a_token_lists_what_was_granted(lab: Lab, user: str, scope: str, expected: dict[str, list[str]]) -> None:
    """It may be less than what was asked."""
    passwords = {"lab": lab.state.password, "reader": "secret"}
    password = passwords.get(user) or lab.state.store.keys.of_admin("contoso")["password2"]
    response = ask(lab, "GET", "/oauth2/token", params={"service": SERVICE, "scope": scope}, auth=(user, password))
    assert granted(response) == expected


def test_an_access_token_lives_75_minutes(lab: Lab) -> None:
    """Nbf to exp is 4500 s, and the registry goes by the lab's clock."""
    response = ask(
        lab, "GET", "/oauth2/token", params={"service": SERVICE, "scope": "repository:hello-world:pull"}, auth=lab.user
    )
    token = response.json()["access_token"]
    found = claims(token)
    assert (found["nbf"], found["exp"]) == (NOON, NOON + 4500)
    header = {"Authorization": f"Bearer {token}"}
    try:
        for later, status in ((0, 200), (4499, 200), (4500, 401)):
            lab.clock.time = NOON + later
            assert ask(lab, "GET", "/v2/hello-world/tags/list", headers=header).status_code == status
    finally:
        lab.clock.time = NOON


@pytest.mark.parametrize(
    ("method", "path", "form", "status"),
    [
        pytest.param("POST", "/oauth2/exchange", {"grant_type": "access_token", "tenant": "t", "access_token": "aad"}, 200, id="exchange"),
        pytest.param("POST", "/oauth2/exchange", {"grant_type": "access_token"}, 401, id="exchange without a token"),
        pytest.param("POST", "/oauth2/exchange", {"grant_type": "password"}, 400, id="exchange of a password"),
        pytest.param("POST", "/oauth2/token", {"grant_type": "refresh_token", "refresh_token": "x.y.z"}, 401, id="forged refresh token"),
        pytest.param("POST", "/oauth2/token", {"grant_type": "password", "username": "reader", "password": "secret"}, 200, id="password"),
        pytest.param("POST", "/oauth2/token", {"grant_type": "password", "username": "reader", "password": "wrong"}, 401, id="wrong password"),
        pytest.param("POST", "/oauth2/token", {"grant_type": "password", "username": "gone", "password": "secret"}, 401, id="disabled"),
        pytest.param("POST", "/oauth2/token", {"grant_type": "device"}, 400, id="unknown grant"),
        pytest.param("POST", "/oauth2/token", {"grant_type": "password", "service": "fabrikam.azurecr.io"}, 400, id="another service"),
        pytest.param("POST", "/oauth2/token", {"pad": "x" * 70000}, 413, id="a form without end"),
        pytest.param("PUT", "/oauth2/token", {}, 405, id="method"),
        pytest.param("GET", "/oauth2/exchange", {}, 405, id="method of exchange"),
    ],
)  # fmt: skip
def test_the_token_server(lab: Lab, method: str, path: str, form: dict[str, str], status: int) -> None:
    """The forms that clients send."""
    assert ask(lab, method, path, data={"service": SERVICE} | form).status_code == status


def test_the_way_of_az_acr_login(lab: Lab) -> None:
    """exchange, then token by refresh token; with the null GUID as the user as well."""
    form = {"grant_type": "access_token", "service": SERVICE, "access_token": "aad"}
    refresh = ask(lab, "POST", "/oauth2/exchange", data=form).json()["refresh_token"]
    form = {"grant_type": "refresh_token", "service": SERVICE, "scope": "repository:x:push", "refresh_token": refresh}
    assert granted(ask(lab, "POST", "/oauth2/token", data=form)) == {"x": ["push"]}
    query = {"service": SERVICE, "scope": "repository:x:pull"}
    assert granted(ask(lab, "GET", "/oauth2/token", params=query, auth=(NULL_GUID, refresh))) == {"x": ["pull"]}
    header = {"Authorization": f"Bearer {refresh}"}
    assert ask(lab, "GET", "/v2/", headers=header).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "auth", "status"),
    [
        pytest.param("GET", "/v2/", ("reader", "secret"), 200, id="signed in"),
        pytest.param("GET", "/v2/", ("reader", "wrong"), 401, id="wrong password"),
        pytest.param("GET", "/v2/", ("nobody", ""), 401, id="nobody"),
        pytest.param("GET", "/v2/hello-world/manifests/latest", ("reader", "secret"), 200, id="may pull"),
        pytest.param("PUT", "/v2/hello-world/manifests/new", ("reader", "secret"), 401, id="may not push"),
        pytest.param("DELETE", "/v2/hello-world/manifests/latest", ("reader", "secret"), 401, id="may not delete"),
        pytest.param("POST", "/v2/hello-world/blobs/uploads/", ("reader", "secret"), 401, id="may not upload"),
        pytest.param("GET", "/v2/other/tags/list", ("reader", "secret"), 401, id="another repository"),
        pytest.param("GET", "/v2/_catalog", ("reader", "secret"), 401, id="no catalog"),
        pytest.param("GET", "/acr/v1/hello-world/_tags", ("reader", "secret"), 200, id="metadata"),
    ],
)
def test_basic_works_at_every_endpoint(lab: Lab, method: str, path: str, auth: tuple[str, str], status: int) -> None:
    """A token's name and password instead of a bearer token."""
    assert ask(lab, method, path, auth=auth).status_code == status


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Basic",
        "Basic !!!",
        "Basic bGFi",
        "Digest x",
        "Bearer é",
        "bearer " + "x" * 9000,
    ],
)
def test_a_strange_header_is_no_credential(lab: Lab, header: str) -> None:
    """401, never an error of ours."""
    response = ask(lab, "GET", "/v2/", headers={"Authorization": header.encode("latin-1")})
    assert response.status_code == 401


def test_anonymous_pull(lab: Lab) -> None:
    """A token without credentials where the registry has it enabled: pull, nothing else; elsewhere 401."""
    query = {"service": "fabrikam.azurecr.io", "scope": "repository:hello-world:pull,push"}
    response = ask(lab, "GET", "/oauth2/token", params=query, fabrikam=True)
    assert granted(response) == {"hello-world": ["pull"]}
    header = {"Authorization": f"Bearer {response.json()['access_token']}"}
    assert ask(lab, "GET", "/v2/hello-world/tags/list", headers=header, fabrikam=True).status_code == 200
    assert ask(lab, "GET", "/v2/hello-world/tags/list", headers=header).status_code == 401
    assert ask(lab, "GET", "/oauth2/token", params={"service": SERVICE}).status_code == 401


@given(st.integers(0, 10_000), st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."))
def test_no_altered_token_is_good(lab: Lab, position: int, letter: str) -> None:
    """Any one letter of a token that is changed, and it is none."""
    token = issue(lab.state, "contoso", "lab", "access_token")
    at = position % len(token)
    altered = token[:at] + letter + token[at + 1 :]
    found = read(lab.state, "contoso", altered, "access_token")
    # The last letter of a signature carries four bits alone, and the encoding is compared: no second spelling is good.
    assert (found is not None) == (altered == token)
    assert read(lab.state, "fabrikam", token, "access_token") is None
