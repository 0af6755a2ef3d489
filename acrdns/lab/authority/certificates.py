"""The names that Azure's certificate has at an endpoint (facts.md section 1.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.lab.sites import names_of
from acrdns.traffic import management_host

if TYPE_CHECKING:
    from acrdns.lab.sites import LabSite
    from acrdns.topology.model import Topology


def certificate_names(topology: Topology, site: LabSite) -> tuple[str, ...]:
    """Return the names of the certificate at an endpoint; the privatelink names are never among them."""
    suffix = topology.cloud.registry
    match site.kind:
        case "management":
            return (management_host(topology.cloud),)
        case "connected":
            return names_of(topology, site)
        case "storage":
            return (f"*.{topology.cloud.blob}",)
        case "data":
            return f"*.{site.region}.data.{suffix}", f"*.{suffix}", f"*.data.{suffix}"
        case "login":
            region = site.region or topology.registries[site.registry].location
            return f"*.{suffix}", f"*.{region}.geo.{suffix}"
