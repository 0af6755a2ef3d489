"""Objects as far as a topology needs them, whichever input has them; a field is None where nothing is said.

`objects/` makes these of what inputs have, `sections/` makes a topology of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.notes import Origin


@dataclass(slots=True, kw_only=True)
class FoundObject:
    """An object: its identifier and its sources."""

    id: Identifier
    origins: list[Origin]
    declared: bool = False

    @property
    def origin(self) -> Origin:
        """The first input that has it."""
        return self.origins[0]

    @property
    def name(self) -> str:
        """The name as spelt first."""
        return self.id.name


@dataclass(slots=True, kw_only=True)
class FoundRegistry(FoundObject):
    """A registry."""

    location: str | None = None
    sku: str | None = None
    login_server: str | None = None
    public_access: bool | None = None
    default_action: str | None = None
    ip_rules: tuple[str, ...] | None = None
    data_endpoint_enabled: bool | None = None
    regional_endpoints: bool | None = None
    data_regions: tuple[str, ...] | None = None
    """Regions in the names of its data endpoints."""


@dataclass(slots=True, kw_only=True)
class FoundConnection(FoundObject):
    """A registry's side of a private endpoint: it decides on the status."""

    endpoint: str | None = None
    """The key of the endpoint's identifier, its name in `endpoint_name`."""
    endpoint_name: str | None = None
    status: str | None = None


@dataclass(slots=True, kw_only=True)
class FoundReplica(FoundObject):
    """A replica."""

    location: str | None = None
    routing: bool | None = None


@dataclass(slots=True, kw_only=True)
class FoundConnectedRegistry(FoundObject):
    """A connected registry."""

    mode: str | None = None
    parent: Identifier | None = None
    login_server: str | None = None
    schedule: str | None = None
    message_ttl: str | None = None
    sync_window: str | None = None


@dataclass(slots=True, kw_only=True)
class FoundEndpoint(FoundObject):
    """A private endpoint of a registry."""

    registry: Identifier | None = None
    network: Identifier | None = None
    status: str | None = None
    assumed_status: str | None = None
    """The status that a manual connection of Terraform has before anybody approves it."""
    location: str | None = None
    interfaces: tuple[str, ...] | None = None
    """Keys of its network interfaces' identifiers."""
    interface_name: str | None = None
    public_names: dict[str, str] | None = None
    """Public name to address (`customDnsConfigs`); empty under a zone group."""
    static: dict[str, str] | None = None
    """Member to the address that was asked for."""
    lone_address: str | None = None
    """One address of which nobody says whose it is (Terraform)."""
    groups_known: bool | None = None
    """Whether the input would say so if it had a zone group (Terraform)."""


@dataclass(slots=True, kw_only=True)
class FoundInterface(FoundObject):
    """A network interface."""

    endpoint: str | None = None
    """The key of the private endpoint that has it."""
    machine: bool | None = None
    """Whether it is not one of a private endpoint."""
    network: Identifier | None = None
    members: dict[str, str] | None = None
    """Member of the group `registry` to address."""
    names: dict[str, str] | None = None
    """Public name to address, where no member is said."""
    addresses: tuple[str, ...] | None = None
    dns_servers: tuple[str, ...] | None = None


@dataclass(slots=True, kw_only=True)
class FoundZoneGroup(FoundObject):
    """A zone group of a private endpoint."""

    zones: dict[str, Identifier] | None = None
    """By the key of the zone's identifier."""
    records: dict[str, str] | None = None
    """Whole name of a record set, to its address."""


@dataclass(slots=True, kw_only=True)
class FoundZone(FoundObject):
    """A private zone with a registry's name in its own."""

    record_sets: int | None = None
    """Record sets that Azure counts in it, the SOA among them."""
    links: int | None = None
    """Virtual network links that Azure counts."""


@dataclass(slots=True, kw_only=True)
class FoundLink(FoundObject):
    """A virtual network link of a private zone."""

    network: Identifier | None = None
    state: str | None = None
    policy: str | None = None
    registration: bool | None = None


@dataclass(slots=True, kw_only=True)
class FoundRecordSet(FoundObject):
    """A record set of a private zone."""

    type: str
    ttl: int | None = None
    data: tuple[Any, ...] | None = None
    """As a topology has it."""
    creator: str | None = None
    """Name of the private endpoint whose zone group wrote it."""
    minimum: int | None = None
    """Of an SOA: seconds."""


@dataclass(slots=True, kw_only=True)
class FoundNetwork(FoundObject):
    """A virtual network, or the hub of a virtual WAN."""

    wan: Identifier | None = None
    """The virtual WAN whose hub it is."""
    location: str | None = None
    address_space: tuple[str, ...] | None = None
    dns_servers: tuple[str, ...] | None = None
    servers_of: tuple[Identifier, ...] | None = None
    """Inbound endpoints and firewalls whose addresses are the DNS servers, where a plan does not know those yet."""


@dataclass(slots=True, kw_only=True)
class FoundPeering(FoundObject):
    """One side of a peering."""

    remote: Identifier | None = None
    state: str | None = None


@dataclass(slots=True, kw_only=True)
class FoundFirewall(FoundObject):
    """A firewall, or a firewall policy: whether its DNS proxy is on, and what that forwards to."""

    addresses: tuple[str, ...] | None = None
    network: Identifier | None = None
    policy: Identifier | None = None
    """The policy of a firewall, or the policy that a policy is based on."""
    proxy: bool | None = None
    servers: tuple[str, ...] | None = None


@dataclass(slots=True, kw_only=True)
class FoundCluster(FoundObject):
    """A Kubernetes cluster."""

    network: Identifier | None = None
    dns_service: str | None = None
    """The address of CoreDNS in the cluster."""


@dataclass(slots=True, kw_only=True)
class FoundResolver(FoundObject):
    """A private resolver."""

    network: Identifier | None = None


@dataclass(slots=True, kw_only=True)
class FoundInbound(FoundObject):
    """An inbound endpoint."""

    addresses: tuple[str, ...] | None = None
    network: Identifier | None = None


@dataclass(slots=True, kw_only=True)
class FoundOutbound(FoundObject):
    """An outbound endpoint."""

    network: Identifier | None = None


@dataclass(slots=True, kw_only=True)
class FoundRuleset(FoundObject):
    """A forwarding ruleset."""

    outbound: tuple[Identifier, ...] | None = None


@dataclass(slots=True, kw_only=True)
class FoundRule(FoundObject):
    """A rule of a ruleset."""

    domain: str | None = None
    targets: tuple[str, ...] | None = None
    enabled: bool | None = None


@dataclass(slots=True, kw_only=True)
class FoundRulesetLink(FoundObject):
    """A link of a ruleset."""

    network: Identifier | None = None
