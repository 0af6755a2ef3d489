"""One connection to a DNS server over TLS (RFC 7858)."""

from __future__ import annotations

import selectors
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from acrdns.probe.window.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 65536


def context(*, insecure: bool, protocols: tuple[str, ...]) -> ssl.SSLContext:
    """Return what a connection trusts: the machine's certificate authorities, or anybody where that is asked for."""
    made = ssl.create_default_context()
    made.set_alpn_protocols(list(protocols))
    if insecure:
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    return made


class TlsStream(Stream):
    """A non-blocking connection whose octets are encrypted. A wrong certificate is an OSError."""

    def __init__(self, address: str, port: int, host: str, trust: ssl.SSLContext) -> None:
        super().__init__(address, port)
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = trust.wrap_bio(self._received, self._to_send, server_hostname=host)
        self._encrypted = bytearray()
        self._ready = False

    @property
    def events(self) -> int:
        """The selector events to wait for."""
        return selectors.EVENT_READ | (selectors.EVENT_WRITE if self._encrypted else 0)

    def flush(self) -> None:
        """Write as much as the handshake and the buffers allow. Raises OSError."""
        if not self._ready:
            with suppress(ssl.SSLWantReadError):
                self._tls.do_handshake()
                self._ready = True
        if self._ready and self._out:
            self._tls.write(bytes(self._out))
            self._out.clear()
        self._encrypted += self._to_send.read()
        with suppress(BlockingIOError):
            while self._encrypted:
                del self._encrypted[: self.sock.send(self._encrypted)]

    def receive(self) -> Iterator[bytes]:
        """Yield the messages received. Raises OSError, and EOFError once the server has closed the connection."""
        closed = False
        while not closed:
            try:
                octets = self.sock.recv(_PIECE)
            except BlockingIOError:
                break
            self._received.write(octets)
            closed = not octets
        self.flush()
        yield from self._decrypted()
        if closed:
            raise EOFError

    def _decrypted(self) -> Iterator[bytes]:
        with suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError, ssl.SSLEOFError):
            while self._ready and (octets := self._tls.read(_PIECE)):
                self._in += octets
                yield from self._messages()
