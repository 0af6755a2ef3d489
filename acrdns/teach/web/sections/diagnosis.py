"""*Diagnose*: a field for answers that were observed elsewhere, and what explains them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from acrdns.check.fixes.fix import joined
from acrdns.teach.web.view import visible

if TYPE_CHECKING:
    from acrdns.check.diagnosis.diagnosed import Diagnosed, Diagnosis
    from acrdns.teach.web.state import PageState

SHOWN = 5
"""Sets of faults that are shown."""


def diagnosis(state: PageState, token: str, observed: str, found: tuple[Diagnosed, int] | None) -> h.Element:
    """Return the form, and below it what explains the answers that were sent with it."""
    example = "hub contoso.azurecr.io 20.45.122.144"
    return h.section("#diagnosis", aria_labelledby="diagnosis-title")[
        h.h2("#diagnosis-title")["Diagnose"],
        h.form("#diagnose", method="post", action=state.url("/diagnose"), autocomplete="off")[
            h.input(type="hidden", name="token", value=token),
            h.label(for_="observed")["Answers observed elsewhere: vantage point, name, then addresses or NXDOMAIN"],
            h.textarea("#observed", name="observed", rows="3", spellcheck="false", wrap="off", placeholder=example)[
                "\n", observed
            ],
            h.button("#diagnose-apply", type="submit")["Diagnose"],
        ],
        h.div("#explained", role="status")[_explained(*found)] if found else None,
    ]


def _explained(found: Diagnosed, wrong: int) -> list[h.Element]:
    if not wrong:
        return [h.p["All of these answers are right."]]
    if not found.diagnoses:
        return [h.p[f"{wrong} wrong: no misconfiguration that acrdns knows explains them."]]
    said = "This explains them" if len(found.diagnoses) == 1 else "Each of these explains them, the likeliest first"
    return [h.p[f"{wrong} wrong. {said}:"], h.ol[map(_one, found.diagnoses[:SHOWN])]]


def _one(each: Diagnosis) -> h.Element:
    return h.li[
        (
            h.div[
                h.p[
                    h.strong[visible(fault.fault)],
                    f" at {visible(fault.subject)}: {visible(fault.message)}",
                    f" (line {fault.place.line})" if fault.place else None,
                ],
                h.p["Fix: ", h.code[visible(joined(fault.fixes))]] if fault.fixes else None,
            ]
            for fault in each.faults
        ),
        h.p[f"It explains {each.explains} of {each.of}."] if each.explains < each.of else None,
    ]
