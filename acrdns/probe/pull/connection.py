"""One request of a pull: the name is resolved by the resolver that is checked, and a failure has a cause."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import httpx

from acrdns.probe.ask import observe
from acrdns.probe.observation import Observation, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from acrdns.probe.pull.result import PullCause
    from acrdns.probe.resolver import Resolver

    Sink = Callable[[bytes], object]

CONNECT = 10.0
"""Seconds until an address counts as unreachable; the kernel of a lab gives up earlier."""
READ = 30.0
MAX_BODY = 8 << 20
"""Bytes that are read of an answer."""

_WORDS = {
    Outcome.NXDOMAIN: "does not exist",
    Outcome.NODATA: "has no address",
    Outcome.TIMEOUT: "does not resolve: nothing came back from the resolver",
}


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer to a request."""

    status: int
    headers: httpx.Headers
    body: bytes
    address: str


class RequestFailed(Exception):  # noqa: N818 -- a result of the probe
    """A request without an answer, and why."""

    def __init__(self, cause: PullCause, message: str, address: str = "") -> None:
        super().__init__(message)
        self.cause = cause
        self.message = message
        self.address = address


@dataclass
class PullConnection:
    """Sends requests; names are asked for once."""

    resolver: Resolver
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    port: int = 443
    known: dict[str, Observation] = field(default_factory=dict)
    """Observations of names that were resolved already."""
    hosts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Addresses of a hosts file by name, which win over DNS."""
    proxy: str = ""
    """URL of the proxy of a lab without namespaces, which resolves and connects in place of this machine."""

    def send(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        *,
        content: Iterable[bytes] | None = None,
        sink: Sink | None = None,
    ) -> HttpAnswer:
        """Send a request to the first address of the host that takes the connection. Raises RequestFailed.

        `sink` takes the body of an answer 200 piece by piece, however long it is.
        """
        host = urlsplit(url).hostname or ""
        if self.proxy:
            return self._send_to("", url, headers or {}, method, content, sink)
        failure: RequestFailed | None = None
        for address in self._addresses(host):
            try:
                return self._send_to(address, url, headers or {}, method, content, sink)
            except RequestFailed as error:
                failure = error
                if error.cause not in ("unreachable", "refused"):
                    break
        raise cast("RequestFailed", failure)

    def _addresses(self, host: str) -> tuple[str, ...]:
        if pinned := self.hosts.get(host.lower()):
            return pinned
        seen = self.known.get(host)
        if seen is None:
            seen = self.known[host] = observe([host], self.resolver, ipv6=False)[0]
        if seen.addresses:
            return seen.addresses
        outcome = Outcome.NODATA if seen.outcome is Outcome.ANSWER else seen.outcome
        words = _WORDS.get(outcome, f"does not resolve: {outcome.value}")
        detail = f" ({seen.detail})" if seen.detail else ""
        cause: PullCause = "name" if outcome in (Outcome.NXDOMAIN, Outcome.NODATA) else "dns"
        raise RequestFailed(cause, f"{host} {words}{detail}")

    def _send_to(
        self,
        address: str,
        url: str,
        headers: Mapping[str, str],
        method: str,
        content: Iterable[bytes] | None,
        sink: Sink | None,
    ) -> HttpAnswer:
        parts = urlsplit(url)
        host = parts.hostname or ""
        where = f"[{address}]" if ":" in address else address
        # A name in the certificate is compared with the host, though the connection goes to an address.
        there = parts._replace(netloc=f"{where}:{parts.port or self.port}").geturl() if address else url
        limits = httpx.Timeout(READ, connect=CONNECT)
        sent = {"Host": parts.netloc, "Accept-Encoding": "identity", **headers}
        name = {"sni_hostname": host}
        try:
            with (
                httpx.Client(verify=self.context, trust_env=False, timeout=limits, proxy=self.proxy or None) as client,
                client.stream(method, there, headers=sent, content=content, extensions=name) as response,
            ):
                body = bytearray()
                for piece in response.iter_raw():
                    if sink is not None and response.status_code == httpx.codes.OK:
                        sink(piece)
                        continue
                    body += piece
                    if len(body) > MAX_BODY:
                        break
                return HttpAnswer(response.status_code, response.headers, bytes(body), address)
        except httpx.HTTPError as error:
            raise _failed(error, host, address) from error


def _refused_by_proxy(said: str, host: str) -> RequestFailed:
    """Return the cause that a lab's proxy names in its status line: `502 NAME: REASON`, or `504 ADDRESS ...`."""
    status, _, words = said.partition(" ")
    if status == "504":
        return RequestFailed("unreachable", words.replace("does not answer", f"does not answer for {host}"))
    reason = words.removeprefix(f"{host}: ")
    if reason in ("NXDOMAIN", "the name has no address"):
        return RequestFailed("name", f"{host} {'does not exist' if reason == 'NXDOMAIN' else 'has no address'}")
    return RequestFailed("dns" if status == "502" else "other", f"{host} does not resolve: {reason}")


def _failed(error: httpx.HTTPError, host: str, address: str) -> RequestFailed:
    """Return the cause of an error: it is somewhere in the chain of exceptions."""
    if isinstance(error, httpx.ProxyError):
        return _refused_by_proxy(str(error), host)
    chain: list[BaseException] = [error]
    while below := chain[-1].__cause__ or chain[-1].__context__:
        chain.append(below)
    certificate = next((each for each in chain if isinstance(each, ssl.SSLCertVerificationError)), None)
    if certificate is not None:
        words = certificate.verify_message or str(certificate)
        return RequestFailed("certificate", f"the certificate at {address} does not do for {host}: {words}", address)
    if any(isinstance(each, ConnectionRefusedError) for each in chain):
        return RequestFailed("refused", f"{address} refuses connections for {host}", address)
    if isinstance(error, httpx.TimeoutException):
        return RequestFailed("unreachable", f"{address} does not answer for {host}", address)
    system = next((each for each in chain if isinstance(each, OSError) and each.errno and each.strerror), None)
    if system is not None and not isinstance(system, ssl.SSLError):
        words = str(getattr(system, "strerror", system)).lower()
        return RequestFailed("unreachable", f"{address} cannot be reached for {host}: {words}", address)
    return RequestFailed("other", f"{address} breaks off the connection for {host}: {error}", address)
