"""ACR902: an acceptance that excuses nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.rule import Page, Rule

if TYPE_CHECKING:
    from acrdns.errors import Place
    from acrdns.topology.model import Accepted

_FIX = Advice("remove the entry from its `accept` list, or move it to the object that the finding is about")


def unused(accepted: Accepted, wrong: str, place: Place) -> Finding:
    """Return the finding about an entry without a finding; `wrong` says that there is no such rule."""
    where = ".".join(map(str, accepted.path)) or "the file"
    message = f"the acceptance of {accepted.rule} at {where} excuses nothing: "
    return Finding(RULE.code, accepted.rule, message + (wrong or "the rule finds nothing there"), (_FIX,), place)


RULE = Rule(
    "ACR902",
    "unused-acceptance",
    Page(
        finds="""\
An entry of an `accept` list for which there is no finding in its object. `lint` says so of rules that look at the
file; whether an observed answer would be excused, it cannot know.""",
        why="""\
The entry would hide the next finding of the same rule, for a reason that is no longer the reason.""",
        example="""\
```yaml
networks:
  hub:
    accept: [{rule: vnet-without-zone-link, reason: "linked next week"}]   # it is linked
```""",
        fixes=(_FIX,),
        cannot_tell="""\
Whether the finding comes back.""",
        references=("topology file: `accept`",),
    ),
    lambda _: iter(()),
)
