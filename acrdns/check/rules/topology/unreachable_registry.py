"""ACR106: a registry that nobody can reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import LOGIN
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.create_endpoint import CreateEndpoint
from acrdns.check.fixes.fix import az
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.topology.endpoint_not_approved import getting_approved

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
    endpoints = [e for e in topology.private_endpoints.values() if e.registry == registry.name]
    why = "none of its private endpoints is approved" if endpoints else "it has no private endpoint"
    basic = not endpoints and registry.sku != "Premium"
    step = "get one approved" if endpoints else "create a private endpoint for its clients"
    if basic:
        step = f"private endpoints need Premium, and it is {registry.sku}: raise it, then {step}"
    message = f"public network access of {registry.name} is disabled and {why}, so every client gets 403; {step}"
    place = topology.place("registries", registry.name, "public_network_access_enabled")
    waiting = [e for e in endpoints if e.status == "Pending"] or endpoints
    fixes: tuple[Fix, ...] = tuple(fix for private in waiting for fix in getting_approved(topology, private)) or (
        CreateEndpoint(registry.name),
    )
    if basic:
        fixes = (Advice("", (az("acr update", "-n", registry.name, "--sku", "Premium"),)), *fixes)
    return Finding(RULE.code, LOGIN.fqdn(registry.dns_label, topology.cloud), message, fixes, place)


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
        fixes=(CreateEndpoint("contoso"),),
        note="""\
or, only if clients on the internet are meant to reach it: `az acr update -n contoso --public-network-enabled true`.""",
        cannot_tell="""\
Whether trusted Azure services, which the registry's firewall may let through, are all that ever uses it.""",
        references=(
            "facts F21, F22",
            "Microsoft Learn: Configure public IP network rules for Azure Container Registry",
        ),
    ),
    _find,
)
