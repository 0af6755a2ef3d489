"""Temporary links: what they open, and everything that they do not."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.lab.data_endpoint.link import check_link, make_link
from acrdns.lab.data_endpoint.refusal import Refusal
from acrdns.lab.data_endpoint.stream import file_answer
from acrdns.zone.publish.derive import blob_address, blob_host
from tests.lab.lab import NOON, make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from tests.lab.lab import Lab

LAYER = bytes(range(256)) * 4096
DATA = "contoso.eastus.data.azurecr.io"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a lab with a layer of a mebibyte in app, and another blob in other."""
    made = make(tmp_path_factory.mktemp("lab") / "store")
    for registry, repository, content in (
        ("contoso", "app", LAYER),
        ("contoso", "other", b"x"),
        ("fabrikam", "app", LAYER),
    ):
        made.push(registry, repository, content)
    yield made
    made.state.close()


def ask(
    lab: Lab, url: str, address: str = "10.0.0.8", method: str = "GET", host: str = "", **options: Any
) -> httpx.Response:
    """Ask the data endpoint at an address."""
    source = options.pop("source", "10.0.255.4")
    vantage = options.pop("vantage", "hub")

    async def asked() -> httpx.Response:
        async with lab.client(host or DATA, address, vantage=vantage, source=source) as client:
            return await client.request(method, url, **options)

    return asyncio.run(asked())


def link(
    lab: Lab, registry: str = "contoso", region: str = "eastus", repository: str = "app", content: bytes = LAYER
) -> str:
    """Return a link as the login server makes it."""
    found = lab.state.topology.registries[registry]
    return make_link(lab.state, found, region, f"{registry}.azurecr.io", repository, lab.digest(content))


def query(url: str, **changes: str | None) -> str:
    """Return a link with parameters changed, or without those that are None."""
    fields = dict(parse_qsl(urlsplit(url).query)) | changes
    return f"https://{DATA}/?{urlencode({name: value for name, value in fields.items() if value is not None})}"


def refused(response: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal in XML, without a byte of the layer."""
    assert response.headers["content-type"] == "application/xml"
    assert LAYER[:64] not in response.content
    code = re.search(r"<Error><Code>(\w+)</Code><Message>", response.text)
    assert code
    return response.status_code, code[1]


def test_a_link_has_the_form_of_azures(lab: Lab) -> None:
    """Parameters, host and the end of its life are those of facts.md section 5."""
    parts = urlsplit(link(lab))
    assert (parts.scheme, parts.netloc, parts.path) == ("https", DATA, "/")
    fields = dict(parse_qsl(parts.query))
    assert list(fields) == ["t", "h", "c", "r", "d", "p", "s", "v"]
    assert re.fullmatch("[0-9a-f]{40}", fields["t"])
    assert (fields["h"], fields["r"], fields["d"], fields["v"]) == ("contoso.azurecr.io", "app", lab.digest(LAYER), "1")


@pytest.mark.parametrize(
    ("wanted", "status", "start", "end", "content_range"),
    [
        (None, 200, 0, len(LAYER), None),
        ("bytes=0-0", 206, 0, 1, f"bytes 0-0/{len(LAYER)}"),
        ("bytes=1000-700000", 206, 1000, 700001, f"bytes 1000-700000/{len(LAYER)}"),
        ("bytes=-7", 206, len(LAYER) - 7, len(LAYER), f"bytes {len(LAYER) - 7}-{len(LAYER) - 1}/{len(LAYER)}"),
        ("bytes=1048575-", 206, len(LAYER) - 1, len(LAYER), f"bytes 1048575-1048575/{len(LAYER)}"),
        ("bytes=-99999999", 206, 0, len(LAYER), f"bytes 0-1048575/{len(LAYER)}"),
        ("bytes=5-2", 200, 0, len(LAYER), None),
        ("bytes=0-1,5-6", 200, 0, len(LAYER), None),
        ("bytes=-", 200, 0, len(LAYER), None),
        ("lines=1-2", 200, 0, len(LAYER), None),
    ],
)
def test_ranges(lab: Lab, wanted: str | None, status: int, start: int, end: int, content_range: str | None) -> None:
    """One range is served, everything that is none is as no header."""
    response = ask(lab, link(lab), headers={"Range": wanted} if wanted else {})
    assert (response.status_code, response.headers.get("content-range")) == (status, content_range)
    assert response.content == LAYER[start:end]
    assert int(response.headers["content-length"]) == end - start


@pytest.mark.parametrize("wanted", ["bytes=1048576-", "bytes=9999999-99999999", "bytes=-0"])
def test_a_range_outside(lab: Lab, wanted: str) -> None:
    """416, with the size."""
    response = ask(lab, link(lab), headers={"Range": wanted})
    assert refused(response) == (416, "InvalidRange")
    assert response.headers["content-range"] == f"bytes */{len(LAYER)}"


@pytest.mark.parametrize(("later", "status"), [(-60, 200), (0, 200), (1199, 200), (1200, 403), (86400, 403)])
def test_a_link_ends_after_20_minutes(lab: Lab, later: float, status: int) -> None:
    """By the lab's clock; the refusal names both times."""
    url = link(lab)
    try:
        lab.clock.time = NOON + later
        response = ask(lab, url)
    finally:
        lab.clock.time = NOON
    assert response.status_code == status
    if status == 403:
        assert refused(response) == (403, "AuthenticationFailed")
        assert "Expiry [Sun, 17 Mar 2030 18:06:40 GMT] - Current [" in response.text


_OTHER = "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
FAILED = (403, "AuthenticationFailed")
INVALID = (400, "InvalidQueryParameterValue")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"d": _OTHER}, FAILED, id="another digest"),
        pytest.param({"r": "other"}, FAILED, id="another repository"),
        pytest.param({"h": "fabrikam.azurecr.io"}, FAILED, id="another login server"),
        pytest.param({"t": "0" * 40}, FAILED, id="unknown key"),
        pytest.param({"s": "AAAA"}, FAILED, id="another signature"),
        pytest.param({"s": ""}, FAILED, id="an empty signature"),
        pytest.param({"p": "e30"}, FAILED, id="another payload"),
        pytest.param({"c": "x"}, FAILED, id="another correlation"),
        pytest.param({"d": "sha256:x"}, INVALID, id="no digest"),
        pytest.param({"v": "2"}, INVALID, id="another version"),
        pytest.param({"s": None}, INVALID, id="no signature"),
        pytest.param({"l": "false"}, INVALID, id="one more"),
        pytest.param({"r": "a\nb"}, INVALID, id="line break"),
        pytest.param({"c": "x" * 3000}, INVALID, id="too long"),
    ],
)  # fmt: skip
def test_an_altered_link(lab: Lab, changes: dict[str, str | None], expected: tuple[int, str]) -> None:
    """No parameter can be changed, left out or added."""
    assert refused(ask(lab, query(link(lab), **changes))) == expected


def test_a_parameter_that_comes_twice(lab: Lab) -> None:
    """Neither of the two counts."""
    url = link(lab)
    assert refused(ask(lab, f"{url}&r=app")) == INVALID


@pytest.mark.parametrize(
    ("url", "options", "expected"),
    [
        pytest.param("link", {"headers": {"Authorization": "Bearer x"}}, (400, "InvalidAuthenticationInfo"), id="Authorization"),
        pytest.param("/", {}, FAILED, id="root"),
        pytest.param("/v2/", {}, FAILED, id="/v2/"),
        pytest.param("/v2/app/blobs/x?a=b", {}, FAILED, id="a path"),
        pytest.param("link", {"address": "10.0.0.9", "host": "contoso.westus.data.azurecr.io"}, FAILED, id="another region"),
        pytest.param("link", {"address": "10.0.0.9"}, FAILED, id="the name at another region's address"),
        pytest.param("link", {"host": "www.example"}, FAILED, id="another host"),
        pytest.param("link", {"method": "POST"}, (405, "UnsupportedHttpVerb"), id="POST"),
        pytest.param("link", {"method": "DELETE"}, (405, "UnsupportedHttpVerb"), id="DELETE"),
        pytest.param("link", {"address": "public", "vantage": "internet", "source": "198.18.0.5"}, (403, "AuthorizationFailure"), id="public access off"),
    ],
)  # fmt: skip
def test_the_data_endpoint_refuses(lab: Lab, url: str, options: dict[str, Any], expected: tuple[int, str]) -> None:
    """In XML, as Azure Storage does."""
    path = urlsplit(link(lab))._replace(scheme="", netloc="").geturl() if url == "link" else url
    if options.get("address") == "public":
        options = options | {
            "address": next(
                a for a in lab.state.sites.public_addresses() if lab.state.sites.at("internet", a)[0].kind == "data"
            )
        }
    assert refused(ask(lab, path, **options)) == expected


def test_a_login_name_at_a_data_endpoint(lab: Lab) -> None:
    """403 and DENIED in JSON, as the certificate lets it come so far (facts.md section 1.5, F32)."""
    response = ask(lab, "/v2/", host="contoso.azurecr.io")
    assert (response.status_code, response.json()["errors"][0]["code"]) == (403, "DENIED")


def test_a_link_ends_when_the_layer_goes(lab: Lab) -> None:
    """Also in the midst of its 20 minutes."""
    lab.push("contoso", "short", b"short-lived")
    url = link(lab, repository="short", content=b"short-lived")
    assert ask(lab, url).content == b"short-lived"
    lab.state.store.content.delete_layer(lab.state.place("contoso", "eastus", "short"), lab.digest(b"short-lived"))
    assert refused(ask(lab, url)) == (404, "BlobNotFound")


def test_keys_rotate(lab: Lab) -> None:
    """The key before the newest is still good, the one before that is not."""
    url = link(lab)
    lab.state.store.keys.rotate("contoso")
    assert ask(lab, url).status_code == 200
    lab.state.store.keys.rotate("contoso")
    assert refused(ask(lab, url)) == FAILED


def test_a_storage_account(lab: Lab) -> None:
    """Without dedicated data endpoints, the link leads to blob storage, whose address anybody may use."""
    registry, cloud = lab.state.topology.registries["fabrikam"], lab.state.topology.cloud
    host, address = blob_host(registry, "westeurope", cloud), blob_address(registry, "westeurope")
    url = link(lab, "fabrikam", "westeurope")
    path = re.escape("//docker/registry/v2/blobs/sha256/") + "([0-9a-f]{2})/\\1[0-9a-f]{62}/data"
    assert re.fullmatch(rf"https://{re.escape(host)}/[0-9a-f]{{32}}{path}\?.*", url)
    assert list(dict(parse_qsl(urlsplit(url).query))) == ["se", "sig", "sp", "spr", "sr", "sv", "regid"]

    def at_account(changed: str, **options: Any) -> httpx.Response:
        return ask(lab, changed, address, host=host, vantage="internet", source="203.0.113.77", **options)

    assert at_account(url).content == LAYER
    for old, new in (
        ("sp=r", "sp=rw"),
        ("se=2030", "se=2031"),
        ("sig=", "sig=A"),
        ("sv=2021", "sv=2022"),
        ("/data?", "/datb?"),
        ("&spr=https", ""),
    ):
        response = at_account(url.replace(old, new))
        assert refused(response)[0] in (400, 403, 404), new
    try:
        lab.clock.time = NOON + 1200
        assert refused(at_account(url)) == FAILED
    finally:
        lab.clock.time = NOON


@given(st.data())
def test_no_altered_link_opens_anything(lab: Lab, data: st.DataObject) -> None:
    """Any change of any letter of the query is refused."""
    found = urlsplit(link(lab)).query
    at = data.draw(st.integers(0, len(found) - 1))
    letter = data.draw(st.characters(codec="ascii", exclude_characters="\r\n"))
    altered = found[:at] + letter + found[at + 1 :]
    registry = lab.state.topology.registries["contoso"]
    if dict(parse_qsl(altered)) == dict(parse_qsl(found)):
        return
    with pytest.raises(Refusal):
        check_link(lab.state, registry, "eastus", DATA, altered.encode())


def test_a_file_that_was_made_shorter_ends_its_answer(tmp_path: Path) -> None:
    """What is there is sent, and the answer stays without its end."""
    file = tmp_path / "layer"
    file.write_bytes(bytes(5))
    sent: list[Any] = []

    async def receive() -> Any:
        await asyncio.Event().wait()

    async def send(message: Any) -> None:
        sent.append(message)

    answer = file_answer(file, 1 << 20, None, {})
    asyncio.run(asyncio.wait_for(answer({"type": "http", "method": "GET"}, receive, send), 60))
    assert [message.get("body") for message in sent[1:]] == [bytes(5)]
    assert sent[-1]["more_body"]
