"""ACR404: a pull fails, cause `refused`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = (
    "check the address: a registry takes connections on port 443; another machine has it, or a firewall resets them"
)

RULE = pull_rule(
    "ACR404",
    "endpoint-refuses-connection",
    "refused",
    _ADVICE,
    pull_page(
        finds="A step of a pull connects to an address, and it refuses.",
        why="""\
Azure's endpoints take every connection on port 443. A machine that refuses is another one, or a firewall that resets
connections instead of dropping them.""",
        example="login  fail  10.0.0.99 refuses connections for contoso.azurecr.io",
        advice=_ADVICE,
        cannot_tell="Who sends the reset.",
        references=("facts F09, F26", "RFC 9293 section 3.5.2"),
    ),
)
