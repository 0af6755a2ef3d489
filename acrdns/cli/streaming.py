"""Results of `check --format jsonl`, written while other endpoints are waited for."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from acrdns.check.facts import Facts
from acrdns.check.judge import judge
from acrdns.check.rules import rules
from acrdns.cli.policy import today
from acrdns.report.findings.jsonl import line

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.check.evidence import Case
    from acrdns.check.judge import Verdict
    from acrdns.check.lint import CausesInFile
    from acrdns.check.policy.policy import Policy
    from acrdns.cli.check_endpoints import Plan
    from acrdns.probe.observation import Observation

_SHARE = 9
"""How much longer than the last judgement took the next one has to wait: a tenth of the time is spent on judging."""


class ResultStream:
    """The results of one run that are written already; the last line of an endpoint counts."""

    def __init__(self) -> None:
        self.written: dict[tuple[str, str], Verdict] = {}
        """By vantage point and name."""

    def of(self, plan: Plan, policy: Policy | None, causes: CausesInFile | None) -> PlaceStream:
        """Return what writes the results of one vantage point."""
        return PlaceStream(self.written, plan, policy, causes)


class PlaceStream:
    """The results of one vantage point."""

    def __init__(
        self,
        written: dict[tuple[str, str], Verdict],
        plan: Plan,
        policy: Policy | None,
        causes: CausesInFile | None,
    ) -> None:
        self._written = written
        self._plan = plan
        self._policy = policy
        self._causes = causes
        self._endpoints = {endpoint.fqdn: endpoint for endpoint in plan.endpoints}
        self._waiting: list[Case] = []
        self._next = 0.0

    def observed(self, observation: Observation) -> None:
        """Take an observation that is to be judged and written."""
        self._waiting.append(self._endpoints[observation.fqdn].observed(observation))

    def after(self, progress: Callable[[int], None]) -> Callable[[int], None]:
        """Return a function that shows progress, then writes what has come since."""

        def both(number: int) -> None:
            progress(number)
            self._write()

        return both

    def _write(self) -> None:
        began = time.monotonic()
        if not self._waiting or began < self._next:
            return
        facts = Facts(self._plan.topology, self._plan.vantage, tuple(self._waiting))
        self._waiting = []
        found = judge(facts, rules("ACR3"), self._policy, today(), causes=self._causes).verdicts
        sys.stdout.buffer.write("".join(map(line, found)).encode())
        sys.stdout.buffer.flush()
        self._written |= {(verdict.vantage, verdict.case.fqdn): verdict for verdict in found}
        self._next = time.monotonic() + _SHARE * (time.monotonic() - began)
