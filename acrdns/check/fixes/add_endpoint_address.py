"""Add an address to a private endpoint, for an endpoint of its registry."""

from __future__ import annotations

from dataclasses import dataclass

from acrdns.check.fixes.fix import ADDRESS, GROUP, Edit, Fix, Topology, az, quoted, symbol
from acrdns.topology.text.edit import Put


@dataclass(frozen=True, slots=True)
class AddEndpointAddress(Fix):
    """Only the network's owner knows a free address; without one nothing is edited."""

    endpoint: str
    member: str
    """As Azure calls it: `registry_data_westus`."""
    address: str = ADDRESS

    @property
    def az(self) -> tuple[str, ...]:
        where = ("-g", GROUP, "--endpoint-name", self.endpoint, "-n", self.member.replace("_", "-"))
        member = ("--group-id", "registry", "--member-name", self.member, "--private-ip-address", self.address)
        return (az("network private-endpoint ip-config add", *where, *member),)

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
