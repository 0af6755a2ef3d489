"""The query log: a line for each query, written by a process of its own, to stderr, to readers of a socket, or both.

The processes that answer put raw notes into a pipe and never wait: if the writer cannot keep up, notes are lost, and
the log says how many. The writer makes the lines.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import sys
import time
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal

from acrdns.names import show
from acrdns.record import rcode_text, type_text
from acrdns.serve.observe.output import LineOutput
from acrdns.serve.processes.workers import ANSWERING, Job
from acrdns.wire.message.query import HEADER, name_end

if TYPE_CHECKING:
    from acrdns.serve.observe.query_socket import QuerySocket
    from acrdns.serve.processes.spawn import ParentLink

Format = Literal["text", "json"]

_ROOM = 1024 * 1024
"""Octets that the pipe holds, where the system allows it."""
_ATOMIC = 4096
"""Octets that a pipe takes as a whole or not at all (PIPE_BUF), however many write."""
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


class QueryLog:
    """The log's pipe, and the task of the process that writes the lines.

    `form` is that of the lines on stderr, or None for no lines there; `readers` get JSON.
    """

    def __init__(self, form: Format | None, readers: QuerySocket | None = None) -> None:
        self._form = form
        self._readers = readers
        self._output = LineOutput()
        self._reader, self.notes = os.pipe()
        """The ends to read and to write. The parent keeps both, so that a new writer goes on where one has died."""
        if sys.platform == "linux":
            with suppress(OSError):
                fcntl.fcntl(self.notes, fcntl.F_SETPIPE_SZ, _ROOM)

    def job(self, _number: int) -> Job:
        """Return what the writer does."""
        readers = [self._readers.fileno()] if self._readers else []
        return Job(self._write, [self._reader, self._output.fileno(), *readers])

    def close(self) -> None:
        """Let the writer end, which it does once all ends to write are closed."""
        os.close(self.notes)
        if self._readers is not None:
            self._readers.close()

    def _write(self, link: ParentLink) -> None:
        """Turn notes into lines until all others have closed the pipe. Waiting for stderr loses notes, not answers."""
        link.say(ANSWERING)
        waiting = b""
        ending = False
        while True:
            ready = self._ready(None if ending else link)
            if link.fileno() in ready and link.ended():
                ending = True
            if self._reader not in ready:
                continue
            chunk = os.read(self._reader, _CHUNK)
            if not chunk:
                return
            notes, waiting = _read(waiting + chunk)
            for fields in notes:
                lost = fields.pop("lost")
                for each in ({"lost": lost}, fields) if lost else (fields,):
                    if not self._say(each, link, ending=ending):
                        return

    def _ready(self, link: ParentLink | None) -> dict[int, int]:
        """Wait, and return the descriptors that are ready; those of the readers' socket are served."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        if link is not None:
            poll.register(link.fileno(), select.POLLIN)
        readers = self._readers.events() if self._readers is not None else []
        for descriptor, events in readers:
            poll.register(descriptor, events)
        ready = dict(poll.poll())
        for descriptor, _ in readers:
            if self._readers is not None and descriptor in ready:
                self._readers.ready(descriptor)
        return ready

    def _say(self, fields: dict[str, Any], link: ParentLink, *, ending: bool) -> bool:
        """Write a line for each who reads; return False if this process has to end before that."""
        if self._readers is not None and self._readers.is_read:
            self._readers.write(_json(fields))
        if self._form is None:
            return True
        return self._put(_json(fields) if self._form == "json" else _text(fields), link, ending=ending)

    def _put(self, line: str, link: ParentLink, *, ending: bool) -> bool:
        """Write a line once stderr takes it; return False if this process has to end before that."""
        while not self._output.write(line):
            poll = select.poll()
            poll.register(self._output.fileno(), select.POLLOUT)
            poll.register(link.fileno(), select.POLLIN)
            if ending or (link.fileno() in dict(poll.poll()) and link.ended()):
                return False
        return True


def _read(octets: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """Return the notes that are there as a whole, and the rest."""
    notes = []
    position = 0
    while position + _NOTE.size <= len(octets):
        head = _NOTE.unpack_from(octets, position)
        end = position + _NOTE.size + sum(head[-3:])
        if end > len(octets):
            break
        notes.append(_fields(head, octets[position + _NOTE.size : end]))
        position = end
    return notes, octets[position:]


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
