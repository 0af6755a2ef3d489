"""A diagnosis as entries of the JSON document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from acrdns.check.fixes.fix import joined
from acrdns.record import Type
from acrdns.report.diagnosis.document import (
    DiagnosisEntry,
    ExclusionEntry,
    FaultEntry,
    FixEntry,
    NextEntry,
    ProofEntry,
    QuestionEntry,
    UnexplainedEntry,
)
from acrdns.report.position import position

if TYPE_CHECKING:
    from acrdns.check.diagnosis.diagnosed import Diagnosis, Exclusion, FoundFault, NextStep, Predicted


def diagnosis_entry(diagnosis: Diagnosis) -> DiagnosisEntry:
    """Return a diagnosis with its proof."""
    return DiagnosisEntry(
        rank=diagnosis.rank,
        in_file=diagnosis.in_file,
        explains=diagnosis.explains,
        of=diagnosis.of,
        faults=tuple(map(_fault, diagnosis.faults)),
        proof=tuple(map(_proof, diagnosis.proof)),
    )


def _fault(found: FoundFault) -> FaultEntry:
    fix = FixEntry(
        text=joined(found.fixes),
        az=tuple(command for each in found.fixes for command in each.az),
        terraform="\n".join(each.terraform for each in found.fixes),
        bicep="\n".join(each.bicep for each in found.fixes),
    )
    place = position(found.place) if found.place else None
    return FaultEntry(found.fault, found.subject, found.message, place, fix, found.otherwise)


def _proof(predicted: Predicted) -> ProofEntry:
    asked = predicted.answer.asked
    return ProofEntry(asked.vantage, asked.fqdn, _type(asked.type), predicted.answer.text, predicted.predicted)


def _type(type_: Type) -> Literal["A", "AAAA"]:
    return "AAAA" if type_ is Type.AAAA else "A"


def exclusion_entry(exclusion: Exclusion) -> ExclusionEntry:
    """Return a fault that is ruled out."""
    return ExclusionEntry(exclusion.fault, exclusion.subject, _proof(exclusion.because))


def next_entry(step: NextStep) -> NextEntry:
    """Return a question, or a command."""
    ask = QuestionEntry(step.ask.vantage, step.ask.fqdn, _type(step.ask.type)) if step.ask else None
    return NextEntry(ask, step.az, step.tells_apart, step.shows, step.look)


def unexplained_entry(predicted: Predicted) -> UnexplainedEntry:
    """Return an answer that nothing explains."""
    asked = predicted.answer.asked
    return UnexplainedEntry(asked.vantage, asked.fqdn, _type(asked.type), predicted.answer.text, predicted.predicted)
