"""ACR309: the resolver gave no usable answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import cloud_of
from acrdns.check.answers.classify import Defect
from acrdns.check.answers.signs import is_cut_off, is_filtered, is_not_valid
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.set_forwarder import SetForwarder
from acrdns.check.fixes.unlink_ruleset import UnlinkRuleset
from acrdns.check.rule import Page, Rule
from acrdns.check.rules.wording import expected, finding, seen_from
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.evidence import Case
    from acrdns.check.facts import Facts
    from acrdns.check.finding import Finding
    from acrdns.errors import Path

_SAID = {
    Outcome.SERVFAIL: "SERVFAIL: the resolver could not get an answer from the servers behind it",
    Outcome.REFUSED: "REFUSED: the resolver does not resolve this name for this client",
    Outcome.TIMEOUT: "timeout: nothing came back from the resolver",
    Outcome.OTHER: "the answer cannot be used",
}


def _find(facts: Facts) -> Iterator[Finding]:
    for case in facts.classified.cases_with(Defect.NO_ANSWER):
        observation = case.observation
        detail = f" [{observation.detail}]" if observation.detail else ""
        message = (
            f"{case.fqdn} does not resolve {seen_from(facts)}: {_SAID[observation.outcome]}{detail}; {expected(case)}"
        )
        cause = _cause(case)
        yield finding(facts, case, RULE.code, message, (Advice(_advice(facts, case)),), _path(facts), cause)


def _cause(case: Case) -> str:
    """Return what the resolver's Extended DNS Error says, in words (RFC 8914), or empty."""
    if is_not_valid(case.observation):
        return f"the resolver validates DNSSEC, and a private zone below {cloud_of(case.fqdn).registry} is not signed"
    if is_cut_off(case.observation):
        return "the resolver reaches none of the servers that it forwards to"
    if is_filtered(case.observation):
        return "the resolver withholds the answer"
    return ""


def _advice(facts: Facts, case: Case) -> str:
    suffix = cloud_of(case.fqdn).registry
    if is_not_valid(case.observation):
        return f"on the resolver: do not validate {suffix} (BIND: validate-except; unbound: domain-insecure)"
    if is_filtered(case.observation):
        return f"on the resolver: let {suffix} pass its filter"
    match case.observation.outcome:
        case Outcome.SERVFAIL:
            return (
                f"look for a forwarder of {suffix} that cannot be reached (168.63.129.16 answers inside Azure only) "
                f"or that forwards in a circle{_trace(facts, case)}"
            )
        case Outcome.REFUSED:
            return "let the resolver serve this client's address, or ask the one that does: --server ADDR"
        case Outcome.TIMEOUT:
            return (
                "check that the resolver listens, and that UDP and TCP port 53 are open on the way; --timeout and --tcp"
            )
        case _:
            return f"ask it by hand: dig {case.fqdn} @<resolver>"


def _trace(facts: Facts, case: Case) -> str:
    if not facts.described:
        return ""
    return (
        f"; acrdns trace {facts.topology.file} {case.fqdn} --from {facts.vantage} shows the way that the file describes"
    )


def _path(facts: Facts) -> Path:
    known = facts.vantage in facts.topology.vantages[1:]
    return facts.topology.dns_path_of(facts.vantage) if known else ()


RULE = Rule(
    "ACR309",
    "no-answer",
    Page(
        finds="""\
The resolver gave nothing to judge by: SERVFAIL, REFUSED, no answer in time, or another response code. The message says
which. An Extended DNS Error (RFC 8914), where the resolver sends one, stands in brackets.""",
        why="""\
Clients wait, try again and give up (`lookup contoso.azurecr.io: i/o timeout`, `server misbehaving`). The three point
at different places. *SERVFAIL*: the resolver works, but a server behind it does not: a conditional forwarder to
168.63.129.16 from on premises, where it cannot be reached, or a forwarding loop. *REFUSED*: the resolver works, but not
for this client or name. *Timeout*: the resolver itself, or the way to it.""",
        example="""\
```yaml
dns_servers:
  192.168.0.53:
    network: plant                                        # on premises
    conditional_forwarders: {azurecr.io: [168.63.129.16]}  # reachable inside Azure only
```""",
        fixes=(SetForwarder("192.168.0.53", "azurecr.io", ("10.0.1.4",)), UnlinkRuleset("all", "hub")),
        note="""\
The first is for a forwarder that cannot be reached, the second for a forwarding loop: no ruleset may be linked to the
network of the inbound endpoint that one of its rules points at. This shows an inbound endpoint's address:
`az dns-resolver inbound-endpoint list -g RESOURCE_GROUP --dns-resolver-name PRIVATE_RESOLVER`.""",
        cannot_tell="""\
Which server behind the resolver failed, unless an Extended DNS Error says so: `acrdns trace` shows the way that the
topology describes.""",
        references=(
            "facts F14, F16, section 3 (168.63.129.16, loops), behaviour 42",
            "RFC 1035 section 4.1.1",
            "RFC 8914",
        ),
    ),
    _find,
)
