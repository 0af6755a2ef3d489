"""The catalogue of faults as JSON: a `CatalogueDocument`."""

from __future__ import annotations

from acrdns.check.faults import PRIORS, SIGNS, UNSEEN, every
from acrdns.check.rules import TABLE
from acrdns.report.document import write
from acrdns.report.faults.document import CatalogueDocument, CatalogueEntry, SignEntry, UnseenEntry


def render() -> str:
    """Return the catalogue; it ends with a newline."""
    codes = {name: code for code, name in TABLE.items()}
    faults = tuple(
        CatalogueEntry(
            fault=found.name,
            rule=codes.get(found.name),
            summary=found.summary,
            client=" ".join(found.client.split()),
            lesson=" ".join(found.lesson.split()),
            prior=PRIORS[found.name],
            references=tuple(found.references),
        )
        for found in every()
    )
    unseen = tuple(UnseenEntry(fact, what, shown_by) for fact, (what, shown_by) in UNSEEN.items())
    signs = tuple(SignEntry(name, *said) for name, said in SIGNS.items())
    return write(CatalogueDocument(1, faults, unseen, signs)) + "\n"
