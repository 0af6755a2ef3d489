"""The findings of lint in the topology, with the commands that mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h

from acrdns.check.profile import Profile
from acrdns.check.rules import TABLE
from acrdns.teach.web.view import identifier, visible

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.teach.web.view import PageView


def findings(view: PageView, *, now: bool = False) -> h.Element:
    """Return the findings, or for a large topology a link to them, which the script follows by itself."""
    title = h.h2("#findings-title")["What is wrong"]
    if view.takes_long and "findings" not in view.state.more and not now:
        return h.section("#findings", aria_labelledby="findings-title", data_src=view.state.url("/findings"))[
            title, h.p[h.a(href=f"{view.state.url(more=('findings',))}#findings")["Find what is wrong"]]
        ]
    found = view.version.findings
    before = {_key(each) for each in view.version.base.findings}
    gone = before - {_key(each) for each in found}
    return h.section("#findings", aria_labelledby="findings-title")[
        title,
        h.p["The edits mended: ", ", ".join(sorted({code for code, *_ in gone})), "."] if gone else None,
        h.ul[(_finding(view, each, new=_key(each) not in before) for each in found)]
        if found
        else h.p["No findings: each endpoint resolves as the private endpoints make one expect."],
    ]


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.fqdn, finding.message


def _finding(view: PageView, finding: Finding, *, new: bool) -> h.Element:
    severity = Profile().severity(finding.code)
    place = f"line {finding.place.line}" if finding.place else ""
    fixed = any(fix.edits(view.version.topology) for fix in finding.fixes)
    name = identifier("fix", finding.code, finding.fqdn, finding.vantage)
    return h.li(class_=severity)[
        h.p[
            h.strong[f"{finding.code} {TABLE[finding.code]}"],
            f" ({severity}{', new' if new else ''}{', ' + place if place else ''}) ",
            visible(finding.message),
        ],
        h.p["Fix: ", h.code[visible(finding.fix)]] if finding.fix else None,
        _mend(view, finding, name) if fixed else None,
    ]


def _mend(view: PageView, finding: Finding, name: str) -> h.Element:
    fields = {"code": finding.code, "fqdn": finding.fqdn, "vantage": finding.vantage}
    return h.form(method="post", action=view.state.url("/edit"))[
        h.input(type="hidden", name="token", value=view.token),
        h.input(type="hidden", name="do", value="fix"),
        (h.input(type="hidden", name=key, value=value) for key, value in fields.items()),
        h.button(id=name, type="submit", aria_label=f"Try the fix of {finding.code} {visible(finding.fqdn)}")[
            "Try this fix"
        ],
    ]
