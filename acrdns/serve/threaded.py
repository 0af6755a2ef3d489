"""Answer for one vantage point in a thread of this process, for tests: UDP and TCP on a free port of loopback."""

from __future__ import annotations

import selectors
import socket
import time
from threading import Lock, Thread
from typing import TYPE_CHECKING, NamedTuple, Self

from acrdns.address import Address
from acrdns.names import show
from acrdns.record import Rcode, type_text
from acrdns.serve.listen.sockets import bind
from acrdns.serve.sources import ServingState

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.resolve.chain import Question, Response
    from acrdns.resolve.world import World
    from acrdns.wire.responder import Responder

_DATAGRAM = 65535
_LENGTH = 2


class ServedQuery(NamedTuple):
    """One question that was asked."""

    vantage: str
    name: str
    """In lower case, without the last dot."""
    type: str
    """A mnemonic, e.g. `A`."""
    rcode: str
    """A mnemonic, e.g. `NXDOMAIN`."""


class ThreadedServer:
    """The server of one vantage point. Each question is noted before its answer is sent. Raises ListenError."""

    def __init__(self, world: World, vantage: str, note: Callable[[ServedQuery], None]) -> None:
        self.vantage = vantage
        self._note = note
        self._lock = Lock()
        self._responder = self._made(world)
        self._bound = bind(Address("127.0.0.1", 0))
        self.address = self._bound.address
        self._wake, self._woken = socket.socketpair()
        self._thread = Thread(target=self._run, name=f"acrdns {vantage}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wake.close()
        self._thread.join()
        self._woken.close()
        self._bound.close()

    def swap(self, world: World) -> None:
        """Answer as another world does, from the next question on."""
        with self._lock:
            self._responder = self._made(world)

    def _made(self, world: World) -> Responder:
        state = ServingState(world, None)
        failed = _raise
        service = state.service(self.vantage, zone_files=False, cookies=None, on_error=failed, shortcuts=False)
        responder = service.answering.responder
        answer = responder.answer

        def noted(question: Question) -> Response:
            response = answer(question)
            rcode = Rcode(response.rcode).name
            self._note(ServedQuery(self.vantage, show(question.name), type_text(question.type), rcode))
            return response

        from dataclasses import replace

        return replace(responder, answer=noted)

    def _respond(self, packet: bytes, client: str, *, tcp: bool) -> bytes | None:
        with self._lock:
            packed = socket.inet_pton(socket.AF_INET6 if ":" in client else socket.AF_INET, client)
            return self._responder.respond(packet, tcp=tcp, client=packed, now=int(time.time()))

    def _run(self) -> None:
        (udp,) = self._bound.udp
        with selectors.DefaultSelector() as selector:
            for sock in (udp, self._bound.tcp, self._woken):
                sock.settimeout(0)
                selector.register(sock, selectors.EVENT_READ)
            connections: dict[object, _Connection] = {}
            while True:
                for key, _ in selector.select():
                    if key.fileobj is self._woken:
                        for connection in connections.values():
                            connection.sock.close()
                        return
                    if key.fileobj is udp:
                        self._datagram(udp)
                    elif key.fileobj is self._bound.tcp:
                        self._accept(selector, connections)
                    elif not connections[key.fileobj].read(self._respond):
                        selector.unregister(key.fileobj)
                        connections.pop(key.fileobj).sock.close()

    def _datagram(self, udp: socket.socket) -> None:
        try:
            packet, client = udp.recvfrom(_DATAGRAM)
            reply = self._respond(packet, client[0], tcp=False)
            if reply is not None:
                udp.sendto(reply, client)
        except OSError:
            return  # the client has gone

    def _accept(self, selector: selectors.BaseSelector, connections: dict[object, _Connection]) -> None:
        try:
            sock, client = self._bound.tcp.accept()
        except OSError:
            return
        connections[sock] = _Connection(sock, client[0])
        selector.register(sock, selectors.EVENT_READ)


class _Connection:
    """One TCP connection."""

    def __init__(self, sock: socket.socket, client: str) -> None:
        self.sock = sock
        self._client = client
        self._in = b""
        sock.settimeout(5)

    def read(self, respond: Callable[..., bytes | None]) -> bool:
        """Answer what has come; return whether the connection goes on."""
        try:
            octets = self.sock.recv(_DATAGRAM)
            self._in += octets
            while len(self._in) >= _LENGTH:
                end = _LENGTH + int.from_bytes(self._in[:_LENGTH], "big")
                if len(self._in) < end:
                    break
                packet, self._in = self._in[_LENGTH:end], self._in[end:]
                if (reply := respond(packet, self._client, tcp=True)) is not None:
                    self.sock.sendall(len(reply).to_bytes(_LENGTH, "big") + reply)
        except OSError:
            return False
        return bool(octets)


def _raise(text: str) -> None:
    raise RuntimeError(text)
