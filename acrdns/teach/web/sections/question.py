"""The question, the answer, and the steps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from acrdns.names import show
from acrdns.record import Type, type_text
from acrdns.teach.web.state import TYPES
from acrdns.teach.web.view import visible
from acrdns.teach.words.summary import state_of_response, summary_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.record import RRset
    from acrdns.teach.web.view import PageView
    from acrdns.teach.words.explanation import ExplainedStep

MOST_NAMES = 60
"""Names that the field proposes."""


def form(view: PageView) -> h.Element:
    """Return the form of the question."""
    asked, state = view.asked, view.state
    type_ = type_text(asked.question.type)
    types = TYPES if type_ in TYPES else (*TYPES, type_)
    vantages = (h.option(value=v, selected=v == asked.vantage)[visible(v)] for v in view.version.topology.vantages)
    kept = {"edits": state.edits, "lesson": state.lesson}
    return h.form("#question", action="/", method="get", role="search", aria_label="Question", autocomplete="off")[
        h.label(for_="from")["From"],
        h.select("#from", name="from")[vantages],
        h.label(for_="name")["Name"],
        h.input(
            "#name",
            name="name",
            list="names",
            spellcheck="false",
            autocapitalize="none",
            value=state.name if view.asked.complaints and state.name else show(asked.question.name),
        ),
        h.datalist("#names")[(h.option(value=name) for name in _names(view))],
        h.label(for_="type")["Type"],
        h.select("#type", name="type")[(h.option(value=each, selected=each == type_)[each] for each in types)],
        (h.input(type="hidden", name=name, value=value) for name, value in kept.items() if value),
        h.button(type="submit")["Ask"],
    ]


def _names(view: PageView) -> list[str]:
    """Return names worth asking for: each endpoint of the registry asked for, then login servers."""
    topology = view.version.topology
    keys = [view.registry, *topology.registries] if view.registry else []
    found = [
        member.fqdn(topology.registries[key].dns_label, topology.cloud)
        for key in keys[: MOST_NAMES // 2]
        for member in topology.registries[key].members()
    ]
    others = [show(apex) for server in topology.dns_servers.values() for apex in server.zones]
    return list(dict.fromkeys((*found, *others)))[:MOST_NAMES]


def answer(view: PageView) -> h.Element:
    """Return the answer and its cause."""
    question, response = view.asked.question, view.resolution.response
    topology = view.version.topology
    type_ = "" if question.type == Type.A else f" ({type_text(question.type)})"
    others = dict.fromkeys(summary_of(topology, other) for other in response.alternatives)
    return h.p("#answer", role="status")[
        h.strong[show(question.name)],
        f"{type_} from ",
        h.strong[visible(view.asked.vantage)],
        " is ",
        h.strong(class_=f"state {_look(view)}")[visible(summary_of(topology, response))],
        f", or {', or '.join(others)} where another DNS server answers" if others else None,
        ". ",
        h.span(".cause")[f"Cause: {visible(response.cause)}"] if response.cause else None,
    ]


def _look(view: PageView) -> str:
    """Return the class of the answer: private, public, or broken where there is no address."""
    state = state_of_response(view.version.topology, view.resolution.response)
    return state if state in ("private", "public") else "other" if state == "answer" else "broken"


# --- steps ------------------------------------------------------------------------------------------------------------


def bar(view: PageView) -> h.Element:
    """Return the bar with the current step's sentence, which stays in sight."""
    at, steps = view.current, view.chain.steps
    said = f"Step {at} of {len(steps)}: {visible(steps[at - 1].sentence)}" if steps else "Nobody is asked."

    def link(name: str, label: str, target: int) -> h.Element:
        off = not 1 <= target <= len(steps)
        url = view.state.url(step=str(target if not off else max(at, 1)))
        return h.a(f"#{name}.button", href=url, aria_disabled="true" if off else None)[label]

    return h.section("#bar", aria_label="Step")[
        link("back", "Back", at - 1),
        h.p("#sentence", aria_live="polite")[said],
        link("next", "Next", at + 1),
    ]


def steps(view: PageView) -> h.Element:
    """Return all steps, each with its records."""
    whole = h.p[h.a(href=view.state.url(step=""))["Show the whole way"]] if view.state.step else None
    return h.section("#way", aria_labelledby="steps-title")[
        h.h2("#steps-title")["Steps"], h.ol("#steps")[(_step(view, each) for each in view.chain.steps)], whole
    ]


def _step(view: PageView, each: ExplainedStep) -> h.Element:
    number, step = each.number, each.step
    return h.li(id=f"step-{number}", aria_current="step" if number == view.current else None)[
        h.p[h.a(href=view.state.url(step=str(number)))[f"{number}. {visible(each.asked)}"]],
        h.p[visible(f"{each.reached} {each.did}")],
        records(f"Records of step {number}", step.records) if step.records else h.p(".rcode")[step.rcode.name],
        h.details(id=f"would-{number}")[
            h.summary["What would change it"], (h.p[visible(would)] for would in each.would)
        ]
        if each.would
        else None,
    ]


def records(caption: str, rrsets: Iterable[RRset]) -> h.Element:
    """Return records as a table."""
    return h.div(".scroll", tabindex="0", role="region", aria_label=caption)[
        h.table(".records")[
            h.caption[caption],
            h.thead[h.tr[(h.th(scope="col")[head] for head in ("Name", "Type", "TTL", "Value"))]],
            h.tbody[_rows(rrsets)],
        ]
    ]


def _rows(rrsets: Iterable[RRset]) -> Iterator[h.Element]:
    for rrset in rrsets:
        for text in rrset.texts():
            cells = (type_text(rrset.type), str(rrset.ttl), visible(text))
            yield h.tr[h.th(scope="row")[show(rrset.name)], [h.td[cell] for cell in cells]]
