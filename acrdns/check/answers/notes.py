"""Notes that the answers alone allow: about a registry without a topology, and about addresses that agents make up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.address_kind import AddressKind, of_agents
from acrdns.check.answers.classify import is_privatelink, over_privatelink

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from acrdns.check.answers.classify import Classified
    from acrdns.check.evidence import Case
    from acrdns.check.finding import Finding

STANDBY = "ACR114"
"""The rule about servers of a list that are asked in order."""


def say_what_is_known(classified: Classified) -> Iterator[str]:
    """Return sentences: whether each registry has a private endpoint, the kind of its addresses, and who gives such."""
    registries: dict[str, list[Case]] = {}
    for case in classified.cases:
        answered = case.observation.addresses or case.observation.chain[1:]
        if answered and case.registry not in classified.topology.registries:
            registries.setdefault(case.registry, []).append(case)
    for registry, cases in registries.items():
        yield _endpoint(registry, cases)
        yield from _addresses(classified, cases)
    yield from _agents(classified)


def say_what_standbys_give(vantage: str, causes: Iterable[Finding]) -> Iterator[str]:
    """Return that the wrong answers of a vantage point may be those of a server that is asked after a silent one."""
    for cause in causes:
        if cause.code == STANDBY and vantage in cause.networks:
            yield f"perhaps a first server was silent: {cause.message}; fix: {cause.fix}"


def _agents(classified: Classified) -> Iterator[str]:
    answered = dict.fromkeys(address for case in classified.cases for address in case.observation.addresses)
    if found := of_agents(answered, classified.topology):
        yield (
            f"{', '.join(found)}: agents for access (Zscaler ZPA, Cloudflare WARP, Tailscale app connectors: "
            "100.64.0.0/10) and proxies (198.18.0.0/15) on a client answer so, whatever DNS says; a private endpoint "
            "has such an address only where its virtual network has this space: ask again from a machine without the "
            "agent before this counts as right"
        )


def _endpoint(registry: str, cases: Sequence[Case]) -> str:
    hops = [hop for case in cases for hop in case.observation.chain]
    if found := next(filter(is_privatelink, hops), None):
        return f"{registry} has a private endpoint: its names lead over {found}"
    if any(len(case.observation.chain) > 1 for case in cases):
        return f"{registry} has no private endpoint: none of its names leads over a privatelink name"
    login = next((case.fqdn for case in cases if case.member.kind == "login"), cases[0].fqdn)
    unknown = f"whether {registry} has a private endpoint cannot be told"
    return f"{unknown}: the answers have no aliases; `dig {login}` shows them"


def _addresses(classified: Classified, cases: Sequence[Case]) -> Iterator[str]:
    answered = [case for case in cases if classified.kinds(case) - {AddressKind.UNUSABLE}]
    private = [case for case in answered if classified.kinds(case) == {AddressKind.PRIVATE}]
    if not private:
        if answered and any(over_privatelink(case) for case in cases):
            yield (
                "all its addresses are public: this resolver sees no private zone for it; that is right only for "
                "clients without a way to the private endpoint, and --expect private|public or a topology file decides"
            )
        elif answered:
            untold = all(len(e.observation.chain) == 1 and e.expectation.kind == "unknown" for e in answered)
            deciding = "; whether they should be, --expect private|public or a topology file decides" if untold else ""
            yield f"all its addresses are public, as they are without a private endpoint{deciding}"
        return
    distinct = len({address for case in private for address in case.observation.addresses})
    yield (
        f"{len(private)} of {len(cases)} endpoints resolve to private addresses, {distinct} in all; "
        "which of them are right only a topology can tell"
    )
