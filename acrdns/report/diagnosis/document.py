"""The part of the document of `check --format json` that says which faults explain the answers."""

from __future__ import annotations

from typing import Literal

from acrdns.report.document import json_object
from acrdns.report.position import Position


@json_object
class FixEntry:
    """A fix in three forms."""

    text: str
    """In one line, also where nothing in Azure is to be changed."""
    az: tuple[str, ...]
    """The commands of the Azure CLI; empty where nothing in Azure is to be changed. Words in capital letters are for
    the reader to replace."""
    terraform: str
    """The change as Terraform (HCL); empty where nothing in Azure is to be changed."""
    bicep: str
    """The change as Bicep; empty where nothing in Azure is to be changed."""


@json_object
class FaultEntry:
    """One misconfiguration; `acrdns faults` lists all."""

    fault: str
    """The name of the fault in the catalogue."""
    subject: str
    """The network, zone, record or other object that is misconfigured, as `acrdns break --at` names it."""
    message: str
    """The misconfiguration in a sentence."""
    place: Position | None
    """Where in the topology file it is; null without a file."""
    fix: FixEntry
    """The change that mends it."""
    otherwise: str
    """Another remedy, where the file may be what is wrong; or empty."""


@json_object
class ProofEntry:
    """An observed answer, and the answer that a diagnosis predicts."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    fqdn: str
    """The name of the endpoint, without the last dot."""
    type: Literal["A", "AAAA"]
    """The record type that was asked."""
    observed: str
    """The addresses, separated by commas, or how the question ended."""
    predicted: str
    """As `observed`; `public` is any public address."""


@json_object
class DiagnosisEntry:
    """A smallest set of misconfigurations whose simulated answers equal what was observed."""

    rank: int
    """Diagnoses of one rank cannot be distinguished by what was observed; the more common stand first."""
    in_file: bool
    """Whether the topology file itself has the faults."""
    explains: int
    """Endpoints at vantage points whose answers it explains."""
    of: int
    """Endpoints at vantage points whose answers are not those of a topology without the faults."""
    faults: tuple[FaultEntry, ...]
    """The misconfigurations that hold together; one or more."""
    proof: tuple[ProofEntry, ...]
    """The answers that are not those of a topology without the faults."""


@json_object
class ExclusionEntry:
    """A likely misconfiguration that an answer rules out."""

    fault: str
    """The name of the fault in the catalogue."""
    subject: str
    """The object that would be misconfigured, as `acrdns break --at` names it."""
    because: ProofEntry
    """The answer, and the one that there would be with this fault."""


@json_object
class QuestionEntry:
    """A question from a vantage point."""

    vantage: str
    """The vantage point to ask from: a network of the topology, or `internet`."""
    name: str
    """The name to ask, without the last dot."""
    type: Literal["A", "AAAA"]
    """The record type to ask."""


@json_object
class NextEntry:
    """A question, a read-only az command or a look at a machine, whose outcome tells diagnoses apart."""

    ask: QuestionEntry | None
    """The question; null where the entry is a command or a look."""
    az: str | None
    """The command; null where the entry is a question or a look."""
    tells_apart: tuple[tuple[int, ...], ...]
    """Groups of diagnoses that would show the same, by their positions in `diagnoses`, from 1."""
    shows: tuple[str, ...] = ()
    """The answer, or the sign in what is shown, of each group, in the order of `tells_apart`; `otherwise`: no sign."""
    look: str | None = None
    """A step in words on a machine that Azure does not know; null where the entry is a question or a command."""


@json_object
class UnexplainedEntry:
    """An answer that no set of up to three misconfigurations explains."""

    vantage: str
    """The vantage point: a network of the topology, or `internet`."""
    fqdn: str
    """The name of the endpoint, without the last dot."""
    type: Literal["A", "AAAA"]
    """The record type that was asked."""
    observed: str
    """The addresses, separated by commas, or how the question ended."""
    nearest: str
    """The nearest answer that is explained, and by what."""
