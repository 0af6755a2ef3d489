"""A certificate authority in memory. No key touches the disk."""

from __future__ import annotations

import os
import ssl

import trustme


class Authority:
    """An authority, and the certificates that it has issued: one for each set of names."""

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name="acrdns lab")
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    @property
    def certificate(self) -> str:
        """The authority's own certificate, in PEM."""
        return self._authority.cert_pem.bytes().decode()

    def context(self, names: tuple[str, ...]) -> ssl.SSLContext:
        """Return what a server needs to show a certificate with these names, and no others."""
        found = self._contexts.get(names)
        if found is None:
            found = self._contexts[names] = self._issued(names)
        return found

    def _issued(self, names: tuple[str, ...]) -> ssl.SSLContext:
        issued = self._authority.issue_cert(*names, organization_name="acrdns lab")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        context.num_tickets = 0  # no client of a registry resumes a session
        descriptor = os.memfd_create("certificate")  # ssl reads files only
        try:
            os.write(descriptor, issued.private_key_and_cert_chain_pem.bytes())
            context.load_cert_chain(f"/proc/self/fd/{descriptor}")
        finally:
            os.close(descriptor)
        return context
