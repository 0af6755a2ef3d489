"""The page in process: a browser's requests without a socket."""

from __future__ import annotations

import asyncio
from collections import Counter
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Self

import httpx

from acrdns.teach.web.app import Pages, PageSource
from acrdns.teach.web.guard import Guard
from acrdns.teach.web.workspace import Workspace
from acrdns.topology.samples import located

if TYPE_CHECKING:
    from starlette.types import ASGIApp

TOKEN = "token-of-the-test"
ORIGIN = "http://127.0.0.1:8053"


class Client:
    """Sends requests to an application, each from its start to its end."""

    def __init__(self, application: ASGIApp) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(application)
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN, follow_redirects=True)

    def request(self, method: str, url: str, **given: Any) -> httpx.Response:
        """Return the reply, redirects followed."""
        return self._runner.run(self._client.request(method, url, **given))

    def get(self, url: str, **given: Any) -> httpx.Response:
        """Ask for an address."""
        return self.request("GET", url, **given)

    def post(self, url: str, *, origin: str | None = ORIGIN, **given: Any) -> httpx.Response:
        """Send a form, from a page of `origin`."""
        headers = given.pop("headers", {})
        own = {} if origin is None else {"origin": origin}
        return self.request("POST", url, headers={**own, **headers}, **given)

    def close(self) -> None:
        """End the loop."""
        self._runner.run(self._client.aclose())
        self._runner.close()


class Browser:
    """Asks for pages and sends forms as a browser does that has loaded the page."""

    def __init__(self, topology: str = "hub-and-spoke-resolver", text: str = "", **site: Any) -> None:
        file = located(topology)
        workspace = Workspace(file, text) if text else Workspace.of_file(file)
        application = Guard(Pages(PageSource(workspace, TOKEN, **site)).application(), 8053)
        self.client = Client(application)

    def get(self, url: str = "/") -> httpx.Response:
        """Return what an address answers."""
        return self.client.get(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def page(self, url: str = "/") -> Document:
        """Return a page."""
        reply = self.get(url)
        assert reply.status_code == 200, reply.text
        return Document(reply)

    def send(self, do: str, key: str = "", *, to: str = "/edit", **fields: Any) -> Document:
        """Send a form; its reply is a page in every case."""
        reply = self.client.post(to, data={"token": TOKEN, "do": do, "key": key, **fields})
        assert reply.status_code == 200, reply.text
        return Document(reply)


_VOID = frozenset(("meta", "link", "input", "br", "img", "hr"))


class Node:
    """An element with its texts."""

    def __init__(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.inner: list[Node | str] = []

    @property
    def text(self) -> str:
        """All texts in it, in order."""
        return "".join(each if isinstance(each, str) else each.text for each in self.inner)

    def all(self, tag: str = "", **attributes: str) -> list[Node]:
        """Return the elements below with a tag and attributes."""
        found: list[Node] = []
        for each in self.inner:
            if isinstance(each, Node):
                fits = tag in ("", each.tag) and all(
                    each.attributes.get(k.strip("_").replace("_", "-")) == v for k, v in attributes.items()
                )
                found += [each] if fits else []
                found += each.all(tag, **attributes)
        return found

    def one(self, tag: str = "", **attributes: str) -> Node:
        """Return the one element below that fits."""
        (found,) = self.all(tag, **attributes)
        return found


class Document(HTMLParser):
    """A page, read."""

    def __init__(self, reply: httpx.Response) -> None:
        super().__init__()
        self.reply = reply
        self.url = str(reply.url).removeprefix(ORIGIN)
        self.root = Node("", {})
        self._open = [self.root]
        self.feed(reply.text)
        self.close()
        assert self._open == [self.root], "an element is not closed"
        ids = Counter(node.attributes["id"] for node in self.root.all() if "id" in node.attributes)
        assert {name: count for name, count in ids.items() if count > 1} == {}, "an id is given twice"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        node = Node(tag, dict(attrs))
        self._open[-1].inner.append(node)
        if tag not in _VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        """Close one."""
        if tag not in _VOID:
            assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        """Add a text."""
        self._open[-1].inner.append(data)

    def id(self, name: str) -> Node:
        """Return the element with an id."""
        return self.root.one(id=name)

    @property
    def alerts(self) -> str:
        """What the page complains of."""
        return self.id("alerts").text
