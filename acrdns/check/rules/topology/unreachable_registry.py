"""ACR106: a registry that nobody can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.approve_endpoint import ApproveEndpoint
from acrdns.check.fixes.enable_public_access import EnablePublicAccess
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Registry, Topology


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    private = frozenset(facts.layout.private_registries)
    for registry in topology.registries.values():
        if not registry.public_network_access_enabled and registry.name not in private:
            yield _finding(topology, registry)


def _finding(topology: Topology, registry: Registry) -> Finding:
    pending = [e.name for e in topology.private_endpoints.values() if e.registry == registry.name]
    step = "approve the connection" if pending else "create a private endpoint, or enable public access"
    why = "none of its private endpoints is approved" if pending else "it has no private endpoint"
    message = f"public network access of {registry.name} is disabled and {why}, so every client gets 403; {step}"
    place = topology.place("registries", registry.name, "public_network_access_enabled")
    fixes: tuple[Fix, ...] = tuple(ApproveEndpoint(registry.name, name) for name in pending)
    fixes = fixes or (_CREATE, EnablePublicAccess(registry.name))
    return Finding(RULE.code, LOGIN.fqdn(registry.dns_label, topology.cloud), message, fixes, place)


_CREATE = Advice("create a private endpoint for its clients; or, if clients on the internet should reach it")


RULE = Rule(
    "ACR106",
    "unreachable-registry",
    Page(
        finds="""\
A registry with public network access disabled and without an approved private endpoint.""",
        why="""\
Names resolve to public addresses, connections succeed, and every request is refused: 403, `client with IP ...
is not allowed access`. No network has another way in.""",
        example="""\
```yaml
registries:
  contoso: {location: eastus, public_network_access_enabled: false}
# and no private_endpoints
```""",
        fixes=(EnablePublicAccess("contoso"),),
        note="""\
or, if it should stay private:
```
az network private-endpoint create -g RESOURCE_GROUP -n contoso-pe --vnet-name VIRTUAL_NETWORK --subnet SUBNET \\
  --private-connection-resource-id REGISTRY_ID --group-id registry --connection-name contoso
```
In Terraform that is an `azurerm_private_endpoint` with `subresource_names = ["registry"]`, in Bicep a
`Microsoft.Network/privateEndpoints` resource with `groupIds: ['registry']`.""",
        cannot_tell="""\
Whether trusted Azure services, which the registry's firewall may let through, are all that ever uses it.""",
        references=(
            "facts F21, F22",
            "Microsoft Learn: Configure public IP network rules for Azure Container Registry",
        ),
    ),
    _find,
)
