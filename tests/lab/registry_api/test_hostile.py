"""Requests that no honest client sends: refused with a clear answer, and the registry goes on."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.lab.registry_api import app
from tests.lab.lab import make
from tests.lab.registry_api.oci import IMAGE_TYPE, INDEX_TYPE, index, sha256

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.lab.lab import Lab

HOST = "contoso.azurecr.io"
MANIFEST = "/v2/app/manifests/v1"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab for all."""
    made = make(tmp_path_factory.mktemp("lab") / "store")
    yield made
    made.state.close()


def ask(lab: Lab, method: str, path: str, **options: Any) -> httpx.Response:
    """Ask as the lab's user."""

    async def asked() -> httpx.Response:
        async with lab.client(HOST, "10.0.0.7", auth=lab.user) as client:
            return await client.request(method, path, **options)

    return asyncio.run(asked())


async def raw(lab: Lab, path: str, headers: list[tuple[bytes, bytes]], method: str = "GET") -> tuple[int, bytes]:
    """Send a scope as a server makes it of bytes that httpx would not send."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    await app(lab.state)(
        scope | {"server": ("10.0.0.7", 443), "client": ("10.0.255.4", 1), "vantage": "hub"}, receive, send
    )
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    "path",
    [
        "/v2/../../etc/passwd/manifests/x",
        "/v2/a/../b/tags/list",
        "/v2//tags/list",
        "/v2/a//b/tags/list",
        "/v2/A/tags/list",
        "/v2/a\x00b/tags/list",
        "/v2/a\n/tags/list",
        "/v2/-a/tags/list",
        "/v2/" + "a" * 300 + "/tags/list",
        "/v2/a/blobs/../../../keys/keys.json",
        "/v2/a/blobs/uploads/../../keys",
        "/v2/é/tags/list",
        "/acr/v1/../x",
        "/",
        "/v1/",
        "/v2/a",
        "//v2/",
    ],
)
def test_path_tricks(lab: Lab, path: str) -> None:
    """No path leads out of the grammar of names."""
    status, body = asyncio.run(raw(lab, path, [(b"host", HOST.encode()), (b"authorization", b"Basic eDp5")]))
    assert status in (400, 401, 404)
    assert "errors" in json.loads(body)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param([], 404, id="no Host"),
        pytest.param([(b"host", b"\xff\xfe")], 404, id="Host that is no text"),
        pytest.param([(b"host", b"contoso.azurecr.io.")], 401, id="trailing dot"),
        pytest.param([(b"host", b"contoso.azurecr.io\r\nx: y")], 404, id="line break"),
        pytest.param([(b"host", HOST.encode()), (b"host", b"fabrikam.azurecr.io")], 401, id="two: the first counts"),
        pytest.param([(b"host", b"fabrikam.azurecr.io"), (b"x-forwarded-host", HOST.encode())], 404, id="forwarded host"),
        pytest.param([(b"host", HOST.encode()), (b"authorization", b"\xff\xff")], 401, id="Authorization that is no text"),
    ],
)  # fmt: skip
def test_header_tricks(lab: Lab, headers: list[tuple[bytes, bytes]], status: int) -> None:
    """Host decides, together with the address."""
    assert asyncio.run(raw(lab, "/v2/", headers))[0] == status


_DEEP = b'{"schemaVersion":2,"manifests":' + b"[" * 200_000 + b"]" * 200_000 + b"}"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        pytest.param(b" " * (4 << 20) + b"{}", 413, "MANIFEST_INVALID", id="too large"),
        pytest.param(_DEEP, 400, "MANIFEST_INVALID", id="nested without end"),
        pytest.param(b"[]", 400, "MANIFEST_INVALID", id="a list"),
        pytest.param(b"\xff\xfe", 400, "MANIFEST_INVALID", id="no text"),
        pytest.param(b'{"schemaVersion":1}', 400, "MANIFEST_INVALID", id="version 1"),
        pytest.param(b'{"schemaVersion":2,"layers":{}}', 400, "MANIFEST_INVALID", id="layers that are no list"),
        pytest.param(b'{"schemaVersion":2,"layers":[1]}', 400, "MANIFEST_INVALID", id="a layer that is a number"),
        pytest.param(b'{"schemaVersion":2,"config":[1]}', 400, "MANIFEST_INVALID", id="a config that is a list"),
        pytest.param(b'{"schemaVersion":2,"config":{"digest":"../x"}}', 400, "MANIFEST_INVALID", id="a digest that is a path"),
        pytest.param(b'{"schemaVersion":2,"subject":{"digest":7}}', 400, "MANIFEST_INVALID", id="a subject that is a number"),
        pytest.param(b'{"schemaVersion":2,"annotations":{"a":{}}}', 400, "MANIFEST_INVALID", id="an annotation that is no text"),
        pytest.param(b'{"schemaVersion":2,"mediaType":7}', 400, "MANIFEST_INVALID", id="a type that is a number"),
        pytest.param(b'{"schemaVersion":2,"artifactType":"\\ud800"}', 400, "MANIFEST_INVALID", id="half a character"),
        pytest.param(b'{"schemaVersion":2,"config":{"digest":"$","mediaType":"\\ud800"}}', 400, "MANIFEST_INVALID", id="in a config"),
        pytest.param(b'{"schemaVersion":2,"artifactType":["a/b"]}', 400, "MANIFEST_INVALID", id="an artifact's type that is a list"),
        pytest.param(b"", 400, "MANIFEST_INVALID", id="nothing"),
    ],
)  # fmt: skip
def test_manifests_that_are_none(lab: Lab, content: bytes, status: int, code: str) -> None:
    """Refused with a reason; nothing is stored."""
    lab.push("contoso", "app", b"{}")
    content = content.replace(b"$", lab.digest(b"{}").encode())
    response = ask(lab, "PUT", MANIFEST, content=content, headers={"content-type": IMAGE_TYPE})
    assert (response.status_code, response.json()["errors"][0]["code"]) == (status, code)
    assert ask(lab, "GET", MANIFEST).status_code == 404


@pytest.mark.parametrize("media_type", ["a/b\r\nX: y", "a/b\u20ac", "\ud800", "latest", "a/" + "b" * 200, "a/b\n"])
def test_a_manifest_s_type_cannot_end_a_header(lab: Lab, media_type: str) -> None:
    """It is sent as Content-Type to whoever pulls: a line end in it would begin another header."""
    content = json.dumps({"schemaVersion": 2, "mediaType": media_type}).encode()
    response = ask(lab, "PUT", MANIFEST, content=content)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "MANIFEST_INVALID")
    assert ask(lab, "GET", MANIFEST).status_code == 404


def test_a_link_to_the_next_page_cannot_end_a_header(lab: Lab) -> None:
    """Names of parameters are quoted in it, as their values are."""
    for tag in ("a", "b"):
        ask(lab, "PUT", f"/v2/pages/manifests/{tag}", content=b'{"schemaVersion":2}', headers={"content-type": "a/b"})
    response = ask(lab, "GET", "/v2/pages/tags/list?n=1&x%0d%0aX-Mine:%20y=1%0d%0a")
    assert response.headers["link"] == '</v2/pages/tags/list?last=a&n=1&x%0D%0AX-Mine%3A%20y=1%0D%0A>; rel="next"'


@pytest.mark.parametrize("path", ["/v2/_catalog", "/v2/app/tags/list", "/oauth2/token"])
def test_a_query_of_many_parameters(lab: Lab, path: str) -> None:
    """Refused, with the number that is allowed."""
    response = ask(lab, "GET", f"{path}?{'a=1&' * 101}")
    assert (response.status_code, "at most 100" in response.text) == (400, True)


def test_indexes_of_indexes(lab: Lab) -> None:
    """A hundred levels are pushed and read one by one: nothing here follows them."""
    content = json.dumps({"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}).encode()
    for _ in range(100):
        response = ask(
            lab, "PUT", f"/v2/deep/manifests/{sha256(content)}", content=content, headers={"content-type": INDEX_TYPE}
        )
        assert response.status_code == 201
        content = index(content)
    response = ask(lab, "PUT", "/v2/deep/manifests/top", content=content, headers={"content-type": INDEX_TYPE})
    assert response.status_code == 201


@pytest.mark.parametrize(
    ("content_range", "length", "status"),
    [
        ("0-9", None, 202),
        ("0-99", None, 400),
        ("5-9", None, 416),
        ("9-0", None, 416),
        ("x", None, 416),
        ("0-99999999999999999999", None, 416),
        ("bytes 0-9/10", None, 202),
    ],
)
def test_ranges_of_chunks(lab: Lab, content_range: str, length: int | None, status: int) -> None:
    """A chunk continues at the end and is as long as it says."""
    begun = ask(lab, "POST", "/v2/app/blobs/uploads/")
    headers = {"content-range": content_range}
    assert ask(lab, "PATCH", begun.headers["location"], content=b"x" * 10, headers=headers).status_code == status


def test_uploads_of_others(lab: Lab) -> None:
    """An upload belongs to its repository."""
    place = ask(lab, "POST", "/v2/app/blobs/uploads/").headers["location"]
    assert ask(lab, "PATCH", place.replace("/app/", "/other/"), content=b"x").status_code == 404
    assert ask(lab, "GET", "/v2/app/blobs/uploads/..%2f..%2fkeys").status_code in (400, 404)


def test_a_client_that_goes_away_keeps_what_came(lab: Lab) -> None:
    """The upload goes on where it was."""
    place = ask(lab, "POST", "/v2/app/blobs/uploads/").headers["location"].partition("?")[0]
    messages = iter([{"type": "http.request", "body": b"12345", "more_body": True}, {"type": "http.disconnect"}])
    basic = asyncio.run(_basic(lab))

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        raise AssertionError(message)

    scope = {
        "type": "http",
        "method": "PATCH",
        "path": place,
        "query_string": b"",
        "headers": [(b"host", HOST.encode()), (b"authorization", basic)],
    }
    asked = scope | {"server": ("10.0.0.7", 443), "client": ("10.0.255.4", 1), "vantage": "hub"}

    async def sent() -> None:
        await app(lab.state)(asked, receive, send)

    asyncio.run(sent())
    assert ask(lab, "GET", place).headers["range"] == "0-4"


async def _basic(lab: Lab) -> bytes:
    async with lab.client(HOST, "10.0.0.7", auth=lab.user) as client:
        response = await client.get("/v2/")
        return response.request.headers["authorization"].encode()
