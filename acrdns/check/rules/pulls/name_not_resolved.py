"""ACR402: a pull fails, cause `dns`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "look for the DNS server that does not answer: `acrdns rule ACR309` says what each response code means"

RULE = pull_rule(
    "ACR402",
    "name-not-resolved",
    "dns",
    _ADVICE,
    pull_page(
        finds="A step of a pull asks for a host name, and the resolver gives no usable answer.",
        why="""\
Clients wait for the resolver and give up: `lookup contoso.azurecr.io: i/o timeout` or `server misbehaving`.""",
        example="login  fail  contoso.azurecr.io does not resolve: nothing came back from the resolver",
        advice=_ADVICE,
        cannot_tell="Which server behind the resolver failed.",
        references=("facts F14, F16, behaviour 42", "RFC 8914"),
    ),
)
