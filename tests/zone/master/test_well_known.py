"""The numbers of protocols and services: those of RFC 1010, and those that Debian's netbase has."""

from __future__ import annotations

import socket

import pytest

from acrdns.zone.master.well_known import PROTOCOLS, SERVICES

# RFC 1010, "Assigned Internet Protocol Numbers" and "Port Assignments": a few of each page.
RFC_1010 = {
    "icmp": 1, "igmp": 2, "ggp": 3, "st": 5, "tcp": 6, "egp": 8, "chaos": 16, "udp": 17, "hmp": 20, "iso-tp4": 29, "rvd": 66,
    "sat-mon": 69, "wb-expak": 79,
}  # fmt: skip
PORTS_OF_RFC_1010 = {
    "rje": 5, "echo": 7, "users": 11, "quote": 17, "ftp-data": 20, "ftp": 21, "telnet": 23, "smtp": 25, "nsw-fe": 27,
    "time": 37, "nameserver": 42, "nicname": 43, "mpm-snd": 46, "domain": 53, "bootpc": 68, "tftp": 69, "netrjs-4": 74,
    "finger": 79, "supdup": 95, "hostname": 101, "iso-tsap": 102, "x400-snd": 104, "pop-2": 109, "sunrpc": 111, "nntp": 119,
    "ntp": 123, "locus-con": 127, "netbios-ssn": 139, "bl-idm": 142, "sur-meas": 243, "link": 245,
}  # fmt: skip


def test_the_numbers_are_those_of_the_rfc() -> None:
    """RFC 1035 section 3.4.2 refers to the latest assigned numbers, then RFC 1010."""
    assert {name: PROTOCOLS[name] for name in RFC_1010} == RFC_1010
    assert {name: SERVICES[name] for name in PORTS_OF_RFC_1010} == PORTS_OF_RFC_1010


def test_every_number_fits_its_field() -> None:
    """A protocol is an octet, a port is two."""
    assert all(0 <= number < 2**8 for number in PROTOCOLS.values())
    assert all(0 < number < 2**16 for number in SERVICES.values())


@pytest.mark.parametrize("service", ["smtp", "domain", "tftp", "http", "imaps", "mysql"])
def test_the_machine_agrees_where_it_knows(service: str) -> None:
    """A zone that loaded by /etc/services gives the same data by the table."""
    try:
        port = socket.getservbyname(service)
    except OSError:
        pytest.skip("this machine has no /etc/services")
    assert SERVICES[service] == port
