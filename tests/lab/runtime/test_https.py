"""The servers on passed sockets, asked with bytes that no honest client sends."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import Any

import pytest

from acrdns.lab.authority.authority import Authority
from acrdns.lab.runtime.serving.https import HttpsServers

HOST = "contoso.azurecr.io"
GET = b"GET /v2/ HTTP/1.1\r\nHost: contoso.azurecr.io\r\n"
POST = b"POST /oauth2/token HTTP/1.1\r\nHost: contoso.azurecr.io\r\n"
CLOSE = b"Connection: close\r\n\r\n"
LONG = 1 << 20
ENDLESS = (GET + b"X: ").ljust((1 << 16) + 1, b"x")
"""One octet more than a head may have: a server that closes before it has read all may reset the connection."""
REFUSED = b"Invalid HTTP request received."
TOO_LONG = b"The head of the request is too long."


async def count(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the length of the body."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    assert scope["path"]
    body = str(length).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def said(sent: bytes) -> bytes:
    """Return all that a server says to what is sent to it over one connection, which it closes."""
    authority = Authority()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0)
    servers = HttpsServers(count)
    await servers.serve([(listening, authority.context((HOST,)))])
    trust = ssl.create_default_context(cadata=authority.certificate)
    reader, writer = await asyncio.open_connection(*listening.getsockname(), ssl=trust, server_hostname=HOST)
    try:
        writer.write(sent)
        return await reader.read()
    finally:
        writer.transport.abort()
        servers.close()
        listening.close()


@pytest.mark.parametrize(
    ("sent", "statuses", "last"),
    [
        pytest.param(GET + b"\r\n" + GET + CLOSE, "200 200", b"0", id="two requests at once"),
        pytest.param(POST + b"Content-Length: %d\r\n" % LONG + CLOSE + bytes(LONG), "200", b"%d" % LONG, id="a long body"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n" + CLOSE + b"3\r\nabc\r\n0\r\n\r\n", "200", b"3", id="a chunk"),
        pytest.param(ENDLESS, "400", TOO_LONG, id="a header without an end"),
        pytest.param(b"GET /".ljust(len(ENDLESS), b"x"), "400", TOO_LONG, id="a path without an end"),
        pytest.param((GET + b"X: x\r\n" * (len(ENDLESS) // 6)).ljust(len(ENDLESS), b"X"), "400", TOO_LONG, id="headers without an end"),
        pytest.param(POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400", REFUSED, id="both lengths"),
        pytest.param(POST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", "400", REFUSED, id="two lengths"),
        pytest.param(POST + b"Content-Length: -4\r\n\r\n", "400", REFUSED, id="a length below zero"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "400", REFUSED, id="a chunk of no length"),
        pytest.param(POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n", "400", REFUSED, id="a chunk too long"),
        pytest.param(GET + b"X: a\r\n b\r\n\r\n", "400", REFUSED, id="a folded header"),
        pytest.param(GET.replace(b"\r", b"") + b"\n", "400", REFUSED, id="line ends of another kind"),
        pytest.param(GET + b"X: a\0b\r\n\r\n", "400", REFUSED, id="a null"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400", REFUSED, id="HTTP/2"),
        pytest.param(b"\x16\x03\x01\x00\xff", "400", REFUSED, id="no HTTP"),
    ],
)  # fmt: skip
def test_odd_requests(sent: bytes, statuses: str, last: bytes) -> None:
    """What is framed in two ways, or does not end, is refused, and its connection closed."""
    answers = asyncio.run(asyncio.wait_for(said(sent), 60)).split(b"HTTP/1.1 ")[1:]
    assert " ".join(answer[:3].decode() for answer in answers) == statuses
    assert answers[-1].endswith(b"\r\n\r\n" + last)
