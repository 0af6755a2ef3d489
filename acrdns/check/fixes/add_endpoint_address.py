"""Add an address to a private endpoint, for an endpoint of its registry."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.check.fixes.fix import ADDRESS, GROUP, Edit, Fix, Topology, az, quoted, symbol
from acrdns.topology.text.edit import Put

if TYPE_CHECKING:
    from collections.abc import Container


@dataclass(frozen=True, slots=True)
class AddEndpointAddress(Fix):
    """Only the network's owner knows a free address; without one nothing is edited.

    `fix` proposes one that is free as far as the file says; the first command asks Azure.
    """

    endpoint: str
    member: str
    """As Azure calls it: `registry_data_westus`."""
    address: str = ADDRESS
    network: str = ""
    """The virtual network, where the address is a proposal."""

    def proposed(self, topology: Topology, taken: Container[str]) -> AddEndpointAddress:
        """Return this fix with the next address in the endpoint's subnet that nothing in the file has."""
        private = topology.private_endpoints[self.endpoint]
        network = topology.networks[private.network]
        parsed = sorted(map(ip_address, private.addresses.values()), key=lambda found: (found.version, found))
        spaces = [s for s in (*network.subnets.values(), *network.address_space) if parsed and parsed[0] in s]
        if self.address != ADDRESS or not spaces:
            return self
        room = int(spaces[0].broadcast_address) - int(parsed[0])
        free = next((a for more in range(1, room) if (a := str(parsed[0] + more)) not in taken), "")
        return replace(self, address=free, network=network.name) if free else self

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--endpoint-name", self.endpoint, "-n", self.member.replace("_", "-"))
        member = ("--group-id", "registry", "--member-name", self.member, "--private-ip-address", self.address)
        add = az("network private-endpoint ip-config add", *where, *member)
        asked = ("-g", GROUP, "-n", self.network, "--ip-address", self.address)
        return (az("network vnet check-ip-address", *asked), add) if self.network else (add,)

    @property
    def terraform(self) -> str:
        return (
            f"# in azurerm_private_endpoint.{symbol(self.endpoint)}\nip_configuration {{\n"
            f"  name               = {quoted(self.member.replace('_', '-'))}\n"
            f'  subresource_name   = "registry"\n'
            f"  member_name        = {quoted(self.member)}\n"
            f"  private_ip_address = {quoted(self.address)}\n}}"
        )

    @property
    def bicep(self) -> str:
        properties = f"{{ groupId: 'registry', memberName: '{self.member}', privateIPAddress: '{self.address}' }}"
        name = self.member.replace("_", "-")
        return (
            f"// in the Microsoft.Network/privateEndpoints resource '{self.endpoint}', ipConfigurations\n"
            f"{{ name: '{name}', properties: {properties} }}"
        )

    def edits(self, topology: Topology) -> tuple[Edit, ...]:
        if self.address == ADDRESS:
            return ()
        return (Put(("private_endpoints", self.endpoint, "addresses", self.member), self.address),)


def members_of(endpoint: str) -> str:
    """Return the command that lists the addresses of a private endpoint by member, with a zone group or without."""
    show = az("network private-endpoint show", "-g", GROUP, "-n", endpoint, "--query", "networkInterfaces[0].id")
    return f"az network nic show --ids $({show} -o tsv) --query {shlex.quote(_MEMBERS)}"


_MEMBERS = "ipConfigurations[].[privateLinkConnectionProperties.requiredMemberName,privateIPAddress]"
"""The addresses of a private endpoint are those of its network interface, by member (facts section 2.2)."""
