"""Open questions about Azure, undocumented or inferred: switches with their defaults, and a list of all.

facts.md marks such facts UNKNOWN or INFERRED. Each is one switch here or one function elsewhere, and has a row in
`ASSUMPTIONS`, which `acrdns assumptions` prints. The switches are options of the commands that simulate: `--assume`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The switches. In `--assume` and `ASSUMPTIONS` their names have hyphens."""

    rules_apply_to_aliases: bool = False
    """Whether a ruleset's rule applies to an alias target that Azure DNS resolves, or to the question only."""
    wildcard_rule_skips_registries: bool = True
    """Whether the rule `.` skips registry names, as it skips Azure's reserved domains."""
    redirect_on_nodata: bool = False
    """Whether NxDomainRedirect applies to NODATA too."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """One open question, and how the simulator decides it."""

    name: str
    mark: Literal["UNKNOWN", "INFERRED"]
    says: str
    """The assumption."""
    source: str
    """The entry of facts.md."""
    where: str
    """The function, or the switch of `Assumptions`, that decides."""

    @property
    def default(self) -> bool | None:
        """How the switch stands unless `--assume` says otherwise; None where there is no switch."""
        found = getattr(Assumptions(), self.name.replace("-", "_"), None)
        return found if isinstance(found, bool) else None


ASSUMPTIONS = (
    Assumption(
        "rules-apply-to-aliases",
        "UNKNOWN",
        "a forwarding rule looks at the name that was asked, not at alias targets that Azure DNS resolves",
        "sections 3 and 7",
        "topology.assumptions.Assumptions.rules_apply_to_aliases",
    ),
    Assumption(
        "wildcard-rule-skips-registries",
        "INFERRED",
        "a forwarding rule for `.` skips registry names, because they are among Azure's reserved domains",
        "section 3",
        "topology.assumptions.Assumptions.wildcard_rule_skips_registries",
    ),
    Assumption(
        "redirect-on-nodata",
        "INFERRED",
        "NxDomainRedirect applies to NXDOMAIN only, never to NODATA",
        "section 3, behaviour 13",
        "topology.assumptions.Assumptions.redirect_on_nodata",
    ),
    Assumption(
        "alias-to-nothing-is-nxdomain",
        "INFERRED",
        "a public alias into a linked zone without the record is answered with the alias and NXDOMAIN (RFC 6604)",
        "section 3",
        "resolve.chase.chase",
    ),
    Assumption(
        "most-specific-linked-zone",
        "INFERRED",
        "of several linked zones that hold a name, the one with the longest apex answers, even when it is empty",
        "section 3, F12",
        "zone.view.View.zone_of",
    ),
    Assumption(
        "parent-and-child-zones",
        "INFERRED",
        "a network may be linked to a zone and to a zone below it",
        "section 3",
        "topology.normalize",
    ),
    Assumption(
        "empty-non-terminals",
        "UNKNOWN",
        "an empty non-terminal such as data.privatelink.azurecr.io exists, without records (RFC 8020)",
        "sections 3 and 7",
        "zone.lookup.lookup",
    ),
    Assumption(
        "link-in-progress",
        "INFERRED",
        "a link in progress is as good as no link",
        "F19",
        "topology.model.ZoneLink.active",
    ),
    Assumption(
        "registry-ttl",
        "INFERRED",
        "aliases in azurecr.io have a TTL of 3600 s; at least 2881 s was seen",
        "section 1.4",
        "zone.publish.public.REGISTRY_TTL",
    ),
    Assumption(
        "documented-address-ttl",
        "UNKNOWN",
        "in documented chains an address has the TTL of the zone that it is published in",
        "section 1.4",
        "zone.publish.public",
    ),
    Assumption(
        "regional-endpoint-names",
        "INFERRED",
        "a regional endpoint's record in the private zone is <label>.<region>.geo",
        "section 1.1",
        "azure.Member.relative",
    ),
    Assumption(
        "regional-endpoint-chain",
        "UNKNOWN",
        "a regional endpoint's public chain is its region's front end, without the geo-routing hop",
        "sections 1.3 and 7",
        "zone.publish.public.regional_chain",
    ),
    Assumption(
        "negative-ttl",
        "INFERRED",
        "a negative answer is kept for the smaller of the SOA's TTL and its minimum: 10 s in a private zone (RFC 2308)",
        "section 1.4",
        "record.negative_ttl",
    ),
    Assumption(
        "alias-ends-with-the-last-endpoint",
        "UNKNOWN",
        "the privatelink alias is there as long as an approved private endpoint is, and goes with the last one at once",
        "section 7",
        "topology.model.Topology.has_private_link",
    ),
    Assumption(
        "data-endpoint-when-disabled",
        "INFERRED",
        "without dedicated data endpoints their names do not exist",
        "sections 1.3 and 7",
        "topology.model.Registry.members",
    ),
    Assumption(
        "data-endpoint-with-label-hash",
        "INFERRED",
        "a registry with a domain name label has it in every name: <name>-<hash>.<region>.data.azurecr.io",
        "section 2.2",
        "azure.Member.fqdn",
    ),
    Assumption(
        "hand-made-ttl",
        "INFERRED",
        "record sets made by hand have a TTL of 3600 s unless they say otherwise",
        "section 1.4",
        "topology.schema.schema",
    ),
    Assumption(
        "zone-group-in-other-zones",
        "UNKNOWN",
        "a zone group writes into any zone that a name of the endpoint is under, and nothing into others",
        "section 2.1, F10, F11, F12",
        "zone.publish.private.record_owner",
    ),
    Assumption(
        "sovereign-front-ends",
        "INFERRED",
        "sovereign clouds have the same chains, under azcr.cn and azcr.us and their own Traffic Manager suffixes",
        "section 1.5, behaviour 31",
        "azure.CLOUDS",
    ),
    Assumption(
        "nearest-replica",
        "INFERRED",
        "Traffic Manager routes to the replica nearest by great-circle distance",
        "section 1.2, behaviour 4",
        "regions.nearest",
    ),
    Assumption(
        "silence-becomes-servfail",
        "INFERRED",
        "where a DNS server does not answer, the client sees SERVFAIL",
        "F14",
        "resolve.servers.directory.Directory.ask",
    ),
    Assumption(
        "loop-becomes-servfail",
        "INFERRED",
        "a forwarding loop ends in SERVFAIL at the server that the question comes back to",
        "F16, behaviour 27",
        "resolve.walk.Walk.enter",
    ),
    Assumption(
        "pass-through-forwarder",
        "INFERRED",
        "a forwarding server hands out the chain that it got; an iterating one resolves each alias target anew",
        "section 3, behaviour 24",
        "resolve.servers.self_hosted.SelfHostedServer",
    ),
    Assumption(
        "private-ipv6",
        "INFERRED",
        "AAAA of a private name is NODATA, since private endpoints have IPv4 addresses only",
        "section 3",
        "topology.normalize",
    ),
    Assumption(
        "expired-link",
        "UNKNOWN",
        "a data endpoint refuses a link that is expired, altered or for something else with 403 AuthenticationFailed",
        "section 7, behaviour 44",
        "lab.data_endpoint.link.check_link",
    ),
    Assumption(
        "link-parameters",
        "INFERRED",
        "the parameters of a link are key, login server, correlation, repository, digest, payload and signature",
        "section 5",
        "lab.data_endpoint.link.make_link",
    ),
    Assumption(
        "authorization-at-data-endpoint",
        "INFERRED",
        "a data endpoint answers a request with an Authorization header with 400 InvalidAuthenticationInfo",
        "behaviour 45",
        "lab.data_endpoint.endpoint.answer",
    ),
    Assumption(
        "any-entra-token",
        "UNKNOWN",
        "Entra ID is not simulated: the lab takes any of its tokens, at /oauth2/exchange and in the management plane",
        "section 7",
        "lab.management.endpoint._check_request",
    ),
    Assumption(
        "sync-messages",
        "UNKNOWN",
        "a connected registry gets messages and content over /connected/NAME/ at its gateway, in a form of this lab",
        "sections 5 and 7",
        "lab.registry_api.gateway",
    ),
    Assumption(
        "sync-scope-map",
        "INFERRED",
        "the actions of a sync token are gateway/NAME/config/read and write, gateway/NAME/message/read and write",
        "sections 5 and 7",
        "lab.plants.sync_actions",
    ),
    Assumption(
        "sync-conflicts",
        "UNKNOWN",
        "of two pushes of a tag the later one counts, on both sides; in one moment, that of the parent",
        "sections 5 and 7",
        "lab.storage.store.Store.deliver",
    ),
    Assumption(
        "sync-expired-messages",
        "UNKNOWN",
        "after messages have outlived their time a connected registry compares everything with its parent",
        "sections 5 and 7",
        "lab.connected.sync.Sync",
    ),
    Assumption(
        "connection-states",
        "UNKNOWN",
        "a connected registry is Offline where its parent cannot be reached, Unhealthy where that refuses it",
        "sections 5 and 7",
        "lab.condition.Condition",
    ),
    Assumption(
        "connected-deactivated",
        "UNKNOWN",
        "a deactivated connected registry serves clients what it has; no child syncs with it, and they are Offline",
        "sections 5 and 7",
        "lab.connected.sync.Sync",
    ),
    Assumption(
        "client-tokens",
        "UNKNOWN",
        "every token of the registry is a client token of a connected registry that has none named for it",
        "sections 5 and 7",
        "lab.state.LabState.knows_token",
    ),
    Assumption(
        "lock-of-tag-and-manifest",
        "INFERRED",
        "a lock on a repository, a tag or a manifest refuses operations on any of them that need it, with 405",
        "section 5",
        "lab.registry_api.locks.check_unlocked",
    ),
    Assumption(
        "lock-and-connected-registry",
        "UNKNOWN",
        "what a connected registry sends to its parent is taken there in spite of locks, as an import is",
        "sections 5 and 7",
        "lab.registry_api.gateway",
    ),
    Assumption(
        "registry-name-taken",
        "INFERRED",
        "the registry names that Azure Resource Manager calls taken are those of the topology, and no others",
        "section 2.2",
        "lab.management.resources.name_availability",
    ),
)
