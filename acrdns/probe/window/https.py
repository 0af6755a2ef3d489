"""Drive a `Window` over HTTPS (RFC 8484): one request a query, several at once on one HTTP/2 connection."""

from __future__ import annotations

import time
from base64 import urlsafe_b64encode
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from acrdns.errors import ProbeError
from acrdns.probe.window.tls import context

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from acrdns.probe.resolver import Resolver, ResolverAddress
    from acrdns.probe.window.window import Window

    Sent = Future[bytes]

AT_ONCE = 16
"""Requests under way to one server."""
_TYPE = "application/dns-message"
_OK = 200


def exchange_over_https(window: Window, resolver: Resolver, after: Callable[[], None] | None = None) -> None:
    """Send and receive until every question of the window has ended; call `after` once per turn. Raises ProbeError."""
    try:
        import h2  # noqa: F401 -- servers of others speak HTTP/2 alone
        import httpx
    except ImportError:
        raise ProbeError("DNS over HTTPS needs httpx with HTTP/2: pip install acrdns[doh]") from None
    trust = context(insecure=resolver.insecure, protocols=("h2", "http/1.1"))
    limits = httpx.Timeout(resolver.timeout * 2**resolver.retries)
    under_way: dict[Sent, int] = {}
    with (
        ThreadPoolExecutor(AT_ONCE) as pool,
        httpx.Client(http2=True, verify=trust, timeout=limits, trust_env=False) as client,
    ):
        while not window.idle:
            for batch in window.requests(time.monotonic()):
                server = resolver.servers[batch.lane]
                under_way |= {pool.submit(_ask, client, server, query): batch.lane for query in batch.queries}
            wake = window.wake()
            patience = None if wake is None else max(0.0, wake - time.monotonic())
            for done in wait(under_way, patience, FIRST_COMPLETED).done:
                _hand_over(window, under_way.pop(done), done)
            window.expire(time.monotonic())
            if after:
                after()
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(client: httpx.Client, server: ResolverAddress, query: bytes) -> bytes:
    # GET, since not every server takes the bodies of several requests at once (Knot Resolver answers 400).
    message = urlsafe_b64encode(query).rstrip(b"=").decode()
    separator = "&" if "?" in server.path else "?"
    response = client.get(f"{server}{separator}dns={message}", headers={"Accept": _TYPE})
    if response.status_code != _OK or response.headers.get("Content-Type") != _TYPE:
        raise OSError(0, f"HTTP {response.status_code} instead of a DNS message")
    return response.content


def _hand_over(window: Window, lane: int, done: Sent) -> None:
    import httpx

    try:
        octets = done.result()
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as error:
        window.closed(lane, str(error).lower() or type(error).__name__, time.monotonic(), answers=0)
    else:
        window.received(lane, [octets], time.monotonic(), tcp=True)
