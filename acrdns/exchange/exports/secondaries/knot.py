"""The configuration of Knot DNS as a secondary: one instance a view, its zones by catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.secondaries.secondary import base64, header
from acrdns.names import show

if TYPE_CHECKING:
    from acrdns.exchange.exports.secondaries.secondary import SecondaryConfig


def render(secondary: SecondaryConfig) -> str:
    """Return `knot.conf` for one view."""
    parts = (_server(secondary), _key(secondary), _primary(secondary), _zones(secondary))
    return header([secondary], "knot", "zones come and go by the catalog.") + "\n".join(part for part in parts if part)


def _server(secondary: SecondaryConfig) -> str:
    return f"""server:
    listen: {secondary.listen.host}@{secondary.listen.port}
    rundir: "{secondary.directory}"

database:
    storage: "{secondary.directory}"
"""


def _key(secondary: SecondaryConfig) -> str:
    key = secondary.key
    if key is None:
        return ""
    return f"""key:
  - id: "{key}"
    algorithm: {key.algorithm}
    secret: "{base64(key)}"
"""


def _primary(secondary: SecondaryConfig) -> str:
    primary = secondary.primary
    key = f'\n    key: "{secondary.key}"' if secondary.key else ""
    return f"""remote:
  - id: primary
    address: {primary.host}@{primary.port}{key}

acl:
  - id: primary
    address: {primary.host}{key}
    action: notify
"""


def _zones(secondary: SecondaryConfig) -> str:
    return f"""template:
  - id: default
    storage: "{secondary.directory}"
    master: primary
    acl: primary
  - id: member
    storage: "{secondary.directory}"
    master: primary
    acl: primary

zone:
  - domain: "{show(secondary.catalog)}"
    catalog-role: interpret
    catalog-template: member
"""
