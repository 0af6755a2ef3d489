"""The short ways by which tens of thousands of addresses are checked, held against `ipaddress`."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from acrdns.topology.schema.fields import address4
from acrdns.topology.verify.addresses import Space

octets = st.integers(0, 300).map(str) | st.sampled_from(("", "00", "01", "0255", "-1", " 1", "1\n", "٣"))


@given(st.lists(octets, min_size=3, max_size=5).map(".".join))
def test_an_ipv4_address_is_what_ipaddress_takes_for_one(text: str) -> None:
    """And is written as it writes it."""
    try:
        expected = str(ipaddress.IPv4Address(text))
    except ValueError:
        with pytest.raises(PydanticCustomError):
            address4(text)
    else:
        assert address4(text) == expected


few = st.integers(0, 2)
addresses = st.builds("10.{}.{}.{}".format, few, few, st.integers(0, 255)) | st.builds("fd00::{:x}".format, few)
ranges = st.builds(lambda address, prefix: f"{address}/{prefix}", addresses, st.integers(8, 32))


@given(st.lists(ranges, max_size=3), st.lists(addresses, max_size=6))
def test_an_address_is_inside_where_one_range_has_it(written: list[str], asked: list[str]) -> None:
    """Whatever was asked for before; a network without ranges says nothing of its addresses."""
    space = [ipaddress.ip_network(text, strict=False) for text in written]
    known = Space(space)
    for address in asked:
        inside = any(ipaddress.ip_address(address) in network for network in space)
        assert known.has(address) == (inside or not space)
