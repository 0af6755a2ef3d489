"""ACR406: a pull fails, cause `denied`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "use the private endpoint, or let the client's public address in: az acr network-rule add"

RULE = pull_rule(
    "ACR406",
    "client-denied",
    "denied",
    _ADVICE,
    pull_page(
        finds="A step of a pull is refused with 403: the registry's firewall does not let the client in.",
        why="""\
The name led to a public address while public access is off or limited to other addresses (F21), or to an endpoint whose
connection is not approved (F22), or the login server's name led to a data endpoint (F32). The message has the address
that the registry saw.""",
        example="""\
login  fail  contoso.azurecr.io answers 403: DENIED: client with IP '198.18.0.5' is not allowed access.""",
        advice=_ADVICE,
        cannot_tell="Which rule of the firewall it was.",
        references=("facts F21, F22, F32, F34, behaviour 47",),
    ),
)
