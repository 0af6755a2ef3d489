"""Private resolvers and forwarding rulesets (facts.md section 3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.suggest import remedy
from acrdns.topology.schema.fields import domain_complaint
from acrdns.topology.verify.references import at_most, key_is_text, no_repeats, verify_domains, virtual_network
from acrdns.topology.verify.zones import LINKS

if TYPE_CHECKING:
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import DnsForwardingRuleset

# "Azure subscription and service limits", section DNS Private Resolver.
MAX_TARGETS = 6
"""Target DNS servers of one rule."""
MAX_RULES = 1000
"""Rules of one ruleset."""
MAX_LINKS = 500
"""Virtual network links of one ruleset."""
MAX_ENDPOINTS = 5
"""Inbound endpoints of one private resolver, and outbound endpoints."""
MAX_RULESETS = 2
"""Rulesets of one outbound endpoint."""
MIN_LABELS, MAX_LABELS = 2, 34
"""Labels in the domain of a rule; the root (`.`) is allowed as well ("DNS forwarding rulesets", section Rules)."""


def verify(draft: Draft) -> None:
    """Report what is wrong with resolvers and rulesets."""
    outbound = _resolvers(draft)
    used: dict[str, int] = {}
    for key, ruleset in draft.file.dns_forwarding_rulesets.items():
        path = ("dns_forwarding_rulesets", key)
        key_is_text(draft, path)
        known = draft.sound("private_resolvers") and draft.sound(*path, "outbound_endpoint")
        if known and ruleset.outbound_endpoint not in outbound:
            message = f"no private resolver has the outbound endpoint {ruleset.outbound_endpoint!r}"
            allowed = remedy(ruleset.outbound_endpoint, outbound, "no private resolver has outbound endpoints")
            draft.report((*path, "outbound_endpoint"), message, allowed)
        for index, network in enumerate(ruleset.virtual_network_links):
            virtual_network(draft, (*path, "virtual_network_links", index), network, LINKS)
        no_repeats(draft, (*path, "virtual_network_links"), ruleset.virtual_network_links)
        at_most(draft, (*path, "virtual_network_links"), len(ruleset.virtual_network_links), MAX_LINKS, "links")
        at_most(draft, (*path, "rules"), len(ruleset.rules), MAX_RULES, "rules")
        used[ruleset.outbound_endpoint] = used.get(ruleset.outbound_endpoint, 0) + 1
        if used[ruleset.outbound_endpoint] == MAX_RULESETS + 1:
            message = f"{ruleset.outbound_endpoint} has {MAX_RULESETS} rulesets already"
            draft.report((*path, "outbound_endpoint"), message, f"allowed: at most {MAX_RULESETS}")
        _rules(draft, key, ruleset)


def _resolvers(draft: Draft) -> dict[str, str]:
    """Report what is wrong with resolvers; returns the resolver of each outbound endpoint."""
    outbound: dict[str, str] = {}
    networks: dict[str, str] = {}
    for key, resolver in draft.file.private_resolvers.items():
        path = ("private_resolvers", key)
        key_is_text(draft, path)
        virtual_network(draft, (*path, "network"), resolver.network, "private resolvers are in Azure")
        if draft.sound(*path, "network") and (other := networks.setdefault(resolver.network, key)) != key:
            message = f"{resolver.network} has the private resolver {other} already"
            draft.report((*path, "network"), message, "allowed: one private resolver a virtual network")
        no_repeats(draft, (*path, "outbound_endpoints"), resolver.outbound_endpoints)
        for kind, found in (("inbound", resolver.inbound_endpoints), ("outbound", resolver.outbound_endpoints)):
            at_most(draft, (*path, f"{kind}_endpoints"), len(found), MAX_ENDPOINTS, f"{kind} endpoints")
        for index, endpoint in enumerate(resolver.outbound_endpoints):
            if (other := outbound.setdefault(endpoint, key)) != key:
                message = f"the outbound endpoint {endpoint!r} is that of private_resolvers.{other} too"
                draft.report((*path, "outbound_endpoints", index), message, "allowed: a name of its own")
    return outbound


def _rules(draft: Draft, key: str, ruleset: DnsForwardingRuleset) -> None:
    path = ("dns_forwarding_rulesets", key, "rules")
    verify_domains(draft, path, ruleset.rules)
    for domain, rule in ruleset.rules.items():
        labels = domain.rstrip(".").count(".") + 1
        if domain != "." and not domain_complaint(domain) and not MIN_LABELS <= labels <= MAX_LABELS:
            message = f"{domain!r} has {labels} label{'' if labels == 1 else 's'}; Azure refuses the rule"
            draft.report_key(
                (*path, domain), message, f"allowed: {MIN_LABELS} to {MAX_LABELS} labels, or . for all names"
            )
        at = _targets_path(draft, (*path, domain))
        for index, target in enumerate(rule.target_dns_servers):
            if target == AZURE_DNS:
                message = "a rule cannot have Azure-provided DNS as its target; Azure refuses it"
                draft.report((*at, index), message, "allowed: an inbound endpoint, or a server of your own")
        no_repeats(draft, at, rule.target_dns_servers)
        at_most(draft, at, len(rule.target_dns_servers), MAX_TARGETS, "targets")


def _targets_path(draft: Draft, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the path of a rule's targets in the file: a rule may be just its list of targets."""
    longer = (*path, "target_dns_servers")
    return longer if longer in draft.places else path
