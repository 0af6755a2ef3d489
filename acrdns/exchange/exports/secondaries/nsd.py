"""The configuration of NSD as a secondary: one instance a view.

NSD reads catalog zones from 4.9 on, and distributions still ship 4.6: so the zones are listed, and a topology with
other zones needs another export. Changes within a zone arrive by NOTIFY and transfer like everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.exchange.exports.secondaries.secondary import base64, header
from acrdns.names import show

if TYPE_CHECKING:
    from acrdns.exchange.exports.secondaries.secondary import SecondaryConfig

_PATTERN = "acrdns"


def render(secondary: SecondaryConfig) -> str:
    """Return `nsd.conf` for one view."""
    parts = [_server(secondary), _key(secondary), _pattern(secondary), *map(_zone, map(show, secondary.zones))]
    change = "write it again when zones come or go (records need nothing)."
    return header([secondary], "nsd", change) + "\n".join(part for part in parts if part)


def _server(secondary: SecondaryConfig) -> str:
    listen, directory = secondary.listen, secondary.directory
    return f"""server:
    ip-address: {listen.host}@{listen.port}
    port: {listen.port}
    zonesdir: "{directory}"
    pidfile: "{directory}/nsd.pid"
    xfrdfile: "{directory}/xfrd.state"
    zonelistfile: "{directory}/zone.list"
    xfrdir: "{directory}"
    database: ""
    minimal-responses: yes
    hide-version: yes

remote-control:
    control-enable: no
"""


def _key(secondary: SecondaryConfig) -> str:
    key = secondary.key
    if key is None:
        return ""
    return f"""key:
    name: "{key}"
    algorithm: {key.algorithm}
    secret: "{base64(key)}"
"""


def _pattern(secondary: SecondaryConfig) -> str:
    primary = secondary.primary
    key = str(secondary.key) if secondary.key else "NOKEY"
    return f"""pattern:
    name: "{_PATTERN}"
    zonefile: "%s.zone"
    request-xfr: {primary.host}@{primary.port} {key}
    allow-notify: {primary.host} {key}
"""


def _zone(name: str) -> str:
    return f"""zone:
    name: "{name}"
    include-pattern: "{_PATTERN}"
"""
