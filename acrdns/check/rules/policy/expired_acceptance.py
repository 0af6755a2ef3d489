"""ACR901: an acceptance that has expired, so that its finding is back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from acrdns.errors import Place
    from acrdns.topology.model import Accepted

_FIX = Advice("mend what the finding is about, and remove the entry; or give it a later `until` with a reason")


def expired(accepted: Accepted, code: str | None, place: Place) -> Finding:
    """Return the finding about an entry that would excuse something if it had not expired."""
    message = (
        f"the acceptance of {accepted.rule} ended on {accepted.until}, and what it excused ({accepted.reason}) is "
        "still there; the finding counts"
    )
    return Finding(RULE.code, code or accepted.rule, message, (_FIX,), place)


RULE = Rule(
    "ACR901",
    "expired-acceptance",
    Page(
        finds="""\
An entry of an `accept` list whose last day is over, while the finding that it excuses is still there. The finding is
reported, and this warning beside it.""",
        why="""\
A pilot or a migration is excused for a time. Without an end, the reason is forgotten, and the finding hides a
name that clients resolve wrongly.""",
        example="""\
```yaml
registries:
  contoso:
    accept: [{rule: ACR308, reason: "dual-stack pilot", until: 2026-03-01}]
```""",
        fixes=(_FIX,),
        cannot_tell="""\
Whether the reason still holds.""",
        references=("topology file: `accept`",),
    ),
    lambda _: iter(()),
)
