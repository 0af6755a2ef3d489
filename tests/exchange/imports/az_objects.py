"""Objects as az prints them, by hand: what an engineer has after a few list commands."""

from __future__ import annotations

from typing import Any

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
ZONE = "privatelink.azurecr.io"
GUID = "0a1b2c3d-0000-4000-8000-00000000000f"
Object = dict[str, Any]


def of(type_: str, *names: str, group: str = "rg-hub", subscription: str = SUBSCRIPTION) -> str:
    """Return an identifier."""
    provider, *segments = type_.split("/")
    pairs = "/".join(f"{segment}/{name}" for segment, name in zip(segments, names, strict=True))
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{provider}/{pairs}"


def _made(type_: str, *names: str, group: str = "rg-hub", subscription: str = SUBSCRIPTION, **fields: Any) -> Object:
    own = {"id": of(type_, *names, group=group, subscription=subscription), "name": names[-1], "resourceGroup": group}
    return own | {"type": type_, "provisioningState": "Succeeded", "etag": 'W/"1"', "tags": None} | fields


def _vnet_id(name: str, **where: str) -> str:
    return of("Microsoft.Network/virtualNetworks", name, **where)


def _subnet(name: str) -> Object:
    return {"id": f"{_vnet_id(name)}/subnets/default", "resourceGroup": "rg-hub"}


def vnet(name: str, prefix: str, *servers: str, peers: tuple[str, ...] = (), hub: str = "") -> Object:
    """Return an element of `az network vnet list`; `hub`: it is connected to the hub of a virtual WAN."""
    remotes = {f"to-{peer}": _vnet_id(peer) for peer in peers}
    if hub:
        remotes[f"RemoteVnetToHubPeering_{GUID}"] = _vnet_id(
            f"HV_{hub}_{GUID}", group=f"RG_{hub}_{GUID}", subscription="99999999-0000-0000-0000-000000000000"
        )
    peerings = [
        {"name": key, "peeringState": "Connected", "peeringSyncLevel": "FullyInSync", "remoteVirtualNetwork": {"id": remote}}
        for key, remote in remotes.items()
    ]  # fmt: skip
    return _made("Microsoft.Network/virtualNetworks", name, location="eastus", addressSpace={"addressPrefixes": [prefix]},
                 dhcpOptions={"dnsServers": list(servers)} if servers else None, virtualNetworkPeerings=peerings)  # fmt: skip


def registry(name: str = "contoso", suffix: str = "azurecr.io", location: str = "eastus", **fields: Any) -> Object:
    """Return an element of `az acr list`."""
    usual: Object = {"location": location, "sku": {"name": "Premium", "tier": "Premium"}, "loginServer": f"{name}.{suffix}",
             "publicNetworkAccess": "Disabled", "dataEndpointEnabled": True, "adminUserEnabled": False}  # fmt: skip
    return _made("Microsoft.ContainerRegistry/registries", name, **(usual | fields))


def endpoint(network: str, addresses: dict[str, str], status: str = "Approved", zone: str = ZONE) -> list[Object]:
    """Return a private endpoint, its interface and its zone group; without a zone no group."""
    target = of("Microsoft.ContainerRegistry/registries", "contoso")
    state = {"status": status, "actionsRequired": "None"}
    connection = {"name": "c", "groupIds": ["registry"], "privateLinkServiceId": target, "privateLinkServiceConnectionState": state}  # fmt: skip
    configurations = [
        {"name": f"privateEndpointIpConfig.{number}", "privateIPAddress": address, "subnet": _subnet(network),
         "privateLinkConnectionProperties": {"groupId": "registry", "requiredMemberName": member}}
        for number, (member, address) in enumerate(addresses.items())
    ]  # fmt: skip
    group = of("Microsoft.Network/privateEndpoints", "pe")
    made = [
        _made("Microsoft.Network/privateEndpoints", "pe", location="eastus", subnet=_subnet(network), privateLinkServiceConnections=[connection]),
        _made("Microsoft.Network/networkInterfaces", f"pe.nic.{GUID}", location="eastus", ipConfigurations=configurations, privateEndpoint={"id": group}),
    ]  # fmt: skip
    configs = [{"name": "default", "privateDnsZoneId": of("Microsoft.Network/privateDnsZones", zone), "recordSets": []}]
    if zone:
        made.append(_made("Microsoft.Network/privateEndpoints/privateDnsZoneGroups", "pe", "default", privateDnsZoneConfigs=configs))  # fmt: skip
    return made


def zone(*links: str, records: dict[str, str] | None = None, name: str = ZONE, creator: str = "pe", **policy: str) -> list[Object]:  # fmt: skip
    """Return a zone, its links, and its A record sets by owner; `creator` is the endpoint that wrote them."""
    kind = "Microsoft.Network/privateDnsZones"
    found = [
        _made(
            kind,
            name,
            location="global",
            numberOfRecordSets=1 + len(records or {}),
            numberOfVirtualNetworkLinks=len(links),
        )
    ]
    found += [
        _made(f"{kind}/virtualNetworkLinks", name, f"{network}-link", location="global", virtualNetwork={"id": _vnet_id(network)},
              registrationEnabled=False, virtualNetworkLinkState="Completed", resolutionPolicy=policy.get(network, "Default"))
        for network in links
    ]  # fmt: skip
    metadata = {"creator": f"created by private endpoint {creator} with resource guid {GUID}"}
    return found + [
        _made(f"{kind}/A", name, owner, ttl=10, aRecords=[{"ipv4Address": address}], isAutoRegistered=False, metadata=metadata)
        for owner, address in (records or {}).items()
    ]  # fmt: skip


def resolver(network: str, inbound: str) -> list[Object]:
    """Return a private resolver with one endpoint of each kind."""
    kind, place = "Microsoft.Network/dnsResolvers", {"id": _vnet_id(network)}
    addresses = [{"privateIpAddress": inbound, "privateIpAllocationMethod": "Dynamic", "subnet": _subnet(network)}]
    return [
        _made(kind, "dnspr", location="eastus", virtualNetwork=place, dnsResolverState="Connected"),
        _made(f"{kind}/inboundEndpoints", "dnspr", "in", location="eastus", ipConfigurations=addresses),
        _made(f"{kind}/outboundEndpoints", "dnspr", "out", location="eastus", subnet=_subnet(network)),
    ]


def ruleset(network: str, target: str, state: str = "Enabled") -> list[Object]:
    """Return a ruleset that forwards the registry's domain, linked to a network."""
    kind = "Microsoft.Network/dnsForwardingRulesets"
    through = [{"id": of("Microsoft.Network/dnsResolvers/outboundEndpoints", "dnspr", "out")}]
    targets = [{"ipAddress": target, "port": 53}]
    return [
        _made(kind, "rs", location="eastus", dnsResolverOutboundEndpoints=through),
        _made(f"{kind}/forwardingRules", "rs", "acr", domainName="azurecr.io.", forwardingRuleState=state, targetDnsServers=targets),
        _made(f"{kind}/virtualNetworkLinks", "rs", "spoke", virtualNetwork={"id": _vnet_id(network)}),
    ]  # fmt: skip


def machine(network: str, address: str) -> Object:
    """Return the interface of a virtual machine."""
    own = {"name": "ipconfig1", "privateIPAddress": address, "subnet": _subnet(network), "primary": True}
    return _made("Microsoft.Network/networkInterfaces", "dns-nic", location="eastus", ipConfigurations=[own],
                 virtualMachine={"id": of("Microsoft.Compute/virtualMachines", "dns")})  # fmt: skip


def firewall(network: str, address: str, policy: str = "", **settings: Any) -> Object:
    """Return an element of `az network firewall list`; one without a policy has settings of its own."""
    own = [{"name": "ip", "privateIPAddress": address, "subnet": {"id": f"{_vnet_id(network)}/subnets/AzureFirewallSubnet"}}]  # fmt: skip
    return _made("Microsoft.Network/azureFirewalls", "fw", location="eastus", ipConfigurations=own, threatIntelMode="Alert",
                 firewallPolicy={"id": of("Microsoft.Network/firewallPolicies", policy)} if policy else None, **settings)  # fmt: skip


def policy(name: str, *servers: str, proxy: bool | None = True, based_on: str = "") -> Object:
    """Return an element of `az network firewall policy list`."""
    above = {"id": of("Microsoft.Network/firewallPolicies", based_on)} if based_on else None
    settings = None if proxy is None else {"enableProxy": proxy, "servers": list(servers)}
    return _made("Microsoft.Network/firewallPolicies", name, location="eastus", basePolicy=above, dnsSettings=settings)


def virtual_hub(name: str, prefix: str, *networks: str) -> list[Object]:
    """Return an element of `az network vhub list`, and those of `az network vhub connection list`."""
    kind, wan = "Microsoft.Network/virtualHubs", {"id": of("Microsoft.Network/virtualWans", "wan")}
    return [
        _made(kind, name, location="eastus", addressPrefix=prefix, virtualWan=wan, sku="Standard", routingState="Provisioned"),
        *(_made(f"{kind}/hubVirtualNetworkConnections", name, f"{name}-{network}", remoteVirtualNetwork={"id": _vnet_id(network)},
                enableInternetSecurity=True) for network in networks),
    ]  # fmt: skip


def cluster(network: str) -> Object:
    """Return an element of `az aks list`."""
    pools = [{"name": "nodes", "count": 3, "vnetSubnetId": _subnet(network)["id"]}]
    return _made("Microsoft.ContainerService/managedClusters", "aks1", location="eastus", agentPoolProfiles=pools,
                 networkProfile={"networkPlugin": "azure", "dnsServiceIp": "10.250.0.10", "serviceCidr": "10.250.0.0/16"})  # fmt: skip
