"""ACR408: a pull fails, cause `credentials`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "sign in: acr login, docker login or skopeo login; or set ACRDNS_REGISTRY_USER and ACRDNS_REGISTRY_PASSWORD"

RULE = pull_rule(
    "ACR408",
    "credentials-refused",
    "credentials",
    _ADVICE,
    pull_page(
        finds="""\
The registry does not take the credentials, or there are none, or they may not pull from this repository.""",
        why="Name resolution and network are right as far as this step: only a token is missing.",
        example="token  fail  contoso.azurecr.io answers 401: UNAUTHORIZED: authentication required",
        advice=_ADVICE,
        cannot_tell="""\
Whether the user does not exist, the password is wrong, or the token's scope map lacks the repository.""",
        references=("facts section 5",),
    ),
)
