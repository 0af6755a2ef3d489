"""The question, the answer, and the steps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from acrdns.check.evidence import Outcome
from acrdns.check.simulate import outcome
from acrdns.names import show
from acrdns.record import Type, is_private, type_text
from acrdns.resolve.chain import CLIENT
from acrdns.teach.web.state import TYPES
from acrdns.teach.web.view import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from acrdns.record import RRset
    from acrdns.resolve.chain import Response, Step
    from acrdns.teach.web.view import PageView

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
    kind, shown = ending(response, question.type)
    type_ = "" if question.type == Type.A else f" ({type_text(question.type)})"
    others = [ending(other, question.type)[1] for other in response.alternatives]
    return h.p("#answer", role="status")[
        h.strong[show(question.name)],
        f"{type_} from ",
        h.strong[visible(view.asked.vantage)],
        " is ",
        h.strong(class_=f"state {kind}")[shown],
        f", or {', or '.join(dict.fromkeys(others))} where another DNS server answers" if others else None,
        h.span(".cause")[f"Cause: {response.cause}"] if response.cause else None,
    ]


def ending(response: Response, type_: int) -> tuple[str, str]:
    """Return the class of an answer, and the answer in a few words."""
    found = [text for rrset in response.answer if rrset.type == type_ for text in rrset.texts()]
    if not found:
        ended = outcome(response)
        silent = " (nobody answered)" if response.timed_out else ""
        return "broken", ("NODATA" if ended == Outcome.ANSWER else ended.value) + silent
    if type_ not in (Type.A, Type.AAAA):
        return "other", ", ".join(found)
    kind = "private" if all(map(is_private, found)) else "public"
    return kind, f"{', '.join(found)}, {kind}"


# --- steps ------------------------------------------------------------------------------------------------------------


def current(view: PageView) -> int:
    """Return the number of the step that is looked at, from 1; 0 where there is none."""
    steps, text = len(view.resolution.steps), view.state.step
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004 -- digits
    return max(min(wanted, steps), min(1, steps))


def sentence(view: PageView, number: int) -> str:
    """Return a step in a sentence."""
    steps = view.resolution.steps
    return f"Step {number} of {len(steps)}: {said(steps[number - 1])}" if steps else "Nobody is asked."


def said(step: Step) -> str:
    """Return who asks whom, and why."""
    where = f" in {step.network}" if step.network else ""
    asker = "The client" if step.asked_by == CLIENT else step.asked_by
    return visible(f"{asker} asks {step.server}{where}: {step.why}")


def bar(view: PageView) -> h.Element:
    """Return the bar with the current step's sentence, which stays in sight."""
    at, last = current(view), len(view.resolution.steps)

    def link(name: str, label: str, target: int) -> h.Element:
        off = not 1 <= target <= last
        url = view.state.url(step=str(target if not off else max(at, 1)))
        return h.a(f"#{name}.button", href=url, aria_disabled="true" if off else None)[label]

    return h.section("#bar", aria_label="Step")[
        link("back", "Back", at - 1),
        h.p("#sentence", aria_live="polite")[sentence(view, at)],
        link("next", "Next", at + 1),
    ]


def steps(view: PageView) -> h.Element:
    """Return all steps, each with its records."""
    at = current(view)
    return h.section(aria_labelledby="steps-title")[
        h.h2("#steps-title")["Steps"],
        h.ol("#steps")[(_step(view, number, each, at) for number, each in enumerate(view.resolution.steps, 1))],
    ]


def _step(view: PageView, number: int, step: Step, at: int) -> h.Element:
    return h.li(id=f"step-{number}", aria_current="step" if number == at else None)[
        h.p[h.a(href=view.state.url(step=str(number)))[f"{number}. {said(step)}"]],
        records(f"Records of step {number}", step.records) if step.records else h.p(".rcode")[step.rcode.name],
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
            yield h.tr[h.th(scope="row")[show(rrset.name)], (h.td[cell] for cell in cells)]
