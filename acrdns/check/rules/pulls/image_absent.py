"""ACR409: a pull fails, cause `absent`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "name an image that is there: --pull REPOSITORY:TAG; wait where it was pushed to another replica just now"

RULE = pull_rule(
    "ACR409",
    "image-absent",
    "absent",
    _ADVICE,
    pull_page(
        finds="The registry does not have the image, or one of its layers.",
        why="""\
The name led to a registry that answers: to another one than was meant where two registries' addresses are swapped
(F32), or to a replica that the image has not reached yet (F29).""",
        example="manifest  fail  contoso.azurecr.io answers 404: MANIFEST_UNKNOWN: manifest unknown",
        advice=_ADVICE,
        cannot_tell="Whether the image was never pushed or is on its way to this replica.",
        references=("facts F29, F32",),
    ),
)
