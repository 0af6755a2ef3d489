"""ACR407: a pull fails, cause `link`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "let no proxy or cache on the way keep redirects or add an Authorization header, and set its clock right"

RULE = pull_rule(
    "ACR407",
    "link-refused",
    "link",
    _ADVICE,
    pull_page(
        finds="The data endpoint refuses the temporary link that the login server gave.",
        why="""\
A link is good for 20 to 30 minutes, for one layer of one repository at one region's data endpoint. A cache that hands
out old redirects, a proxy that changes the address or sends the token along makes it useless.""",
        example="""\
layer  fail  contoso.eastus.data.azurecr.io answers 403: AuthenticationFailed: Signature not valid""",
        advice=_ADVICE,
        cannot_tell="Who on the way kept or changed the link.",
        references=("facts section 5, behaviours 44, 45, 48",),
    ),
)
