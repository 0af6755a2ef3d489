"""The catalogue of fixes: what mends a topology, one action a file.

In: a rule, a fault or a repair makes an action with the user's own names (`LinkZone(ZoneName("privatelink.azurecr.io"),
"hub")`). Out: the same change as az commands, as Terraform, as Bicep, as edits of the topology file, and as the
topology with the change made. Start reading with `fix.py`, then `link_zone.py`. An action is the file of its name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.check.fixes.fix import Fix

ACTIONS = (
    "add-endpoint-address",
    "add-zone-group",
    "advice",
    "approve-endpoint",
    "connect-site",
    "connect-to-hub",
    "create-endpoint",
    "create-inbound-endpoint",
    "create-zone",
    "delete-endpoint",
    "delete-record-set",
    "delete-server-zone",
    "delete-zone",
    "delete-zone-group",
    "disable-rule",
    "enable-data-endpoints",
    "enable-transit",
    "first-step",
    "link-ruleset",
    "link-zone",
    "peer-networks",
    "pin-name",
    "recreate-endpoint",
    "relax-filter",
    "set-client-servers",
    "set-dns-servers",
    "set-forwarder",
    "set-forwarders",
    "set-link",
    "set-record",
    "set-rule-targets",
    "set-server-record",
    "set-ttl",
    "unlink-ruleset",
    "unlink-zone",
    "unpin-name",
    "wait-for-link",
)
"""Every action, by its file's name in kebab case."""


def action(name: str) -> type[Fix]:
    """Return the class of an action (`link-zone`). Raises KeyError."""
    if name not in ACTIONS:
        raise KeyError(name)
    found: type[Fix] = getattr(import_module(f"{__name__}.{name.replace('-', '_')}"), name.title().replace("-", ""))
    return found
