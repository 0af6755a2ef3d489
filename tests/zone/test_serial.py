from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import name
from acrdns.record import Rcode
from acrdns.zone.answer import Response
from acrdns.zone.serial import following, newer, restamped, serial_of, stamped
from tests.zone.zone_versions import APEX, address, soa, zone

_serials = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1, 0, True),
        (0, 1, False),
        (5, 5, False),
        (44, 0, True),
        (100, 44, True),
        (200, 100, True),
        (0, 0xFFFFFFFF, True),
        (0xFFFFFFFF, 0, False),
        (0x7FFFFFFF, 0, True),
        (0x80000000, 0, False),  # half the circle: neither is greater
        (0, 0x80000000, False),
    ],
)
def test_serials_are_compared_on_a_circle(left: int, right: int, *, expected: bool) -> None:
    """RFC 1982 section 3.2, with the examples of its section 5.2 in 32 bits."""
    assert newer(left, right) == expected


@given(_serials, st.integers(0, 2**33))
def test_the_next_serial_is_greater(last: int, wanted: int) -> None:
    """Whatever the clock says, a zone's serial grows and stays in 32 bits."""
    serial = following(last, wanted)
    assert newer(serial, last)
    assert 0 <= serial < 2**32


@pytest.mark.parametrize(("last", "wanted", "expected"), [(5, 9, 9), (9, 5, 10), (9, 9, 10), (2**32 - 1, 3, 3)])
def test_the_wanted_serial_is_taken_where_it_is_greater(last: int, wanted: int, expected: int) -> None:
    """A clock that stands or went back costs nothing but a number."""
    assert following(last, wanted) == expected


@given(_serials)
def test_a_stamped_zone_has_the_serial_everywhere(serial: int) -> None:
    """Also the SOA of negative answers has it, and nothing else changes."""
    before = zone(address("www", 1))
    after = stamped(before, serial)
    assert after.soa is not None
    assert serial_of(after.soa) == serial
    assert serial_of(after.denial[0]) == serial
    assert stamped(after, 1) == before


def test_responses_carry_the_serial_of_transfers() -> None:
    """A SOA in an answer or an authority section is restamped, that of another zone is not, nor is anything else."""
    other = soa(7).renamed(name("other"))
    response = Response(Rcode.NXDOMAIN, (soa(1), address("www", 1)), (soa(1),))
    changed = restamped(response, {APEX: 99})
    assert changed == Response(Rcode.NXDOMAIN, (soa(99), address("www", 1)), (soa(99),))
    assert restamped(Response(Rcode.NOERROR, (), (other,)), {APEX: 99}) == Response(Rcode.NOERROR, (), (other,))
