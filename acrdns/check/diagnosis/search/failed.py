"""Failures, for which fewer faults come into question than for other answers: the search begins with them.

A server that refuses stands for a silent one (`candidates`). Where all servers on the way of a question hand on what
they are told, and no ruleset is asked, the question goes the same way whatever zones, records and endpoints there are,
and none of these makes a server fail. So one fault of every set that explains the failure changes more than those. No
cache keeps a failure.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from acrdns.probe.observation import Outcome
from acrdns.record import Type

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from acrdns.check.diagnosis.answer import Answered
    from acrdns.check.diagnosis.candidates import Suspect
    from acrdns.check.diagnosis.worlds import Simulated

FAILURES = frozenset((Outcome.SERVFAIL, Outcome.TIMEOUT, Outcome.REFUSED))
_ZONES = frozenset(("private_dns_zones", "private_endpoints", "registries"))
"""The sections of a topology that say what zones hold, and who is linked to them."""
_LOOKED_AT = 2
"""Failures of a topology that are looked at for one with few suspects."""


class Failures:
    """The failures among wrong answers."""

    def __init__(self, base: Simulated, wrong: Iterable[Answered]) -> None:
        """Take some wrong answers of a topology; those that were refused come first."""
        found = (answer for answer in wrong if answer.outcome in FAILURES)
        self._every = sorted(found, key=lambda answer: answer.outcome is not Outcome.REFUSED)
        # Aliases in private zones may lead in a circle, which fails. No fault adds one.
        zones = base.topology.private_dns_zones.values()
        self._has_aliases = any(rrset.type == Type.CNAME for zone in zones for rrset in zone.records)

    def first(self, node: Simulated) -> Answered | None:
        """Return a failure that a topology does not explain, and for which few faults come into question."""
        left = islice((answer for answer in self._every if not node.explains(answer)), _LOOKED_AT)
        return next((a for a in left if a.outcome is Outcome.REFUSED or self.is_of_servers(node, a)), None)

    def behind(self, node: Simulated, wrong: Answered, suspects: Sequence[Suspect]) -> Sequence[Suspect]:
        """Return those of the suspects of an answer one of which is in every set that explains it."""
        if wrong.outcome in FAILURES and self.is_of_servers(node, wrong):
            return [suspect for suspect in suspects if _changes_servers(suspect)]
        return suspects

    def is_of_servers(self, node: Simulated, failed: Answered) -> bool:
        """Return whether zones, records and endpoints have no part in a failure."""
        topology, parts = node.topology, node.needed(failed.asked)[0]
        if parts is None or self._has_aliases:
            return False
        ruled = {network for ruleset in topology.dns_forwarding_rulesets.values() for network in ruleset.links}
        servers = (topology.dns_servers[str(part[1])] for part in parts if part[0] == "server")
        return not any(part[0] == "azure" and part[1] in ruled for part in parts) and all(
            server.recursion == "forward" for server in servers
        )


def _changes_servers(suspect: Suspect) -> bool:
    return any(edit.path[0] not in _ZONES for edit in suspect.candidate.edits)
