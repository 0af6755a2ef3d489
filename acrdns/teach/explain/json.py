"""An explanation as JSON: an `ExplainDocument`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.document import write
from acrdns.report.trace.json import document as trace_document
from acrdns.teach.explain.document import ChainEntry, ExplainDocument, RequestEntry, StepWords, TableEntry

if TYPE_CHECKING:
    from acrdns.teach.explain.explained import Explained
    from acrdns.teach.words.explanation import ExplainedChain
    from acrdns.teach.words.finding import ExplainingFinding


def render(found: Explained) -> str:
    """Return an explanation; it ends with a newline."""
    chains = tuple(map(_chain, found.chains, found.findings))
    requests = tuple(
        RequestEntry(
            number=each.number,
            step=each.step,
            method=each.method,
            host=each.host,
            path=each.path,
            address=each.address or None,
            expected_http=each.status,
            says=each.says,
            cause=each.cause,
            message=each.why or None,
            chain=found.chain_of(each),
        )
        for each in found.requests
    )
    return write(ExplainDocument(1, found.title, chains, found.compared, found.difference, requests)) + "\n"


def _chain(chain: ExplainedChain, found: ExplainingFinding | None) -> ChainEntry:
    return ChainEntry(
        trace=trace_document(chain.resolution),
        steps=tuple(
            StepWords(s.number, str(s.owner), s.asked, s.whose, s.reached, s.did, s.would) for s in chain.steps
        ),
        table=tuple(TableEntry(r.step, r.name, r.type, r.ttl, r.value) for r in chain.table),
        ending=chain.ending,
        cause=chain.cause,
        finding=found.finding.code if found else "",
        fixed=found.fixed if found else "",
    )
