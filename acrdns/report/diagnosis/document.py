"""The part of the document of `check --format json` that says which faults explain the answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from acrdns.report.document import CONFIG
from acrdns.report.position import Position


@dataclass(frozen=True, slots=True)
class FixEntry:
    """A fix in three forms."""

    __pydantic_config__: ClassVar = CONFIG

    text: str
    """In one line, also where nothing in Azure is to be changed."""
    az: tuple[str, ...]
    terraform: str
    bicep: str


@dataclass(frozen=True, slots=True)
class FaultEntry:
    """One misconfiguration; `acrdns faults` lists all."""

    __pydantic_config__: ClassVar = CONFIG

    fault: str
    subject: str
    message: str
    place: Position | None
    """Where in the topology file it is; null without a file."""
    fix: FixEntry
    otherwise: str
    """Another remedy, where the file may be what is wrong; or empty."""


@dataclass(frozen=True, slots=True)
class ProofEntry:
    """An observed answer, and the answer that a diagnosis predicts."""

    __pydantic_config__: ClassVar = CONFIG

    vantage: str
    fqdn: str
    type: Literal["A", "AAAA"]
    observed: str
    """The addresses, separated by commas, or how the question ended."""
    predicted: str
    """As `observed`; `public` is any public address."""


@dataclass(frozen=True, slots=True)
class DiagnosisEntry:
    """A smallest set of misconfigurations whose simulated answers equal what was observed."""

    __pydantic_config__: ClassVar = CONFIG

    rank: int
    """Diagnoses of one rank cannot be told apart by what was observed; the more common stand first."""
    in_file: bool
    """Whether the topology file itself has the faults."""
    explains: int
    """Endpoints at vantage points whose answers it explains."""
    of: int
    """Endpoints at vantage points whose answers are not those of a topology without the faults."""
    faults: tuple[FaultEntry, ...]
    proof: tuple[ProofEntry, ...]
    """The answers that are not those of a topology without the faults."""


@dataclass(frozen=True, slots=True)
class ExclusionEntry:
    """A likely misconfiguration that an answer rules out."""

    __pydantic_config__: ClassVar = CONFIG

    fault: str
    subject: str
    because: ProofEntry
    """The answer, and the one that there would be with this fault."""


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question from a vantage point."""

    __pydantic_config__: ClassVar = CONFIG

    vantage: str
    name: str
    type: Literal["A", "AAAA"]


@dataclass(frozen=True, slots=True)
class NextEntry:
    """A question, or a read-only az command, whose outcome tells diagnoses apart."""

    __pydantic_config__: ClassVar = CONFIG

    ask: QuestionEntry | None
    az: str | None
    tells_apart: tuple[tuple[int, ...], ...]
    """Groups of diagnoses that would show the same, by their positions in `diagnoses`, from 1."""
    shows: tuple[str, ...] = ()
    """Of a question: the answer that each group would show, in the order of `tells_apart`; empty for a command."""


@dataclass(frozen=True, slots=True)
class UnexplainedEntry:
    """An answer that no set of up to three misconfigurations explains."""

    __pydantic_config__: ClassVar = CONFIG

    vantage: str
    fqdn: str
    type: Literal["A", "AAAA"]
    observed: str
    nearest: str
    """The nearest answer that is explained, and by what."""
