"""The configuration of BIND as a secondary: one server with a view for each of ours, its zones by catalog.

BIND tells the views apart by the address that is asked, so each needs an address of its own.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.exchange.secondary import base64, header
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.exchange.secondary import Secondary
    from acrdns.wire.keyfile import Key


def render(secondaries: Sequence[Secondary], state: str) -> str:
    """Write `named.conf` for several views; `state` is the directory that BIND works in."""
    key = secondaries[0].key
    parts = (_key(key), _options(secondaries, state), *(_view(each) for each in secondaries))
    head = header(secondaries, "bind", "zones come and go by the catalog.")
    return head + "\n".join(part for part in parts if part)


def _key(key: Key | None) -> str:
    if key is None:
        return ""
    return f"""key "{key}" {{
    algorithm {key.algorithm};
    secret "{base64(key)}";
}};
"""


def _options(secondaries: Sequence[Secondary], state: str) -> str:
    listens = [_listen(each) for each in secondaries]
    families = {each.listen.is_ipv6 for each in secondaries}
    listens += ["listen-on { none; };"] * (False not in families) + ["listen-on-v6 { none; };"] * (True not in families)
    lines = "\n    ".join(dict.fromkeys(listens))
    return f"""options {{
    directory "{state}";
    pid-file "named.pid";
    session-keyfile "session.key";
    {lines}
    recursion no;
    dnssec-validation no;
    empty-zones-enable no;
    minimal-responses yes;
    notify no;
    allow-transfer {{ none; }};
}};

controls {{ }};
"""


def _listen(secondary: Secondary) -> str:
    option = "listen-on-v6" if secondary.listen.is_ipv6 else "listen-on"
    return f"{option} port {secondary.listen.port} {{ {secondary.listen.host}; }};"


def _view(secondary: Secondary) -> str:
    catalog, place = show(secondary.catalog), secondary.label
    match = "any" if ip_address(secondary.listen.host).is_unspecified else secondary.listen.host
    key = f' key "{secondary.key}"' if secondary.key else ""
    primary = f"{{ {secondary.primary.host} port {secondary.primary.port}{key}; }}"
    return f"""view "{place}" {{
    match-destinations {{ {match}; }};
    catalog-zones {{
        zone "{catalog}" default-primaries {primary} zone-directory "{place}" min-update-interval 1;
    }};
    zone "{catalog}" {{
        type secondary;
        primaries {primary};
        file "{place}/catalog.db";
        allow-query {{ none; }};
    }};
}};
"""
