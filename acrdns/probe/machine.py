"""The addresses that programs on this machine get: getaddrinfo, with hosts file, nsswitch.conf and search domains."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

AT_ONCE = 16


def looked_up(fqdns: Sequence[str], *, ipv6: bool = True) -> dict[str, tuple[str, ...]]:
    """Return the addresses of each name, in the order in which programs try them; empty where there is none."""
    family = socket.AF_UNSPEC if ipv6 else socket.AF_INET

    def addresses(fqdn: str) -> tuple[str, ...]:
        try:
            found = socket.getaddrinfo(fqdn, None, family, socket.SOCK_STREAM)
        except OSError:
            return ()
        return tuple(dict.fromkeys(str(each[4][0]) for each in found))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(fqdns, pool.map(addresses, fqdns), strict=True))
