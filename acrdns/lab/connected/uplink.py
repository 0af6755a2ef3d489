"""The network stack of a plant, as the lab sees it: requests go to the agent there, answers come back."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
from typing import TYPE_CHECKING, Any

import httpx

from acrdns.lab.connected.agent import LONGEST, carry_out
from acrdns.probe.pull.connection import MAX_BODY, HttpAnswer, PullConnection, RequestFailed
from acrdns.probe.resolver import Resolver
from acrdns.serve.processes.nameless import nameless_file

if TYPE_CHECKING:
    from collections.abc import Mapping

_START = 60.0
"""Seconds until the first answer has to come; a request gives up earlier by itself."""
_GONE = "the process of the connected registry has ended"


class Uplink:
    """Sends requests from one network."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._number = 0
        self._is_up = False
        self.closed = False
        link.settimeout(0)
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(link.fileno(), self._read)

    def close(self) -> None:
        """Hang up; requests that wait for an answer fail."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._link.fileno())
        self._link.close()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(RequestFailed("other", _GONE))

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], *, body: bytes | int | None = None, sink: int = -1
    ) -> HttpAnswer:
        """Send a request and return its answer. Raises RequestFailed.

        `body` is bytes or a file; `sink` a file that takes the answer's body, which the answer then has not.
        """
        own = nameless_file("answer") if sink < 0 else -1
        sent = body if isinstance(body, int) else _in_memory(body)
        try:
            descriptors = [each for each in (own if sink < 0 else sink, sent) if each is not None]
            said = await self._ask({"method": method, "url": url, "headers": dict(headers)}, descriptors)
            if "cause" in said:
                raise RequestFailed(said["cause"], said["message"], said["address"])
            found = os.pread(own, MAX_BODY, 0) if own >= 0 else b""
            if own < 0 and said["status"] != httpx.codes.OK:
                found = os.pread(sink, MAX_BODY, 0)
            return HttpAnswer(said["status"], httpx.Headers(said["headers"]), found, said["address"])
        finally:
            if own >= 0:
                os.close(own)
            if sent is not None and sent is not body:
                os.close(sent)

    async def _ask(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        self._number += 1
        number = self._number
        future = self._waiting[number] = self._loop.create_future()
        try:
            socket.send_fds(self._link, [json.dumps({"id": number, **request}).encode()], descriptors)
            async with asyncio.timeout(None if self._is_up else _START):
                said: dict[str, Any] = await future
        except TimeoutError:
            self.close()
            raise RequestFailed("other", "the process of the connected registry did not start") from None
        except OSError:
            raise RequestFailed("other", _GONE) from None
        else:
            return said
        finally:
            del self._waiting[number]

    def _read(self) -> None:
        try:
            message = self._link.recv(LONGEST)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self.close()
            return
        self._is_up = True
        said = json.loads(message)
        waiting = self._waiting.get(said.pop("id"))
        if waiting is not None and not waiting.done():
            waiting.set_result(said)


class ProxiedUplink(Uplink):
    """The network stack of a plant in a lab without namespaces: the proxy of its network resolves and connects."""

    def __init__(self, proxy: str, authority: str) -> None:
        """Take the proxy's URL, and the file of the lab's authority."""
        self.closed = False
        self._connection = PullConnection(Resolver(()), ssl.create_default_context(cafile=authority), proxy=proxy)

    def close(self) -> None:
        """Send nothing more."""
        self.closed = True

    async def _ask(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        return await asyncio.to_thread(carry_out, self._connection, request, *descriptors)


def _in_memory(body: bytes | None) -> int | None:
    if body is None:
        return None
    descriptor = nameless_file("body")
    os.write(descriptor, body)
    return descriptor
