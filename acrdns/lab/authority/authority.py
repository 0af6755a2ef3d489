"""A certificate authority in memory. No key touches the disk."""

from __future__ import annotations

import os
import ssl
from contextlib import contextmanager
from typing import TYPE_CHECKING

import trustme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Authority:
    """An authority, and the certificates that it has issued: one for each set of names."""

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name="acrdns lab")
        self._chains: dict[tuple[str, ...], bytes] = {}
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    @property
    def certificate(self) -> str:
        """The authority's own certificate, in PEM."""
        return self._authority.cert_pem.bytes().decode()

    def context(self, names: tuple[str, ...]) -> ssl.SSLContext:
        """Return what a server needs to show a certificate with these names, and no others."""
        found = self._contexts.get(names)
        if found is None:
            found = self._contexts[names] = self._made(names)
        return found

    def gated(self, names: tuple[str, ...], admits: Callable[[str | None], bool]) -> ssl.SSLContext:
        """Return the same for connections that a firewall looks at: one whose server name it refuses ends there.

        `admits` is asked with the server name of the ClientHello (RFC 6066, section 3), None without one.
        """
        context = self._made(names)

        def look(_connection: object, server_name: str | None, _context: object) -> int | None:
            return None if admits(server_name) else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        context.sni_callback = look
        return context

    def _made(self, names: tuple[str, ...]) -> ssl.SSLContext:
        chain = self._chains.get(names)
        if chain is None:
            issued = self._authority.issue_cert(*names, organization_name="acrdns lab")
            chain = self._chains[names] = issued.private_key_and_cert_chain_pem.bytes()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        context.num_tickets = 0  # no client of a registry resumes a session
        with _pipe_of(chain) as certificates, _pipe_of(chain) as key:
            context.load_cert_chain(certificates, key)
        return context


@contextmanager
def _pipe_of(chain: bytes) -> Iterator[str]:
    """Yield the path of a pipe that holds a few kilobytes, to be read once: ssl reads files only."""
    readable, writable = os.pipe()
    try:
        with os.fdopen(writable, "wb") as pipe:
            pipe.write(chain)
        yield f"/dev/fd/{readable}"
    finally:
        os.close(readable)
