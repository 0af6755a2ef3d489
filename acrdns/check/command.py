"""The az commands that mend a topology: real ones, with the names of the topology filled in.

What only the reader can know stands in angle brackets, as in the Azure CLI's own help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import relative, show

if TYPE_CHECKING:
    from acrdns.names import Name
    from acrdns.topology.model import PrivateZone

GROUP = "-g <resource-group>"
ADDRESS = "<private-ip>"


def create_zone(zone: str) -> str:
    """Create a private zone."""
    return f"az network private-dns zone create {GROUP} -n {zone}"


def delete_zone(zone: str) -> str:
    """Delete a private zone; its links have to be gone before."""
    return f"az network private-dns zone delete {GROUP} -n {zone} -y"


def create_link(zone: str, network: str) -> str:
    """Link a private zone to a virtual network."""
    return f"az network private-dns link vnet create {GROUP} -z {zone} -n {network}-link -v {network} -e false"


def delete_link(zone: str, network: str) -> str:
    """Take a private zone away from a virtual network."""
    return f"az network private-dns link vnet delete {GROUP} -z {zone} -n <link-to-{network}> -y"


def update_link(zone: str, network: str, option: str) -> str:
    """Change a link, e.g. with the option `--resolution-policy NxDomainRedirect`."""
    return f"az network private-dns link vnet update {GROUP} -z {zone} -n <link-to-{network}> {option}"


def show_link(zone: str, network: str) -> str:
    """Show a link and its state."""
    return f"az network private-dns link vnet show {GROUP} -z {zone} -n <link-to-{network}>"


def add_record(zone: PrivateZone, owner: Name, address: str) -> str:
    """Add an address record to a private zone."""
    return _record_set(zone, owner, "add-record", f"-a {address}")


def remove_record(zone: PrivateZone, owner: Name, address: str) -> str:
    """Remove an address record, and the record set with its last one."""
    return _record_set(zone, owner, "remove-record", f"-a {address}")


def set_ttl(zone: PrivateZone, owner: Name, seconds: int) -> str:
    """Set a record set's TTL."""
    return _record_set(zone, owner, "update", f"--set ttl={seconds}")


def _record_set(zone: PrivateZone, owner: Name, verb: str, option: str) -> str:
    # `@` is what az takes for the apex, and no shell expands it.
    record = relative(owner, zone.apex)
    return f"az network private-dns record-set a {verb} {GROUP} -z {show(zone.apex)} -n {record} {option}"


def create_zone_group(endpoint: str, zone: str) -> str:
    """Let a private endpoint write its records into a private zone."""
    label = zone.replace(".", "-")
    return (
        f"az network private-endpoint dns-zone-group create {GROUP} --endpoint-name {endpoint} -n default "
        f"--private-dns-zone {zone} --zone-name {label}"
    )


def delete_zone_group(endpoint: str) -> str:
    """Take a private endpoint's zone group away; its records go with it."""
    return f"az network private-endpoint dns-zone-group delete {GROUP} --endpoint-name {endpoint} -n default"
