"""The configuration of BIND as a secondary: one server with a view for each of ours, its zones by catalog.

BIND selects the view by the address that is asked, so each needs an address of its own. It listens on addresses of
the machine's interfaces only: for others, say of 127.0.0.0/8, add them (`ip address add 127.0.0.3/8 dev lo`).
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.errors import ListenError
from acrdns.exchange.exports.secondaries.secondary import base64, header
from acrdns.names import show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.exchange.exports.secondaries.secondary import SecondaryConfig
    from acrdns.wire.transfer.keyfile import Key


_HOLD = """\
# A primary that was down when BIND asked it twice is left alone for ten minutes; a restart of BIND ends that.
"""


def render(secondaries: Sequence[SecondaryConfig], state: str) -> str:
    """Return `named.conf`; `state` is where BIND works if there are several views. Raises ListenError."""
    _refuse_shared_addresses(secondaries)
    several = len(secondaries) > 1
    options = _options(secondaries, state if several else secondaries[0].directory)
    views = (_view(each, each.label if several else ".") for each in secondaries)
    parts = (_key(secondaries[0].key), options, *views)
    head = header(secondaries, "bind", "zones come and go by the catalog.")
    head = f"{head.rstrip()}\n{_HOLD}\n"
    return head + "\n".join(part for part in parts if part)


def _refuse_shared_addresses(secondaries: Sequence[SecondaryConfig]) -> None:
    seen: dict[str, str] = {}
    for each in secondaries:
        other = seen.setdefault(each.listen.host, each.vantage)
        if other != each.vantage:
            both = f"the views of {other} and {each.vantage} would both be at {each.listen.host}"
            raise ListenError(f"--listen: {both}, and BIND tells views by their address; give each one of its own")


def _key(key: Key | None) -> str:
    if key is None:
        return ""
    return f"""key "{key}" {{
    algorithm {key.algorithm};
    secret "{base64(key)}";
}};
"""


def _options(secondaries: Sequence[SecondaryConfig], state: str) -> str:
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


def _listen(secondary: SecondaryConfig) -> str:
    option = "listen-on-v6" if secondary.listen.is_ipv6 else "listen-on"
    return f"{option} port {secondary.listen.port} {{ {secondary.listen.host}; }};"


def _view(secondary: SecondaryConfig, place: str) -> str:
    catalog = show(secondary.catalog)
    match = "any" if ip_address(secondary.listen.host).is_unspecified else secondary.listen.host
    key = f' key "{secondary.key}"' if secondary.key else ""
    primary = f"{{ {secondary.primary.host} port {secondary.primary.port}{key}; }}"
    return f"""view "{secondary.label}" {{
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
