from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from acrdns.zone.serial import stamped
from acrdns.zone.versions.difference import Difference, apply, difference
from tests.zone.zone_versions import address, contents, zone, zones

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone


@given(zones, zones)
def test_a_difference_leads_from_the_one_version_to_the_other(old: Zone, new: Zone) -> None:
    """Applied to the old version it gives the new one, and it says nothing that is the same in both."""
    new = stamped(new, 2)
    change = _difference(old, new)
    assert contents(apply(old, change)) == contents(new)
    gone = {(r.name, r.type, r.ttl, rdata) for r in change.removed for rdata in r.rdatas}
    come = {(r.name, r.type, r.ttl, rdata) for r in change.added for rdata in r.rdatas}
    assert gone == contents(old) - contents(new) - {_soa(old)}
    assert come == contents(new) - contents(old) - {_soa(new)}
    assert len(change) == len(gone) + len(come) + 2


def _difference(old: Zone, new: Zone) -> Difference:
    assert old.soa is not None
    assert new.soa is not None
    return difference(old, new, old.soa, new.soa)


def _soa(version: Zone) -> tuple[object, ...]:
    assert version.soa is not None
    return (version.soa.name, version.soa.type, version.soa.ttl, version.soa.rdatas[0])


@pytest.mark.parametrize(
    ("old", "new", "removed", "added"),
    [
        ((address("www", 1),), (address("www", 1),), (), ()),
        ((), (address("www", 1),), (), (address("www", 1),)),
        ((address("www", 1),), (), (address("www", 1),), ()),
        ((address("www", 1, 2),), (address("www", 2, 3),), (address("www", 1),), (address("www", 3),)),
        ((address("www", 1, 2),), (address("www", 2, 1),), (), ()),
        (
            (address("www", 1, 2, ttl=60),),
            (address("www", 1, 2, ttl=10),),
            (address("www", 1, 2, ttl=60),),
            (address("www", 1, 2, ttl=10),),
        ),
    ],
    ids=["same", "come", "gone", "one of two", "order is nothing", "another TTL is another record"],
)
def test_differences_are_by_record(old: tuple, new: tuple, removed: tuple, added: tuple) -> None:  # type: ignore[type-arg]
    """A record set that changes in part is not sent whole."""
    change = _difference(zone(*old), zone(*new, serial=2))
    assert (change.removed, change.added) == (removed, added)
    assert (change.start, change.end) == (1, 2)


def test_a_difference_of_other_versions_is_refused() -> None:
    """Applied to a version that it does not start at, it would make a zone that never was."""
    change = _difference(zone(address("www", 1)), zone(serial=2))
    with pytest.raises(ValueError, match="another version"):
        apply(zone(address("www", 1), serial=3), change)
    with pytest.raises(ValueError, match="not there"):
        apply(zone(), change)
