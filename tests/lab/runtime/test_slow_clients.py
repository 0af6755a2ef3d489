"""Clients that keep the lab's servers waiting: at the socket, in a loop whose clock the test sets forward."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import time
from typing import TYPE_CHECKING, Any, Self

import pytest

from acrdns.address import Address
from acrdns.lab.authority.authority import Authority
from acrdns.lab.runtime.serving import https
from acrdns.lab.runtime.serving.proxy import Proxy
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.lab.conftest import SECONDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

HOST = "contoso.azurecr.io"
HEAD = b"GET /v2/ HTTP/1.1\r\nHost: contoso.azurecr.io\r\n"
POST = b"POST /oauth2/token HTTP/1.1\r\nHost: contoso.azurecr.io\r\nContent-Length: %d\r\n\r\n"
CONNECT = b"CONNECT 10.0.0.7:443 HTTP/1.1\r\n"
LARGE = 1 << 20
"""Octets of a body: more than uvicorn takes before the application reads."""
STEPS = 200


class Loop(asyncio.SelectorEventLoop):
    """A loop whose time goes on by itself, and by what a test adds."""

    ahead = 0.0

    def time(self) -> float:
        """Return seconds."""
        return super().time() + self.ahead


def in_a_loop(test: Callable[[Loop], Coroutine[Any, Any, None]]) -> None:
    """Run a test in such a loop."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        runner.run(test(loop))


class Application:
    """Answers when it has read a request, or is let."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        """Whether it may read."""
        self.read.set()
        self.octets = 0
        """What it has read of the bodies."""
        self.asked = 0
        self.answer = b"ok"

    async def __call__(self, _: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        self.asked += 1
        await self.read.wait()
        more = True
        while more:
            message = await receive()
            self.octets += len(message.get("body", b""))
            more = message.get("more_body", False)
        headers = [(b"content-length", str(len(self.answer)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.answer})


class Served:
    """An application behind HTTPS, and a client of it."""

    async def __aenter__(self) -> Self:
        """Serve, and connect."""
        self.application = Application()
        authority = Authority()
        self.trust = ssl.create_default_context(cadata=authority.certificate)
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.settimeout(0)
        self.servers = https.HttpsServers(self.application)
        await self.servers.serve([(self.listening, authority.context((HOST,)))])
        self.reader, self.writer = await asyncio.open_connection(
            *self.listening.getsockname(), ssl=self.trust, server_hostname=HOST
        )
        await until(lambda: self.connections == 1)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End both."""
        self.writer.transport.abort()
        self.servers.close()
        self.listening.close()

    @property
    def connections(self) -> int:
        """How many the server has, each with a descriptor."""
        return sum(len(server.server_state.connections) for server, _ in self.servers._servers)

    async def answer(self) -> bytes:
        """Return the first line and the body of the next answer."""
        first, *_ = (await self.reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        return first + b" " + await self.reader.readexactly(len(self.application.answer))


async def until(holds: Callable[[], bool]) -> None:
    """Wait, without moving the clock, until something holds: it is for the servers of this process to do."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.001)


async def ends(loop: Loop, gone: Callable[[], bool], step: Callable[[], Awaitable[None]]) -> bool:
    """Set the clock forward, with a step of the client's each time; return whether a connection ends by that."""
    for _ in range(STEPS):
        loop.ahead += 5
        await step()
        await asyncio.sleep(0.001)
        if gone():
            return True
    return False


async def nothing() -> None:
    """Do what an idle client does."""


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HEAD, id="half a head"),
        pytest.param(POST % 10 + b"x", id="half a body"),
        pytest.param(HEAD + b"\r\n", id="one request"),
        pytest.param(HEAD + b"\r\n" + HEAD, id="one request and half a head"),
    ],
)
def test_a_client_that_sends_no_more_is_left(sent: bytes) -> None:
    """Its connection ends, and with it the descriptor."""

    async def test(loop: Loop) -> None:
        async with Served() as served:
            served.writer.write(sent)
            assert await ends(loop, lambda: served.connections == 0, nothing)

    in_a_loop(test)


def test_a_head_that_comes_octet_by_octet_has_its_time_as_a_whole() -> None:
    """Else it would never end."""

    async def test(loop: Loop) -> None:
        async with Served() as served:

            async def octet() -> None:
                served.writer.write(b"x")

            served.writer.write(HEAD + b"X: ")
            assert await ends(loop, lambda: served.connections == 0, octet)

    in_a_loop(test)


def test_a_body_may_take_any_time_as_long_as_some_of_it_comes() -> None:
    """The time is that between two pieces."""

    async def test(loop: Loop) -> None:
        async with Served() as served:
            served.writer.write(POST % 5)
            for number in range(1, 6):
                served.writer.write(b"x")
                await until(lambda number=number: served.application.octets == number)  # type: ignore[misc]
                loop.ahead += https.PATIENCE / 2
            assert await served.answer() == b"HTTP/1.1 200 OK ok"

    in_a_loop(test)


def test_it_is_not_the_client_that_is_slow() -> None:
    """A body that the application does not read, and half a head beside a request that is not answered, have no end."""

    async def test(loop: Loop) -> None:
        async with Served() as served:
            served.application.read.clear()
            served.writer.write(POST % LARGE + bytes(LARGE))
            await until(lambda: served.application.asked == 1)
            assert not await ends(loop, lambda: served.connections == 0, nothing)
            served.application.read.set()
            assert await served.answer() == b"HTTP/1.1 200 OK ok"
            served.application.read.clear()
            served.writer.write(HEAD + b"\r\n")
            await until(lambda: served.application.asked == 2)
            served.writer.write(HEAD)
            assert not await ends(loop, lambda: served.connections == 0, nothing)
            served.application.read.set()
            served.writer.write(b"\r\n")
            assert [await served.answer() for _ in range(2)] == [b"HTTP/1.1 200 OK ok"] * 2

    in_a_loop(test)


@pytest.mark.skipif(sys.platform != "linux", reason="the option is that of Linux")
def test_a_client_that_takes_no_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's clock counts here, so the time is short."""
    limit = https.limit_unread
    monkeypatch.setattr(https, "limit_unread", lambda listening, _: limit(listening, 0.2))

    async def test(loop: Loop) -> None:
        async with Served() as served:
            served.application.answer = bytes(64 << 20)
            served.writer.transport.pause_reading()  # type: ignore[attr-defined]
            served.writer.write(HEAD + b"\r\n")
            await until(lambda: served.application.asked == 1)
            await until(lambda: served.connections == 0)

    in_a_loop(test)


def proxy(listening: socket.socket) -> Proxy:
    """Return a proxy of the internet, where one address is answered at a socket."""
    world = World(loads("registries: {contoso: {location: eastus}}\n", "one.yaml"))
    return Proxy("internet", lambda: world, {"10.0.0.7": Address(*listening.getsockname())})


def test_a_proxy_leaves_a_client_whose_request_does_not_end() -> None:
    """As an endpoint does."""

    async def test(loop: Loop) -> None:
        with socket.create_server(("127.0.0.1", 0)) as far:
            tried = proxy(far)
            port = await tried.listen("127.0.0.1")
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(CONNECT)
            await until(lambda: len(tried._tasks) == 1)
            assert await ends(loop, lambda: not tried._tasks, nothing)
            writer.close()
            tried.close()

    in_a_loop(test)


def test_a_proxy_hangs_up_when_the_endpoint_does() -> None:
    """A client that says nothing keeps no descriptor, and one that has said its last gets the answer."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readline()
        writer.write(asked + (b"" if asked == b"idle\n" else await reader.read()))
        writer.close()

    async def test(_: Loop) -> None:
        far = await asyncio.start_server(answer, "127.0.0.1", 0)
        tried = proxy(far.sockets[0])
        port = await tried.listen("127.0.0.1")
        for sent in (b"idle\n", b"the\nlast\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(CONNECT + b"\r\n" + sent)
            if sent != b"idle\n":
                writer.write_eof()
            said = await reader.read()
            assert said.partition(b"\r\n\r\n")[2] == sent
            await until(lambda: not tried._tasks)
            writer.close()
        tried.close()
        far.close()

    in_a_loop(test)
