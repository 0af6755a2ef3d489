"""The program in a plant's network: it sends requests as the connected registry there does.

It resolves by the network's DNS servers, connects to the addresses found, and trusts what clients there trust. The lab
asks at descriptor LINK, one JSON object a message, with a descriptor for the answer's body and one for the request's.
"""

from __future__ import annotations

import json
import os
import socket
import ssl
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from acrdns.probe.pull.connection import PullConnection, RequestFailed
from acrdns.probe.resolver import Resolver, system_hosts, system_servers

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 1 << 16
"""Octets of a message."""
_DESCRIPTORS = 2
_PIECE = 1 << 18


def main(link: int) -> int:
    """Send requests until the lab hangs up."""
    context = ssl.create_default_context()
    with socket.socket(fileno=link) as asked:
        while True:
            message, descriptors, _, _ = socket.recv_fds(asked, LONGEST, _DESCRIPTORS)
            if not message:
                return 0
            arguments = (asked, context, json.loads(message), descriptors)
            threading.Thread(target=_answer, args=arguments, daemon=True).start()


def _answer(asked: socket.socket, context: ssl.SSLContext, request: dict[str, Any], descriptors: list[int]) -> None:
    try:
        connection = PullConnection(Resolver(system_servers(), timeout=1.0, retries=2), context, hosts=system_hosts())
        said = carry_out(connection, request, *descriptors)
    except Exception as error:  # noqa: BLE001 -- the lab waits for an answer, whatever has happened
        said = {"cause": "other", "message": f"{type(error).__name__}: {error}", "address": ""}
    finally:
        for descriptor in descriptors:
            os.close(descriptor)
    with suppress(OSError):  # the lab has ended
        asked.send(json.dumps({"id": request["id"], **said}).encode())


def carry_out(
    connection: PullConnection, request: dict[str, Any], sink: int, body: int | None = None
) -> dict[str, Any]:
    """Send a request, and return its answer or the reason why there is none; the answer's body goes into a file."""
    headers, content = request["headers"], None
    if body is not None:
        headers = {**headers, "Content-Length": str(os.fstat(body).st_size)}
        content = _pieces(body)
    try:
        answer = connection.send(
            request["url"], headers, request["method"], content=content, sink=lambda piece: _write(sink, piece)
        )
    except RequestFailed as error:
        return {"cause": error.cause, "message": error.message, "address": error.address}
    if answer.body:
        _write(sink, answer.body)
    return {"status": answer.status, "headers": dict(answer.headers), "address": answer.address}


def _pieces(descriptor: int) -> Iterator[bytes]:
    at = 0
    while piece := os.pread(descriptor, _PIECE, at):
        yield piece
        at += len(piece)


def _write(descriptor: int, piece: bytes) -> None:
    view = memoryview(piece)
    while view:
        view = view[os.write(descriptor, view) :]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
