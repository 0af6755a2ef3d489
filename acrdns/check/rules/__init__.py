"""The rule table: every code, bound to a rule for ever.

A rule is the file of its name (`public-answer` is `answers/public_answer.py`) and defines `RULE`. A file is imported
only when its rule is asked for. Codes: ACR1xx topology, ACR2xx private zones, ACR3xx observed answers, ACR4xx data
plane and firewall, ACR9xx the tool itself. A code is never used again for another defect.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.rule import Rule

TABLE = {
    # ACR1xx: topology
    "ACR101": "vnet-without-zone-link",
    "ACR102": "replica-without-address",
    "ACR103": "endpoint-without-zone-group",
    "ACR104": "endpoint-not-approved",
    "ACR105": "several-endpoints-in-network",
    "ACR106": "unreachable-registry",
    "ACR107": "bypassed-azure-dns",
    "ACR108": "resolver-network-without-zone-link",
    "ACR109": "privatelink-only-forwarding",
    "ACR110": "azure-dns-from-on-premises",
    "ACR111": "unreachable-dns-server",
    "ACR112": "forwarding-loop",
    "ACR113": "servers-disagree",
    "ACR114": "standby-server-disagrees",
    "ACR115": "sync-without-data-endpoint",
    "ACR116": "parent-out-of-reach",
    # ACR15x: properties proven by trying every endpoint from every vantage point
    "ACR151": "public-where-private-expected",
    "ACR152": "black-hole",
    "ACR153": "endless-forwarding",
    "ACR154": "alias-outside-azure",
    "ACR155": "endless-chain",
    "ACR156": "unexpected-address",
    "ACR157": "ipv6-past-private-endpoint",
    # ACR2xx: private zones
    "ACR201": "shadowed-private-zone",
    "ACR202": "misspelt-private-zone",
    "ACR203": "stale-private-ip",
    "ACR204": "replica-without-record",
    "ACR205": "endpoint-records-collide",
    "ACR206": "link-in-progress",
    "ACR207": "zone-of-public-name",
    "ACR208": "third-party-hidden",
    "ACR209": "redirect-masks-missing-record",
    "ACR210": "record-ttl-too-long",
    "ACR211": "dnl-record-without-hash",
    "ACR212": "link-with-registration",
    "ACR213": "unneeded-regional-zone",
    "ACR214": "wrong-zone-linked",
    "ACR215": "public-address-by-hand",
    # ACR3xx: observed answers
    "ACR301": "public-answer",
    "ACR302": "wrong-private-address",
    "ACR303": "swapped-address",
    "ACR304": "shared-address",
    "ACR305": "missing-record",
    "ACR306": "surplus-address",
    "ACR307": "private-answer",
    "ACR308": "ipv6-bypass",
    "ACR309": "no-answer",
    "ACR310": "other-registrys-address",
    "ACR311": "distant-endpoint",
    "ACR312": "ipv6-question-fails",
    "ACR313": "wrong-public-address",
    "ACR314": "missing-privatelink-alias",
    "ACR315": "hosts-file-pin",
    "ACR316": "wrong-local-name",
    # ACR40x, ACR41x: a step of a pull that fails, by its cause
    "ACR401": "name-without-address",
    "ACR402": "name-not-resolved",
    "ACR403": "endpoint-unreachable",
    "ACR404": "endpoint-refuses-connection",
    "ACR405": "wrong-certificate",
    "ACR406": "client-denied",
    "ACR407": "link-refused",
    "ACR408": "credentials-refused",
    "ACR409": "image-absent",
    "ACR410": "pull-fails-otherwise",
    # ACR9xx: acrdns itself
    "ACR901": "expired-acceptance",
    "ACR902": "unused-acceptance",
}
"""Code to name, in the order of codes."""

FOLDERS = {"ACR15": "proven", "ACR1": "topology", "ACR2": "zones", "ACR3": "answers", "ACR4": "pulls", "ACR9": "policy"}
"""How codes begin, and the folder of their rules. The first that fits counts."""


def rule(code_or_name: str) -> Rule:
    """Return the rule of a code (`ACR301`, in any letter case) or of a name (`public-answer`). Raises KeyError."""
    wanted = code_or_name.strip()
    for code, name in TABLE.items():
        if wanted.upper() == code or wanted.lower() == name:
            return _load(code, name)
    raise KeyError(code_or_name)


def rules(*prefixes: str) -> Iterator[Rule]:
    """Return the rules whose codes start with one of the prefixes (`ACR1`, `ACR2`), all without one, in code order."""
    for code, name in TABLE.items():
        if not prefixes or code.startswith(prefixes):
            yield _load(code, name)


def _load(code: str, name: str) -> Rule:
    found: Rule = import_module(f"{__name__}.{_folder(code)}.{name.replace('-', '_')}").RULE
    if (found.code, found.name) != (code, name):
        raise ImportError(f"{name} is bound to {code} in the table, but says {found.code} {found.name} of itself")
    return found


def _folder(code: str) -> str:
    return next(folder for start, folder in FOLDERS.items() if code.startswith(start))
