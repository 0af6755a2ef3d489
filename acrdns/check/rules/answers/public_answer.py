"""ACR301: a public answer where a private one is expected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.check.answers.classify import Defect
from acrdns.check.answers.public_remedy import for_public_answer
from acrdns.check.answers.signs import shows_private_zone
from acrdns.check.fixes.fix import PRIVATELINK
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, listed, seen_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.PUBLIC_ANSWER):
        others = (other for other in facts.cases if other.registry == case.registry and other is not case)
        sees_zone = any(map(shows_private_zone, (other.observation for other in others)))
        remedy = for_public_answer(facts.topology, facts.vantage, case, sees_zone=sees_zone)
        yield finding(facts, case, RULE.code, _message(facts, case), remedy.fixes, remedy.path, remedy.cause)


def _message(facts: Facts, case: Case) -> str:
    public = listed(facts.classified.public(case.observation.addresses))
    if case.expectation.kind == "unknown":
        why = f"other endpoints of {case.registry} resolve to private addresses"
    else:
        why = expected(case)
    return (
        f"{case.fqdn} resolves to the public address {public} {seen_from(facts)}; {why}; "
        "traffic goes past the private endpoint, and is refused with 403 where public access is off"
    )


RULE = Rule(
    "ACR301",
    "public-answer",
    Page(
        finds="""\
An endpoint of a registry resolves to a public address, although a private endpoint can be reached from that network.
Without a topology: an endpoint resolves to a public address while others of the same registry are private.""",
        why="""\
The client connects to the registry's public front end. Where public access is off, it answers 403
(`client with IP ... is not allowed access`), and Kubernetes reports `ImagePullBackOff`, though name resolution seems to
work. Where public access is on, pulls work and leave the private network unseen.""",
        example="""\
```
$ acrdns check hub.yaml --from spoke --server 10.1.0.4
fail  contoso.azurecr.io   expected 10.0.0.7   observed 20.45.122.144
      contoso.azurecr.io -> contoso.privatelink.azurecr.io -> xxxx.xx.azcr.io -> ...
```
The zone `privatelink.azurecr.io` is linked to `hub`, not to `spoke`. Peering does not make a private zone visible.""",
        fixes=(LinkZone(PRIVATELINK, "spoke"),),
        note="""\
Where the network has DNS servers of its own, link the network of the server that forwards to 168.63.129.16 instead, and
forward `azurecr.io`, not `privatelink.azurecr.io`.""",
        cannot_tell="""\
Which of several causes it is, where the network has DNS servers that the topology does not describe; and whether the
resolver asked is the one that the network's clients ask: a container engine in a virtual machine may ask another.""",
        references=(
            "facts F01, F02, F03, F06, F13, F15, F19, F22",
            "Microsoft Learn: Azure Private Endpoint private DNS zone values",
            "Microsoft Learn: Connect privately to an Azure container registry using Azure Private Link",
        ),
    ),
    _find,
)
