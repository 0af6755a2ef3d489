"""One question to one resolver over UDP or TCP: retries, truncation, servers that cannot be reached."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype

from acrdns.probe.observation import Outcome
from acrdns.probe.read import Reading, read

if TYPE_CHECKING:
    from acrdns.probe.resolver import Resolver, Server

EDNS_PAYLOAD = 1232
"""Octets: the size that avoids fragments (DNS flag day 2020)."""

_ANSWERED = frozenset((Outcome.ANSWER, Outcome.NODATA, Outcome.NXDOMAIN))


def ask(resolver: Resolver, fqdn: str, rdtype: dns.rdatatype.RdataType) -> Reading:
    """Ask the resolver's servers in turn, and again where none answers; give the first answer, else the last failure.

    SERVFAIL and REFUSED are answers of a server: the next server is asked, but the same one is not asked twice.
    `milliseconds` counts from the first attempt to the end.
    """
    qname = dns.name.from_text(fqdn)
    started = time.perf_counter()
    last = Reading(Outcome.TIMEOUT)
    waiting = list(resolver.servers)
    for _ in range(resolver.retries + 1):
        for server in tuple(waiting):
            reading = _ask_server(resolver, server, qname, rdtype)
            if reading.outcome in _ANSWERED:
                return _timed(reading, started)
            if reading.outcome is not Outcome.TIMEOUT or reading.detail:
                waiting.remove(server)
            if last.outcome is Outcome.TIMEOUT:
                last = reading
        if not waiting:
            break
    return _timed(last, started)


def _timed(reading: Reading, started: float) -> Reading:
    milliseconds = (time.perf_counter() - started) * 1000
    return Reading(
        reading.outcome, reading.addresses, reading.chain, reading.ttl, reading.detail, round(milliseconds, 3)
    )


def _ask_server(resolver: Resolver, server: Server, qname: dns.name.Name, rdtype: dns.rdatatype.RdataType) -> Reading:
    try:
        return read(_exchange(resolver, server, qname, rdtype), qname, rdtype)
    except dns.exception.Timeout:
        return Reading(Outcome.TIMEOUT)
    except (OSError, EOFError) as error:
        return Reading(Outcome.TIMEOUT, detail=f"{server} cannot be reached: {_reason(error)}")
    except (dns.exception.DNSException, ValueError) as error:
        return Reading(Outcome.OTHER, detail=f"unreadable answer: {str(error) or type(error).__name__}")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", "") or "the connection was closed").lower()


def _exchange(
    resolver: Resolver, server: Server, qname: dns.name.Name, rdtype: dns.rdatatype.RdataType
) -> dns.message.Message:
    query = dns.message.make_query(qname, rdtype, use_edns=0, payload=EDNS_PAYLOAD)
    response = _send(resolver, server, query)
    if response.rcode() in (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS):
        # A server from before EDNS (RFC 6891 section 7): a stub resolver would not have sent it.
        response = _send(resolver, server, dns.message.make_query(qname, rdtype))
    return response


def _send(resolver: Resolver, server: Server, query: dns.message.Message) -> dns.message.Message:
    if not resolver.tcp:
        response = _udp(query, server, resolver.timeout)
        if not response.flags & dns.flags.TC:
            return response
    return dns.query.tcp(query, server.address, resolver.timeout, server.port)


def _udp(query: dns.message.Message, server: Server, timeout: float) -> dns.message.Message:
    # A connected socket, because only that hears the ICMP error of a port where nobody listens.
    family = dns.inet.af_for_address(server.address)
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)  # dnspython waits for it
        sock.connect(dns.inet.low_level_address_tuple((server.address, server.port), family))
        return dns.query.udp(query, server.address, timeout, server.port, sock=sock)
