"""The topology file as people write it. The descriptions are those of the JSON Schema that `acrdns schema` prints.

Single values are checked here and in `fields`, their relations in `verify`.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

from acrdns.topology.schema.entry import Entry
from acrdns.topology.schema.fields import (
    Address,
    Address4,
    Cidr,
    Domain,
    IpRule,
    Key,
    Nat64Prefix,
    PrivateAddress,
    PublicAddress,
    Region,
    Repository,
    Switch,
    Ttl,
    no_items,
    nothing_is_empty,
)
from acrdns.topology.schema.record_sets import RecordSet
from acrdns.topology.schema.times import Cron, IsoDate, MessageTtl, SyncWindow


def _region_alone(value: Any) -> Any:
    return {"region": value} if isinstance(value, str) else value


def _targets_alone(value: Any) -> Any:
    return {"target_dns_servers": value} if isinstance(value, list) else value


def _address_alone(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Empty = BeforeValidator(nothing_is_empty)
NoItems = BeforeValidator(no_items)
Addresses = Annotated[list[Address], Field(min_length=1)]
Records = Annotated[dict[str, RecordSet], Empty]


Selection = Literal["order", "fastest", "random"]
Hosts = Annotated[
    dict[str, Annotated[Addresses, BeforeValidator(_address_alone, json_schema_input_type=str | list[str])]], Empty
]


HIDDEN = "\0"
"""Key of the field that no file has."""


class Accept(Entry):
    """A finding that is known and excused."""

    rule: str = Field(min_length=1, description="Code of the rule, e.g. ACR308.")
    reason: str = Field(min_length=1, description="Why it is excused.")
    until: IsoDate | None = Field(None, description="Last day on which it is excused. Default: no end.")


class Excusable(Entry):
    """An entry whose findings may be excused."""

    accept: Annotated[list[Accept], NoItems] = Field([], description="Findings here that are known and excused.")


class Replication(Entry):
    """A replica of a registry in another region."""

    region: Region = Field(description="Region of the replica; the home region is not one.")
    global_endpoint_routing: Switch = Field(default=True, description="Whether the login server may route there.")


class Public(Entry):
    """The registry's public side. Fields that are left out are derived from the names, always the same way."""

    frontend: Domain | None = Field(None, description="Name of the front end, e.g. xxxx.xx.azcr.io.")
    traffic_manager: Domain | None = Field(
        None, description="Name at Traffic Manager, e.g. xxxx-reg.trafficmanager.net."
    )
    addresses: Annotated[dict[str, Annotated[list[PublicAddress], Field(min_length=1)]], Empty] = Field(
        {}, description="Endpoint member to public IPv4 addresses, and IPv6 ones for dual-stack endpoints."
    )


@cache
def _nothing_public() -> Public:
    """Return what all registries share of which the file says nothing."""
    return Public()


class ConnectedRegistry(Excusable):
    """A connected registry on premises."""

    network: Key = Field(description="Network that it stands in.")
    mode: Literal["ReadWrite", "ReadOnly"] = Field("ReadOnly", description="The child of a ReadOnly one is ReadOnly.")
    login_server: Domain | None = Field(None, description="Local name, served at `address`.")
    address: Address | None = Field(None, description="IP address in its network.")
    parent: Key | None = Field(None, description="Another connected registry of the same registry, for nested ones.")
    repositories: Annotated[list[Repository], NoItems] = Field([], description="Repositories that it synchronizes.")
    sync_schedule: Cron = Field("* * * * *", description="Cron expression of five fields; every minute is continuous.")
    message_ttl: MessageTtl = Field("P2D", description="ISO 8601 duration from 1 to 90 days.")
    sync_window: SyncWindow | None = Field(None, description="ISO 8601 duration from 1 hour to 7 days.")


class Registry(Excusable):
    """A container registry; its key is 5 to 50 letters and digits, lower case in DNS."""

    sku: Literal["Basic", "Standard", "Premium"] = Field(
        "Premium", description="Private endpoints, replications and dedicated data endpoints need Premium."
    )
    location: Region = Field(description="Home region.")
    replications: Annotated[
        list[Annotated[Replication, BeforeValidator(_region_alone, json_schema_input_type=str | Replication)]], NoItems
    ] = Field([], description="Replicas: a region, or {region, global_endpoint_routing}.")
    dns_label: str | None = Field(
        None,
        description="Host label; <name>-<hash> for registries with a domain name label. Default: the key, lower case.",
    )
    data_endpoint_enabled: Switch | None = Field(
        None,
        description="Dedicated data endpoints. Default: true where an approved private endpoint exists, else false.",
    )
    regional_endpoints_enabled: Switch = Field(
        default=False, description="Regional endpoints: contoso.<region>.geo.azurecr.io."
    )
    private_link: Literal["elsewhere"] | None = Field(
        None,
        description="elsewhere: somebody else's registry, with approved private endpoints in unknown networks.",
    )
    public_network_access_enabled: Switch = Field(default=True, description="Whether public addresses serve clients.")
    anonymous_pull_enabled: Switch = Field(default=False, description="Whether a pull needs no login.")
    redirect_status: Literal[302, 307] = Field(
        307, description="Status that leads from a layer to the data endpoint: 307, or 302 as it is often drawn."
    )
    ip_rules: Annotated[list[IpRule], NoItems] = Field(
        [], description="Public client addresses and ranges that the registry's firewall admits; none admits all."
    )
    public: Annotated[Public, Empty] = Field(
        default_factory=_nothing_public,
        description="Public names and addresses; derived from the names where left out.",
    )
    connected_registries: Annotated[dict[str, ConnectedRegistry], Empty] = Field(
        {}, description="Connected registries on premises."
    )


class Client(Excusable):
    """Clients in a network that resolve in another way than the rest of it: a vantage point of their own.

    They have the network's reach and its zone links; what is left out is the network's.
    """

    dns_servers: Annotated[list[Address] | None, NoItems] = Field(None, description="DNS servers of these clients.")
    selection: Selection | None = Field(None, description="Which of several DNS servers is asked.")
    hosts: Annotated[Hosts | None, Empty] = Field(None, description="Hosts file: name to addresses.")


class Network(Excusable):
    """A network. Every network is a vantage point, but for virtual hubs; `internet` always exists besides."""

    kind: Literal["virtual_network", "on_premises", "virtual_hub"] = Field(
        "virtual_network",
        description="virtual_hub: hub of a virtual WAN, which joins what is peered with it and takes no zone links.",
    )
    location: Region | None = Field(None, description="Region of the network; geo-routing of the login server uses it.")
    address_space: Annotated[list[Cidr], NoItems] = Field([], description="Address ranges in CIDR form.")
    subnets: Annotated[dict[str, Cidr], Empty] = Field({}, description="Subnet to its address range.")
    dns_servers: Annotated[list[Address], NoItems] = Field(
        [],
        description="DNS servers of the network. None: Azure-provided DNS (168.63.129.16) in a virtual network, "
        "public DNS on premises.",
    )
    selection: Selection = Field(
        "order",
        description="Which of several DNS servers is asked. order: the next one where one is silent; fastest, random: "
        "any of them may answer.",
    )
    hosts: Hosts = Field({}, description="Hosts file of all clients: name to addresses; wins over DNS for A and AAAA.")
    clients: Annotated[
        dict[str, Annotated[Client, BeforeValidator(nothing_is_empty, json_schema_input_type=Client | None)]], Empty
    ] = Field({}, description="Further vantage points inside the network: `NETWORK/CLIENT`.")
    peerings: Annotated[list[Key], NoItems] = Field(
        [], description="Networks reached by peering, VPN or ExpressRoute; symmetric, not transitive."
    )
    transit: Switch = Field(
        default=False, description="Whether what is peered with it reaches each other: firewall, appliance or gateway."
    )


class PrivateEndpoint(Excusable):
    """A private endpoint of a registry."""

    registry: Key = Field(description="Key of the registry.")
    network: Key = Field(description="Key of the virtual network that it stands in.")
    status: Literal["Approved", "Pending", "Rejected", "Disconnected"] = Field(
        "Approved", description="State of the connection; only Approved ones count."
    )
    addresses: Annotated[dict[str, PrivateAddress], Empty] = Field(
        {},
        description="Member to private IPv4 address: registry, registry_data_<region>, and registry_<region> "
        "where regional endpoints are enabled.",
    )
    dns_zone_group: Annotated[list[Key], NoItems] = Field(
        [], description="Keys of the private zones that receive its records, at most five."
    )


class ZoneLink(Excusable):
    """A virtual network link of a private zone."""

    resolution_policy: Literal["Default", "NxDomainRedirect"] = Field(
        "Default", description="NxDomainRedirect: a name that the zone does not have is looked up publicly."
    )
    registration_enabled: Switch = Field(default=False, description="Whether virtual machines register themselves.")
    state: Literal["Completed", "InProgress"] = Field("Completed", description="InProgress is as if not linked.")


class PrivateDnsZone(Excusable):
    """A private DNS zone. Several may share a name under different keys (other resource groups)."""

    name: Domain | None = Field(None, description="Name of the zone. Default: the key.")
    ttl: Ttl = Field(10, description="Seconds; TTL of the records that zone groups write.")
    soa_minimum: Ttl = Field(10, description="Seconds; the SOA's minimum, which negative answers are kept for.")
    virtual_network_links: Annotated[
        dict[str, Annotated[ZoneLink, BeforeValidator(nothing_is_empty, json_schema_input_type=ZoneLink | None)]], Empty
    ] = Field({}, description="Network to its link.")
    records: Records = Field({}, description="Further record sets, made by hand, by relative name.")


class Filters(Entry):
    """Changes that a DNS server makes to answers of other servers."""

    rebind_protection: Switch = Field(default=False, description="Whether private addresses are taken out.")
    dns64: Nat64Prefix | None = Field(None, description="Prefix of AAAA records made of A records (RFC 6147).")


@cache
def _no_filters() -> Filters:
    return Filters()


class DnsServer(Excusable):
    """A DNS server that people run themselves; its key is its address, or any text with `address`."""

    network: Key = Field(description="Network that it stands in.")
    address: Address | None = Field(None, description="IP address. Default: the key.")
    client: Key | None = Field(
        None, description="Client of the network that runs it, for a loopback or link-local address."
    )
    recursion: Literal["forward", "iterate", "unbound"] = Field(
        "forward",
        description="Found out by running the programs. forward (dnsmasq, Knot Resolver): trusts the chain that a "
        "forwarder returns; iterate (BIND, PowerDNS Recursor): resolves each CNAME target anew through its own "
        "conditional forwarders and zones; unbound: keeps the chain unless a conditional forwarder is for the CNAME "
        "target, for which its own zones do not count. Not measured: CoreDNS and Azure Firewall, which forward, and "
        "Windows DNS Server.",
    )
    forwarders: Annotated[list[Address], NoItems] = Field(
        [], description="Servers for all other names. None: public DNS."
    )
    conditional_forwarders: Annotated[dict[str, Addresses], Empty] = Field(
        {}, description="Domain to the servers that are asked for names in it."
    )
    selection: Selection = Field("order", description="Which of several forwarders is asked.")
    fallback: Literal["none", "public"] = Field(
        "none",
        description="public: public DNS is asked where a conditional forwarder is silent or fails. Measured: BIND's "
        "`forward first`, which passes all forwarders then. Not measured: Windows' root hints.",
    )
    filters: Annotated[Filters, Empty] = Field(
        default_factory=_no_filters, description="Changes to answers of other servers."
    )
    zones: Annotated[dict[str, Records], Empty] = Field(
        {}, description="Zone name to record sets: what it is authoritative for."
    )


class PrivateResolver(Excusable):
    """An Azure DNS Private Resolver."""

    network: Key = Field(description="Virtual network that it stands in.")
    inbound_endpoints: Annotated[list[Address4], NoItems] = Field(
        [], description="Addresses that answer as Azure-provided DNS of the network does."
    )
    outbound_endpoints: Annotated[list[Key], NoItems] = Field([], description="Names that rulesets refer to.")


class ForwardingRule(Excusable):
    """A rule of a DNS forwarding ruleset."""

    target_dns_servers: Addresses = Field(description="Servers that are asked; the first that answers.")
    enabled: Switch = Field(default=True, description="Whether the rule counts.")


class DnsForwardingRuleset(Excusable):
    """A DNS forwarding ruleset."""

    outbound_endpoint: Key = Field(description="Outbound endpoint of a private resolver.")
    virtual_network_links: Annotated[list[Key], NoItems] = Field([], description="Virtual networks that use it.")
    rules: Annotated[
        dict[
            str,
            Annotated[
                ForwardingRule,
                BeforeValidator(_targets_alone, json_schema_input_type=list[str] | ForwardingRule),
            ],
        ],
        Empty,
    ] = Field({}, description="Domain to its servers, or to {target_dns_servers, enabled}.")


class TopologyFile(Excusable):
    """The estate in Azure and on premises: the input of acrdns."""

    version: Literal[1] = Field(1, description="Version of this format.")
    cloud: Literal["AzureCloud", "AzureChinaCloud", "AzureUSGovernment"] = Field(
        "AzureCloud", description="Azure cloud."
    )
    chains: Literal["documented", "observed"] = Field(
        "documented",
        description="documented: the chains of the architecture document; observed: with hops seen in the wild.",
    )
    registries: Annotated[dict[str, Registry], Empty] = Field({}, description="Container registries, by name.")
    networks: Annotated[
        dict[str, Annotated[Network, BeforeValidator(nothing_is_empty, json_schema_input_type=Network | None)]], Empty
    ] = Field({}, description="Virtual networks and networks on premises, by a name of your choice.")
    private_endpoints: Annotated[dict[str, PrivateEndpoint], Empty] = Field({}, description="Private endpoints.")
    private_dns_zones: Annotated[
        dict[
            str,
            Annotated[PrivateDnsZone, BeforeValidator(nothing_is_empty, json_schema_input_type=PrivateDnsZone | None)],
        ],
        Empty,
    ] = Field({}, description="Private DNS zones, by a key of your choice.")
    dns_servers: Annotated[dict[str, DnsServer], Empty] = Field(
        {}, description="DNS servers that people run themselves, by address."
    )
    private_resolvers: Annotated[dict[str, PrivateResolver], Empty] = Field(
        {}, description="Azure DNS Private Resolvers."
    )
    dns_forwarding_rulesets: Annotated[dict[str, DnsForwardingRuleset], Empty] = Field(
        {}, description="DNS forwarding rulesets."
    )
    sections: SkipJsonSchema[dict[str, list[Accept]]] = Field({}, alias=HIDDEN)
    """`accept` lists that stand in a section, by section; `draft` moves them here."""
