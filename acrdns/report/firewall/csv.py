"""The rules of a firewall as comma-separated values (RFC 4180), for tables and change requests."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.firewall.rules import Firewall

HEAD = ("host", "port", "wildcard", "scope", "registry", "operations", "from", "why")


def render(firewall: Firewall) -> str:
    """Return a head and a line for each rule; several values in a field have spaces between them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for rule in firewall.rules:
        wildcard = "true" if rule.host.wildcard else "false"
        several = (" ".join(rule.registries), " ".join(rule.operations), " ".join(rule.vantages))
        writer.writerow((rule.host.name, rule.port, wildcard, rule.scope, *several, rule.why))
    return text.getvalue()
