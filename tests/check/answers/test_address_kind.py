from __future__ import annotations

import pytest

from acrdns.check.answers.address_kind import AddressKind, kind_of
from acrdns.check.facts import Facts
from acrdns.topology.load import loads

PUBLIC_SPACE = """
version: 1
networks:
  legacy: {address_space: [51.4.0.0/16]}
"""


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("10.0.0.7", "PRIVATE"),
        ("172.16.0.1", "PRIVATE"),
        ("172.32.0.1", "PUBLIC"),
        ("192.168.255.255", "PRIVATE"),
        ("100.64.0.1", "PRIVATE"),
        ("100.128.0.1", "PUBLIC"),
        ("20.45.122.144", "PUBLIC"),
        ("192.0.2.1", "PUBLIC"),
        ("198.51.100.1", "PUBLIC"),
        ("203.0.113.1", "PUBLIC"),
        ("0.0.0.0", "UNUSABLE"),
        ("127.0.0.1", "UNUSABLE"),
        ("169.254.169.254", "UNUSABLE"),
        ("224.0.0.1", "UNUSABLE"),
        ("255.255.255.255", "UNUSABLE"),
        ("fd00::7", "PRIVATE"),
        ("2603:1030:20e:3::23c", "PUBLIC"),
        ("2001:db8::1", "PUBLIC"),
        ("::1", "UNUSABLE"),
        ("::", "UNUSABLE"),
        ("fe80::1", "UNUSABLE"),
    ],
)
def test_kinds_of_addresses(address: str, kind: str) -> None:
    """Documentation ranges count as public: made-up public addresses come from them."""
    assert kind_of(address, Facts(None).topology) is AddressKind[kind]


def test_a_network_with_public_address_space_makes_it_private() -> None:
    """Azure lets a virtual network use any addresses."""
    topology = loads(PUBLIC_SPACE, "t.yaml")
    assert kind_of("51.4.0.9", topology) is AddressKind.PRIVATE
    assert kind_of("51.5.0.9", topology) is AddressKind.PUBLIC
