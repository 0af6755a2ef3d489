"""A DNS server that says what a test wants it to say, over real sockets."""

from __future__ import annotations

import selectors
import socket
import struct
from threading import Lock, Thread
from typing import TYPE_CHECKING, Self

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from acrdns.probe.resolver import ResolverAddress

if TYPE_CHECKING:
    from collections.abc import Callable

    Answer = Callable[[dns.message.Message, str], dns.message.Message | bytes | None]
    """From a query and `udp` or `tcp` to what is sent back; None sends nothing and closes a TCP connection."""

PATIENCE = 10
"""Seconds until a client that stops in the middle of a message is given up."""


def reply(
    query: dns.message.Message, *records: str, rcode: str = "NOERROR", recursive: bool = True, ede: str = ""
) -> dns.message.Message:
    """Make a response; records are lines of a zone file with absolute names."""
    response = dns.message.make_response(query, recursion_available=recursive)
    for record in records:
        name, ttl, _, rdtype, data = record.split(maxsplit=4)
        rrset = dns.rrset.from_text(name, int(ttl), "IN", rdtype, data)
        response.answer.append(rrset)
    response.set_rcode(dns.rcode.from_text(rcode))
    if ede:
        response.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.NETWORK_ERROR, ede)])
    return response


def truncated(query: dns.message.Message) -> dns.message.Message:
    """Make the response that sends a client to TCP."""
    response = dns.message.make_response(query)
    response.flags |= dns.flags.TC
    return response


class Scripted:
    """The server; UDP and TCP on one port of the loopback address."""

    def __init__(self, answer: Answer, address: str = "127.0.0.1") -> None:
        self.asked: list[tuple[str, str, str]] = []
        """Name, type and transport of each query, in order."""
        self._answer = answer
        self._lock = Lock()
        self._tcp, self._udp = _bound(address)
        self._wake, self._woken = socket.socketpair()
        self._thread = Thread(target=self._run, daemon=True)
        self.server = ResolverAddress(address, self._udp.getsockname()[1])

    def __enter__(self) -> Self:
        self._tcp.listen()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._wake.close()
        self._thread.join()
        for sock in (self._tcp, self._udp, self._woken):
            sock.close()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            for sock in (self._tcp, self._udp, self._woken):
                selector.register(sock, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if self._udp in ready:
                    self._answer_udp()
                if self._tcp in ready:
                    self._answer_tcp()
                if ready == [self._woken]:  # and all that was sent before has been received
                    return

    def _answer_udp(self) -> None:
        octets, client = self._udp.recvfrom(65535)
        response = self._respond(octets, "udp")
        if response is not None:
            self._udp.sendto(response, client)

    def _answer_tcp(self) -> None:
        connection, _ = self._tcp.accept()
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(PATIENCE)
            (length,) = struct.unpack("!H", stream.read(2))
            response = self._respond(stream.read(length), "tcp")
            if response is not None:
                connection.sendall(struct.pack("!H", len(response)) + response)

    def _respond(self, octets: bytes, transport: str) -> bytes | None:
        query = dns.message.from_wire(octets)
        question = query.question[0]
        with self._lock:
            name = question.name.to_text(omit_final_dot=True)
            self.asked.append((name, dns.rdatatype.to_text(question.rdtype), transport))
        response = self._answer(query, transport)
        return response.to_wire(max_size=65535) if isinstance(response, dns.message.Message) else response


def _bound(address: str) -> tuple[socket.socket, socket.socket]:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    while True:
        tcp, udp = socket.socket(family, socket.SOCK_STREAM), socket.socket(family, socket.SOCK_DGRAM)
        tcp.bind((address, 0))
        try:
            udp.bind((address, tcp.getsockname()[1]))
        except OSError:  # the UDP port is somebody else's: take another
            tcp.close()
            udp.close()
            continue
        return tcp, udp


def unused(address: str = "127.0.0.1") -> tuple[socket.socket, socket.socket, ResolverAddress]:
    """Return a port where nobody answers TCP or UDP for as long as the sockets live: bound, but shut for others.

    UDP is connected to its own address, so that the kernel refuses what comes from elsewhere with an ICMP error.
    """
    tcp, udp = _bound(address)
    udp.connect(udp.getsockname())
    return tcp, udp, ResolverAddress(address, udp.getsockname()[1])
