"""The query log of a running server on the page."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from acrdns.teach.web.watch import QueryWatch
from tests.teach.web.pages import Browser, Document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOSTILE = "<img src=x onerror=alert(1)>"
QUERY = {
    "time": "2026-01-02T03:04:05.678Z",
    "vantage": "hub",
    "transport": "udp",
    "client": "127.0.0.1",
    "name": "contoso.azurecr.io",
    "type": "A",
    "rcode": "NOERROR",
}


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 -- the watch says nothing by itself
            await asyncio.sleep(0.01)


async def _follow(path: Path, watch: QueryWatch) -> None:
    """Serve lines to the watch, go away, and come back."""

    async def write(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = [b"no json", b"[" * 5000, b"1", json.dumps({"lost": 3}).encode(), json.dumps(QUERY).encode()]
        writer.write(b"\n".join(lines) + b"\n")
        await writer.drain()
        await let_go.wait()
        writer.close()

    following = asyncio.create_task(watch.follow())
    for number in (1, 2):
        let_go = asyncio.Event()
        async with await asyncio.start_unix_server(write, path):
            await _until(lambda: watch.attached and watch.count == number)  # noqa: B023 -- waited for here
            let_go.set()
            await _until(lambda: not watch.attached)
        path.unlink(missing_ok=True)  # noqa: ASYNC240 -- of a test
    following.cancel()


def test_a_server_that_comes_back_is_attached_again(tmp_path: Path) -> None:
    """Lines that are no queries are passed over; those that the server lost are counted."""
    watch = QueryWatch(str(tmp_path / "queries"))
    asyncio.run(_follow(tmp_path / "queries", watch))
    assert (watch.count, watch.lost, watch.attached) == (2, 6, False)
    assert watch.queries[0] == QUERY


def test_queries_are_shown_as_links_and_as_text(tmp_path: Path) -> None:
    """A question leads to its way through the topology; nothing in it is HTML."""
    watch = QueryWatch(str(tmp_path / HOSTILE))
    with Browser(watch=watch) as browser:
        assert "Waiting for a server" in browser.page().id("attached").text
        watch.attached = True
        for query in (QUERY, {**QUERY, "name": HOSTILE, "vantage": HOSTILE}, {**QUERY, "name": None}):
            watch._take(json.dumps(query).encode())
        page = browser.page("/?from=office&name=contoso.azurecr.io")
        assert "Attached to" in page.id("attached").text
        assert not page.root.all("img")
        assert HOSTILE in page.id("queries").text
        links = [str(link.attributes["href"]) for link in page.id("queries").all("a")]
        assert "10.0.0.7" in browser.page(links[-1]).id("answer").text
        assert Document(browser.get(str(page.id("queries").attributes["data-poll"]))).id("queries").all("a")


def test_without_attach_there_is_nothing_to_show() -> None:
    """And the address of it says so."""
    with Browser() as browser:
        assert browser.get("/queries").status_code == 404
        assert "--attach" in browser.get("/queries").text
