"""ACR403: a pull fails, cause `unreachable`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "let this network reach the address on port 443: peering, routes, network security groups, firewall"

RULE = pull_rule(
    "ACR403",
    "endpoint-unreachable",
    "unreachable",
    _ADVICE,
    pull_page(
        finds="A step of a pull connects to an address, and nothing answers.",
        why="""\
Clients hang until they give up (`dial tcp 10.0.0.8:443: i/o timeout`). The address may be stale (F09), in a network
that is not peered, or behind a firewall that lets the login server through and not the data endpoint (F27).""",
        example="layer  fail  10.0.0.8 does not answer for contoso.eastus.data.azurecr.io",
        advice=_ADVICE,
        cannot_tell="""\
Whether the address is wrong or the way to it: the findings about DNS compare it with the expected one.""",
        references=("facts F09, F26, F27",),
    ),
)
