"""The cells of the matrix that are wrong: endpoints with another answer than expected at a vantage point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN

if TYPE_CHECKING:
    from acrdns.check.estate.matrix import Estate
    from acrdns.topology.model import Topology

Cells = frozenset[tuple[str, str]]
"""Vantage points and endpoint names."""


def wrong_cells(estate: Estate) -> Cells:
    """Return every cell of the matrix that is not as expected."""
    return frozenset((vantage, row.fqdn) for row, vantage, _ in estate.matrix().surprises())


def endpoints(estate: Estate) -> dict[str, str]:
    """Return the registry of each endpoint in the matrix."""
    return {row.fqdn: key for key in estate.topology.registries for row in estate.rows_of(key, None)}


def login_server(topology: Topology, registry: str) -> str:
    """Return the name of a registry's login server."""
    return LOGIN.fqdn(topology.registries[registry].dns_label, topology.cloud)
