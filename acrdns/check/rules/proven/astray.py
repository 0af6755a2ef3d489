"""The change at the step at which a chain goes wrong, in words: for a violation that no rule knows a fix of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.check.fixes.set_forwarder import INBOUND
from acrdns.names import name, relative, show
from acrdns.resolve.chain import MatchKind

if TYPE_CHECKING:
    from acrdns.resolve.chain import Step
    from acrdns.topology.model import Topology


def change_at(topology: Topology, step: Step, vantage: str, public: str) -> str:
    """Return what to change, where the decisive step of a question from a vantage point is this one.

    `public` is the registry whose public name should have the answer, or empty where a private zone should.
    """
    asked, suffix, matched = show(step.question.name), topology.cloud.registry, step.matched
    asks = vantage if step.asked_by == "client" else step.asked_by
    zone = matched.key or matched.name
    match matched.kind:
        case MatchKind.NONE if step.asked_by == "client":
            says = f"let {vantage} ask another DNS server than {step.server}, or mend the way to it"
        case MatchKind.NONE:
            says = f"on {asks}: forward {asked} elsewhere than to {step.server}"
        case MatchKind.PRIVATE_ZONE | MatchKind.LOCAL_ZONE:
            owner = relative(step.question.name, name(matched.name))
            at_server = matched.kind is MatchKind.LOCAL_ZONE
            place = f"{zone} on {step.server}" if at_server else f"{zone}, linked to {matched.link or step.network}"
            do, gone = "correct" if step.records else "add", "delete the zone" if at_server else "unlink the zone"
            says = f"{do} {owner} in {place}, or {gone}, or let {asks} ask a server that has the name"
        case MatchKind.HOSTS:
            says = f"take {asked} out of the hosts file of {vantage}"
        case MatchKind.PUBLIC_ZONE if public:
            says = f"correct registries.{public}.public in the file, from which public DNS answers"
        case MatchKind.PUBLIC_ZONE if step.server == AZURE_DNS or step.network:
            says = f"link a zone {topology.cloud.privatelink} that has the name to {step.network}"
        case MatchKind.PUBLIC_ZONE:
            says = f"let {asks} send {suffix} to Azure-provided DNS or {INBOUND}"
        case MatchKind.RULESET_RULE:
            says = f"disable the rule for {matched.name} of ruleset {zone}, or let it send to a server that answers"
        case _:
            says = f"on {step.server}: change where {asked} is sent"
    return says
