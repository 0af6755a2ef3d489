"""The query log: a line for each query, written by a process of its own.

A process that answers puts raw notes into a pipe and never waits: if the writer cannot keep up, notes are lost, and the
log says how many. The writer makes the lines.
"""

from __future__ import annotations

import fcntl
import os
import struct
import time
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal

from acrdns.names import show
from acrdns.record import rcode_text, type_text
from acrdns.serve.processes.spawn import spawn
from acrdns.wire.message.query import HEADER, name_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.serve.processes.spawn import Child, ChildReports

Format = Literal["text", "json"]

_ROOM = 1024 * 1024
"""Octets that the pipe holds, where the system allows it."""
_ATOMIC = 4096
"""Octets that a pipe takes as a whole or not at all (PIPE_BUF), whoever else writes."""
_CHUNK = 65536

# Time, lost before, octets and answers of the reply, its flags, port, transport, and the lengths of what follows.
_NOTE = struct.Struct("!dIHHHHBBBH")
_CLASSES = {1: "IN", 3: "CH", 4: "HS", 255: "ANY"}


class LogPipe:
    """The end of the log's pipe that answering loops write to."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor = descriptor
        self._waiting = bytearray()
        self._noted = 0
        self._lost = 0

    def note(self, vantage: str, transport: str, client: bytes, port: int, packet: bytes, reply: bytes) -> None:
        """Note one query and its reply; empty where it was not answered."""
        end = name_end(packet, HEADER)
        question = packet[HEADER : end + 4] if end else b""
        place = vantage.encode()[:255]
        flags = int.from_bytes(reply[2:4], "big")
        answers = int.from_bytes(reply[6:8], "big")
        fixed = (time.time(), self._lost, len(reply), answers, flags, port, transport == "tcp")
        note = _NOTE.pack(*fixed, len(place), len(client), len(question)) + place + client + question
        if len(self._waiting) + len(note) > _ATOMIC:
            self.flush()
        self._waiting += note
        self._noted += 1

    def flush(self) -> None:
        """Hand over what was noted; what the pipe has no room for is lost and counted."""
        if not self._waiting:
            return
        try:
            os.write(self._descriptor, self._waiting)
        except OSError:
            self._lost += self._noted
        else:
            self._lost = 0
        self._waiting.clear()
        self._noted = 0


def make_pipe() -> tuple[int, int]:
    """Make the log's pipe, as large as the system allows: the end to read and the end to write."""
    reader, writer = os.pipe()
    with suppress(OSError, AttributeError):
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _ROOM)
    return reader, writer


def start(form: Format, out: Callable[[str], None]) -> tuple[Child, int]:
    """Start the writer; it, and the end of the pipe to write notes to."""
    reader, writer = make_pipe()

    def work(_stop: int, _reports: ChildReports) -> None:
        write(reader, form, out)

    child = spawn(work, [reader])
    os.close(reader)
    return child, writer


def write(reader: int, form: Format, out: Callable[[str], None]) -> None:
    """Turn notes into lines until everybody who notes is gone. `out` may block: that costs notes, not answers."""
    line = _json if form == "json" else _text
    for fields in _read(reader):
        if fields["lost"]:
            out(line({"lost": fields["lost"]}))
        del fields["lost"]
        out(line(fields))


def _read(reader: int) -> Iterator[dict[str, Any]]:
    waiting = b""
    while chunk := os.read(reader, _CHUNK):
        waiting += chunk
        position = 0
        while position + _NOTE.size <= len(waiting):
            head = _NOTE.unpack_from(waiting, position)
            sizes = head[-3:]
            end = position + _NOTE.size + sum(sizes)
            if end > len(waiting):
                break
            yield _fields(head, waiting[position + _NOTE.size : end])
            position = end
        waiting = waiting[position:]


def _fields(head: tuple[Any, ...], rest: bytes) -> dict[str, Any]:
    when, lost, size, answers, flags, port, tcp, place, client, _ = head
    question = rest[place + client :]
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when))
    return {
        "lost": lost,
        "time": f"{whole}.{int(when % 1 * 1000):03d}Z",
        "vantage": rest[:place].decode(errors="replace"),
        "transport": "tcp" if tcp else "udp",
        "client": str(ip_address(rest[place : place + client])),
        "port": port,
        "name": show(question[:-4]) if question else None,
        "type": type_text(int.from_bytes(question[-4:-2], "big")) if question else None,
        "class": _class(int.from_bytes(question[-2:], "big")) if question else None,
        "rcode": rcode_text(flags & 0xF) if size else None,
        "answers": answers,
        "octets": size,
        "truncated": bool(flags & 0x0200),
    }


def _class(number: int) -> str:
    return _CLASSES.get(number, f"CLASS{number}")


def _json(fields: dict[str, Any]) -> str:
    import json

    return json.dumps(fields)


def _text(fields: dict[str, Any]) -> str:
    if "lost" in fields:
        return f"{fields['lost']} queries are missing here: the log could not be written fast enough"
    name = fields["name"]
    asked = f"{name} {fields['class']} {fields['type']}" if name else "(unreadable question)"
    rcode = fields["rcode"]
    said = f"{rcode} {fields['answers']} records {fields['octets']} octets" if rcode else "not answered"
    client = fields["client"]
    host = f"[{client}]" if ":" in client else client
    cut = " truncated" if fields["truncated"] else ""
    return f"{fields['time']} {fields['vantage']} {fields['transport']} {host}:{fields['port']} {asked}: {said}{cut}"
