"""The document of `plan ips --format json`, version 1. Its JSON Schema, `addresses.schema.json`, lies one folder up."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object


@json_object
class EndpointNeedEntry:
    """The addresses that one private endpoint needs."""

    private_endpoint: str
    """The private endpoint's key in the topology."""
    registry: str
    """The key of the registry that it leads to."""
    network: str
    """The key of the network that holds it."""
    subnet: str | None
    """The subnet of the network that holds its addresses; null where the file has none."""
    now: int
    """The number of addresses that it needs now."""
    after: int
    """The number of addresses that it needs after the change."""
    added: tuple[str, ...]
    """The members of the private link group that the change adds."""
    absent: tuple[str, ...]
    """Members that need an address now, and have none in the file."""


@json_object
class SubnetNeedEntry:
    """The addresses of a subnet that has private endpoints."""

    network: str
    """The network's key in the topology."""
    subnet: str
    """The subnet's key in the network."""
    prefix: str
    """The address prefix of the subnet (CIDR)."""
    usable: int
    """Without the five that Azure keeps."""
    used: int
    """Those of the file's private endpoints."""
    after: int
    """The number of addresses that private endpoints use after the change."""
    full: bool
    """Whether `after` does not fit."""


@json_object
class AddressPlanDocument:
    """The document of `acrdns plan ips --format json`."""

    version: Literal[1]
    """The version of the format of this document."""
    endpoints: tuple[EndpointNeedEntry, ...]
    """Each private endpoint, in file order."""
    subnets: tuple[SubnetNeedEntry, ...]
    """Each subnet that holds private endpoints, in file order."""
