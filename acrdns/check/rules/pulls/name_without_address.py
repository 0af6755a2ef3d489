"""ACR401: a pull fails, cause `name`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "give the network a record for the name: `acrdns check` says which zone lacks it"

RULE = pull_rule(
    "ACR401",
    "name-without-address",
    "name",
    _ADVICE,
    pull_page(
        finds="A step of a pull asks for a host name that does not exist, or has no address.",
        why="""\
The login server's name and each data endpoint's are resolved by themselves: a login that works says nothing of the
layers. The usual picture is that manifest and login pass and every layer fails with `no such host` (F04): the private
zone has no record for the data endpoint of the region that serves.""",
        example="""\
login     pass  contoso.azurecr.io 10.0.0.7 401
manifest  pass  contoso.azurecr.io 10.0.0.7 200
layer     fail  contoso.eastus.data.azurecr.io does not exist""",
        advice=_ADVICE,
        cannot_tell="Which record is missing: the findings about DNS say it, with a topology file the line too.",
        references=("facts F04, F06, behaviour 46", "RFC 8020"),
    ),
)
