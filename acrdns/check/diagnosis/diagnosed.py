"""The values of a diagnosis, as reports write them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acrdns.check.fixes.advice import Advice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.check.diagnosis.answer import Answered, Asked
    from acrdns.check.fixes.fix import Fix
    from acrdns.errors import Place

PIN = "hosts-file-pin"
CACHE = "stale-cache"
ELSEWHERE = frozenset((PIN, CACHE))
"""Faults outside Azure and DNS servers, which can hold any answers: they explain everything and show nothing."""

OTHERWISE = "otherwise"
"""Stands for all that a look may show beside the signs of the other groups."""

BY_HAND = "/@"
"""Stands between network and server in a vantage point where a server of the file is asked past the clients' own."""

LOOK = Advice("the model found no single change that mends this: look at acrdns fix and acrdns trace")


@dataclass(frozen=True, slots=True)
class FoundFault:
    """A fault of a diagnosis."""

    fault: str
    subject: str
    message: str
    """One lower-case sentence: the state of things."""
    fixes: tuple[Fix, ...]
    place: Place | None
    """Where in the file it is, or None without a file."""
    otherwise: str = ""
    """Another remedy, where the file may be what is wrong; or empty."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """One observed answer, and the answer that a diagnosis predicts."""

    answer: Answered
    predicted: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A set of faults, and the wrong answers that it explains."""

    rank: int
    """Diagnoses of one rank cannot be distinguished by what was observed; they are in the order of their priors."""
    faults: tuple[FoundFault, ...]
    proof: tuple[Predicted, ...]
    """The answers that are not those of a topology without the faults."""
    explains: int
    """Endpoints at vantage points whose answers it explains."""
    of: int
    """Endpoints at vantage points whose answers are not those of a topology without faults."""
    in_file: bool = False
    """Whether the file itself has the faults."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A likely fault that an answer rules out."""

    fault: str
    subject: str
    because: Predicted


@dataclass(frozen=True, slots=True)
class NextStep:
    """A question or a read-only look, whose outcome tells diagnoses apart."""

    ask: Asked | None
    az: str | None
    tells_apart: tuple[tuple[int, ...], ...]
    """Groups of diagnoses that would show the same; numbers count from 1 in the order of the diagnoses."""
    shows: tuple[str, ...] = ()
    """The answer to the question, or the sign in what the look shows, of each group; OTHERWISE for no sign."""
    look: str | None = None
    """A step in words, where neither a question nor an az command shows it."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """The faults behind observed answers, as far as the answers show them."""

    diagnoses: tuple[Diagnosis, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    next: tuple[NextStep, ...] = ()
    unexplained: tuple[Predicted, ...] = ()
    """Answers that no set explains, each with the nearest answer of a fault."""
    simulated: int = 0
    """Topologies that were simulated."""
    gave_up: bool = False
    """Whether the search ended before every set was tried."""
    complete: int = 0
    """Faults of the largest sets that were all tried."""

    @property
    def in_azure(self) -> bool:
        """Whether faults of Azure or of DNS servers explain everything."""
        found = bool(self.diagnoses) and not self.unexplained
        return found and not any(fault.fault in ELSEWHERE for fault in self.diagnoses[0].faults)

    @property
    def fewest(self) -> int:
        """The number of faults of the first diagnosis; 0 without one."""
        return len(self.diagnoses[0].faults) if self.diagnoses else 0


NOTHING = Diagnosed()


def renamed(found: Diagnosed, called: Mapping[str, str]) -> Diagnosed:
    """Return a diagnosis with other names of vantage points."""

    def asked(asked: Asked) -> Asked:
        return asked._replace(vantage=called.get(asked.vantage, asked.vantage))

    def predicted(each: Predicted) -> Predicted:
        return replace(each, answer=replace(each.answer, asked=asked(each.answer.asked)))

    def diagnosis(each: Diagnosis) -> Diagnosis:
        faults = tuple(replace(fault, subject=called.get(fault.subject, fault.subject)) for fault in each.faults)
        return replace(each, faults=faults, proof=tuple(map(predicted, each.proof)))

    if not called:
        return found
    return replace(
        found,
        diagnoses=tuple(map(diagnosis, found.diagnoses)),
        excluded=tuple(replace(each, because=predicted(each.because)) for each in found.excluded),
        next=tuple(replace(step, ask=step.ask and asked(step.ask)) for step in found.next),
        unexplained=tuple(map(predicted, found.unexplained)),
    )
