"""ACR410: a pull fails, cause `other`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "read the message; `curl -v` at the same address shows the whole answer"

RULE = pull_rule(
    "ACR410",
    "pull-fails-otherwise",
    "other",
    _ADVICE,
    pull_page(
        finds="A step of a pull fails in a way that no other rule knows.",
        why="""\
The answer is none of a registry: something else answers at this address, or the connection breaks off.""",
        example="login  fail  no Bearer challenge, but ''",
        advice=_ADVICE,
        cannot_tell="The reason.",
        references=("facts section 5",),
    ),
)
