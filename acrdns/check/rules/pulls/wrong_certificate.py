"""ACR405: a pull fails, cause `certificate`."""

from __future__ import annotations

from acrdns.check.rules.pulls.pulled import pull_page, pull_rule

_ADVICE = "pull by the login server's name, lead each name to its own endpoint, and trust the inspecting firewall"

RULE = pull_rule(
    "ACR405",
    "wrong-certificate",
    "certificate",
    _ADVICE,
    pull_page(
        finds="""\
A step of a pull connects, and the certificate is not for the name asked for, or not of a trusted authority.""",
        why="""\
Certificates have the names below `azurecr.io` alone: a pull by the privatelink name fails (F25), and so does the data
endpoint's name at the login server's address (F32). An authority that nobody knows is an inspecting firewall's.""",
        example="""\
layer  fail  the certificate at 10.0.0.7 does not do for contoso.eastus.data.azurecr.io: Hostname mismatch""",
        advice=_ADVICE,
        cannot_tell="Which of the two names belongs to the address, without a topology file.",
        references=("facts F25, F32, section 1.5",),
    ),
)
