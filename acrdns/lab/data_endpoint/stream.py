"""A file as an answer: whole or a range, read a piece at a time while the client takes it."""

from __future__ import annotations

import asyncio
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.lab.data_endpoint.refusal import Refusal
from acrdns.lab.storage.digest import PIECE

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import Receive, Scope, Send

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """A part of a file, as an ASGI application."""

    file: Path
    status: int
    headers: dict[str, str]
    start: int
    end: int
    """The first byte that is not sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it. Only one piece is in memory, and a client that goes away ends it."""
        headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
        if scope["method"] == "HEAD" or self.start == self.end:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            await send({"type": "http.response.body"})
            return
        descriptor = os.open(self.file, os.O_RDONLY)
        try:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            await self._pieces(descriptor, receive, send)
        finally:
            os.close(descriptor)

    async def _pieces(self, descriptor: int, receive: Receive, send: Send) -> None:
        at = self.start
        if self.end - at <= PIECE:
            await send({"type": "http.response.body", "body": os.pread(descriptor, self.end - at, at)})
            return
        gone = asyncio.ensure_future(_gone(receive))
        try:
            while at < self.end and not gone.done():
                piece = os.pread(descriptor, min(PIECE, self.end - at), at)
                if not piece:
                    return  # somebody has made the file shorter: the client notices that the answer is
                at += len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": at < self.end})
        finally:
            gone.cancel()


async def _gone(receive: Receive) -> None:
    """Wait until the client has gone; its request has no body that matters."""
    while (await receive())["type"] != "http.disconnect":
        pass


def file_answer(file: Path, size: int, wanted: str | None, headers: dict[str, str]) -> FileAnswer:
    """Return a file, or the range that a Range header wants (RFC 9110 section 14). Raises Refusal for one outside.

    A header that is malformed or wants several ranges is as none: the whole file is right then.
    """
    headers = {"Accept-Ranges": "bytes", "Content-Type": "application/octet-stream", **headers}
    match = _RANGE.fullmatch(wanted.strip()) if wanted else None
    if match is None or not (match[1] or match[2]):
        return FileAnswer(file, 200, headers | {"Content-Length": str(size)}, 0, size)
    if match[1]:
        start = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return FileAnswer(file, 200, headers | {"Content-Length": str(size)}, 0, size)
    else:
        start, end = max(size - int(match[2]), 0), size
    if start >= size or start >= end:
        words = "The range specified is invalid for the current size of the resource."
        raise Refusal(416, "InvalidRange", words, headers={"Content-Range": f"bytes */{size}"})
    headers |= {"Content-Range": f"bytes {start}-{end - 1}/{size}", "Content-Length": str(end - start)}
    return FileAnswer(file, 206, headers, start, end)
