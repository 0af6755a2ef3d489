"""The names of the certificates, and what a real client says of them."""

from __future__ import annotations

import ssl

import pytest

from acrdns.lab.authority.authority import Authority
from acrdns.lab.authority.certificates import certificate_names
from acrdns.lab.sites import LabSite
from acrdns.topology.load import loads

TOPOLOGY = loads("version: 1\nregistries: {contoso: {location: eastus, replications: [westus]}}\n", "estate")
LOGIN, DATA, STORAGE, REGIONAL = (
    LabSite("login", "contoso"),
    LabSite("data", "contoso", "westus"),
    LabSite("storage", "contoso", "eastus"),
    LabSite("login", "contoso", "westus"),
)


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Return one authority."""
    return Authority()


@pytest.mark.parametrize(
    ("site", "host", "covered"),
    [
        (LOGIN, "contoso.azurecr.io", True),
        (LOGIN, "contoso.eastus.geo.azurecr.io", True),
        (LOGIN, "contoso.privatelink.azurecr.io", False),
        (LOGIN, "contoso.eastus.data.azurecr.io", False),
        (REGIONAL, "contoso.westus.geo.azurecr.io", True),
        (DATA, "contoso.westus.data.azurecr.io", True),
        (DATA, "contoso.azurecr.io", True),
        (DATA, "contoso.eastus.data.azurecr.io", False),
        (DATA, "contoso.westus.data.privatelink.azurecr.io", False),
        (STORAGE, "account.blob.core.windows.net", True),
        (STORAGE, "contoso.azurecr.io", False),
        (LabSite("management"), "management.azure.com", True),
    ],
)
def test_a_certificate_is_for_azures_names(authority: Authority, site: LabSite, host: str, *, covered: bool) -> None:
    """OpenSSL takes it for these names alone."""
    server = authority.context(certificate_names(TOPOLOGY, site))
    if covered:
        shake(authority, server, host)
    else:
        with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
            shake(authority, server, host)


def test_a_firewall_that_looks_ends_what_it_refuses(authority: Authority) -> None:
    """It sees the name of the ClientHello, or none; the certificate is the same."""
    names = certificate_names(TOPOLOGY, DATA)
    asked: list[str | None] = []

    def admits(name: str | None) -> bool:
        asked.append(name)
        return name == "contoso.westus.data.azurecr.io"

    shake(authority, authority.gated(names, admits), "contoso.westus.data.azurecr.io")
    for refused in ("contoso.azurecr.io", None):
        with pytest.raises(ssl.SSLError):
            shake(authority, authority.gated(names, admits), refused)
    assert asked == ["contoso.westus.data.azurecr.io", "contoso.azurecr.io", None]
    shake(authority, authority.context(names), "contoso.azurecr.io")


def shake(authority: Authority, server: ssl.SSLContext, host: str | None) -> None:
    """Let a client and a server shake hands in memory."""
    client = ssl.create_default_context(cadata=authority.certificate)
    client.check_hostname = host is not None
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    waiting = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    while waiting:
        for end in waiting.copy():
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue
            waiting.remove(end)
