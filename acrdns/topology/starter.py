"""The topology file that `acrdns init` writes: small, whole, and commented where people ask."""

STARTER = """\
# What exists in Azure and on premises, for acrdns. Everything else is derived from this file: the DNS zones, what each
# network gets as answers, what `acrdns check` expects, and the firewall's allow-list.
#
#   acrdns lint FILE                                       what is wrong with it, without a server
#   acrdns matrix FILE                                     every endpoint from every network
#   acrdns trace FILE contoso.azurecr.io --from spoke      one name, step by step
#   acrdns serve FILE                                      a DNS server for each network
#   acrdns check FILE --from hub                           the resolver of this machine, held against it
#
# An editor that knows JSON Schema completes the fields: acrdns schema > topology.schema.json

version: 1
cloud: AzureCloud                    # or AzureChinaCloud, AzureUSGovernment

registries:
  contoso:                           # contoso.azurecr.io
    location: eastus                 # home region
    replications: [westeurope]       # each region has a data endpoint: contoso.<region>.data.azurecr.io
    # sku: Premium                   # the default; private endpoints and replications need it
    # dns_label: contoso-exfrbuf     # for a registry with a domain name label: its name, and the hash behind it
    # public_network_access_enabled: false

networks:                            # each is a place to ask from; `internet` always exists besides
  hub:
    address_space: [10.0.0.0/16]
    peerings: [spoke, office]        # also VPN and ExpressRoute; a peering counts on both sides
  spoke:
    address_space: [10.1.0.0/16]
    # dns_servers: [10.0.0.4]        # left out: Azure-provided DNS, 168.63.129.16
  office:
    kind: on_premises
    address_space: [192.168.0.0/16]
    dns_servers: [192.168.0.53]

private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses:                       # one for the login server, one for the data endpoint of each region
      registry: 10.0.0.7
      registry_data_eastus: 10.0.0.8
      registry_data_westeurope: 10.0.0.9
    dns_zone_group: [privatelink.azurecr.io]   # writes these addresses into the zone

private_dns_zones:
  privatelink.azurecr.io:            # the only zone that a registry needs
    virtual_network_links:           # a network that is not here gets public answers, peered or not
      hub: {}
      spoke: {}
    # records:                       # record sets made by hand; they win over those of the zone group
    #   other: {ttl: 3600, A: [10.0.0.99]}

private_resolvers:
  hub-resolver:
    network: hub
    inbound_endpoints: [10.0.0.4]    # answers as Azure-provided DNS of the hub does; the office can reach it

dns_servers:                         # servers of your own, by address
  192.168.0.53:
    network: office
    conditional_forwarders:
      azurecr.io: [10.0.0.4]         # forward the public name, not privatelink.azurecr.io
"""
"""YAML; loads, and has no findings."""
