"""ACR115: connected registries whose registry has its dedicated data endpoints switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import Member
from acrdns.check.finding import Finding
from acrdns.check.fixes.enable_data_endpoints import EnableDataEndpoints
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.facts import Facts


def _find(facts: Facts) -> Iterator[Finding]:
    topology = facts.topology
    for registry in topology.registries.values():
        if registry.data_endpoint_enabled or not registry.connected_registries:
            continue
        gateway = Member("data", registry.location).fqdn(registry.dns_label, topology.cloud)
        message = (
            f"the dedicated data endpoints of {registry.name} are off, so {gateway} does not exist and "
            f"{listed(registry.connected_registries)} cannot synchronize; enable them"
        )
        place = topology.place("registries", registry.name, "data_endpoint_enabled")
        networks = tuple(dict.fromkeys(each.network for each in registry.connected_registries.values()))
        yield Finding(RULE.code, gateway, message, (EnableDataEndpoints(registry.name),), place, networks=networks)


RULE = Rule(
    "ACR115",
    "sync-without-data-endpoint",
    Page(
        finds="""\
A registry with connected registries, and with `data_endpoint_enabled: false`.""",
        why="""\
A connected registry gets messages and content over the data endpoint of the registry's home region; the login server
only checks its sync token. Azure wants data endpoints enabled before a connected registry is created. Where they are
switched off later, the name is gone: sync stops after the token with `no such host`, and clients of the plant go on
pulling what is there, older every day.""",
        example="""\
```yaml
registries:
  contoso:
    location: eastus
    data_endpoint_enabled: false
    connected_registries: {factory: {network: plant}}
```""",
        fixes=(EnableDataEndpoints("contoso"),),
        note="""\
Then admit `contoso.eastus.data.azurecr.io` in the firewall of each plant, which `*.blob.core.windows.net` does not.""",
        cannot_tell="""\
Whether Azure lets data endpoints be switched off while connected registries exist: no document says so.""",
        references=(
            "facts section 5 (connected registry)",
            "Microsoft Learn: What is a connected registry?",
        ),
    ),
    _find,
)
