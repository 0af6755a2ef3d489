"""Who is let in, and what every reply says to the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.teach.web.pages import ORIGIN, TOKEN, Browser

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a browser at the page."""
    with Browser() as opened:
        yield opened


LINK = {"token": TOKEN, "do": "links", "key": "privatelink.azurecr.io", "network": "hub"}


@pytest.mark.parametrize("host", ["127.0.0.1:8053", "localhost:8053", "[::1]:8053", "LOCALHOST:8053"])
def test_the_page_answers_to_its_three_names(host: str, browser: Browser) -> None:
    """The three names of loopback, with the port, are the page's."""
    assert browser.client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8053", "evil.example", "127.0.0.1:8053.evil", ""]
)
def test_no_other_name_is_answered(host: str, browser: Browser) -> None:
    """Any other Host is refused: a name that leads here is somebody else's page."""
    reply = browser.client.get("/", headers={"host": host})
    assert reply.status_code == 421
    assert "127.0.0.1" in reply.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8053"},
        {"origin": "http://127.0.0.1:8054"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
        {"origin": ORIGIN, "sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_page_is_refused(headers: dict[str, str], browser: Browser) -> None:
    """Origin and Sec-Fetch-PageSource say whose page a form is on."""
    assert browser.client.post("/edit", data=LINK, headers=headers).status_code == 403


def test_a_form_without_origin_is_refused(browser: Browser) -> None:
    """Every browser sends Origin with a form."""
    assert browser.client.post("/edit", data=LINK, origin=None).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "é"])
def test_a_form_without_the_token_is_refused(token: str, browser: Browser) -> None:
    """Only the page knows the token."""
    assert browser.client.post("/edit", data={**LINK, "token": token}).status_code == 403


def test_another_site_may_link_but_not_embed(browser: Browser) -> None:
    """A link from elsewhere works; a picture, a script or a frame does not."""
    other = {"sec-fetch-site": "cross-site"}
    assert browser.client.get("/", headers={**other, "sec-fetch-mode": "navigate"}).status_code == 200
    assert browser.client.get("/", headers={**other, "sec-fetch-mode": "no-cors"}).status_code == 403


def test_a_large_form_is_refused(browser: Browser) -> None:
    """By its length, and where it does not say that, by what arrives."""
    reply = browser.client.post("/edit", content=b"x" * ((1 << 20) + 1))
    assert reply.status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * (1 << 19)

    assert browser.client.post("/edit", content=chunks()).status_code == 413


@pytest.mark.parametrize("path", ["/", "/static/page.js", "/nowhere", "/topology.yaml"])
def test_every_reply_has_the_headers(path: str, browser: Browser) -> None:
    """Also those that refuse."""
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/nowhere", "/static/nothing.js", "/static/..%2Fapp.py", "/static/idiomorph-LICENSE.txt"]
)
def test_a_wrong_address_is_answered_with_a_sentence(path: str, browser: Browser) -> None:
    """Nothing but the files of the page is read."""
    reply = browser.get(path)
    assert reply.status_code == 404
    assert "There is no such" in reply.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method: str, browser: Browser) -> None:
    """The page knows GET, HEAD and POST."""
    assert browser.client.request(method, "/").status_code == 405
