"""The rules of a firewall for people, and as a list: `--check` and `lab run --firewall` read it as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.report.escape import log, visible
from acrdns.report.terminal import GAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.firewall.rules import Firewall, FirewallRule

_SECTIONS = {"registry": "registries of the file", "service": "services of Azure, and no registry's"}


def render(firewall: Firewall) -> str:
    """Return a line for each rule, with its operations and its reason as a comment."""
    return log("".join(f"{visible(line)}\n" for line in _lines(firewall)))


def _lines(firewall: Firewall) -> Iterator[str]:
    where = firewall.vantage or "every vantage point"
    yield f"# {firewall.topology.file} from {where}: all else is dropped, DNS is not"
    width = max((len(_host(rule)) for rule in firewall.rules), default=0)
    for scope, title in _SECTIONS.items():
        rules = [rule for rule in firewall.rules if rule.scope == scope]
        if rules:
            yield f"# {title}"
        for rule in rules:
            yield f"{_host(rule):{width}}{GAP}# {', '.join(rule.operations)}{_only(firewall, rule)}: {rule.why}"


def _host(rule: FirewallRule) -> str:
    return f"{rule.host.name}:{rule.port}"


def _only(firewall: Firewall, rule: FirewallRule) -> str:
    """Return from where, where that is not from everywhere."""
    everywhere = firewall.vantage is not None or len(rule.vantages) == len(firewall.topology.vantages)
    return "" if everywhere else f" (from {', '.join(rule.vantages)})"
