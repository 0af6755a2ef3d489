from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from acrdns.zone.serial import newer, serial_of, stamped
from acrdns.zone.versions.difference import apply
from acrdns.zone.versions.history import MOST_DIFFERENCES, advance, begin, digest
from tests.zone.zone_versions import address, contents, zone, zones

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

NOW = 1_700_000_000
_MANY = tuple(address(f"host{number}", number % 250) for number in range(60))


def test_a_zone_of_a_topology_starts_with_the_time() -> None:
    """Whoever forgot everything starts no lower than it ended."""
    history = begin(zone(address("www", 1)), NOW)
    assert history.serial == NOW
    assert serial_of(history.soa) == NOW


def test_a_zone_of_a_file_starts_with_its_own_serial() -> None:
    """What its author wrote is what secondaries see."""
    assert begin(zone(serial=2026112301, kind="file"), NOW).serial == 2026112301


def test_nothing_new_is_no_new_version() -> None:
    """A reload that changes nothing in a zone leaves its serial alone, whatever the order of its records."""
    history = begin(zone(address("www", 1, 2)), NOW)
    assert advance(history, zone(address("www", 2, 1)), NOW + 100) is history


def test_a_change_takes_the_time_for_its_serial() -> None:
    """The serial says when the zone changed."""
    assert advance(begin(zone(), NOW), zone(address("www", 1)), NOW + 60).serial == NOW + 60


def test_changes_within_one_second_still_grow() -> None:
    """The clock is a wish, growing is the law."""
    history = begin(zone(), NOW)
    for octet in range(5):
        history = advance(history, zone(address("www", octet)), NOW)
    assert history.serial == NOW + 5


def test_a_file_whose_author_forgot_the_serial_gets_the_next_one() -> None:
    """Secondaries would never see the change otherwise."""
    history = begin(zone(serial=7, kind="file"), NOW)
    assert advance(history, zone(address("www", 1), serial=7, kind="file"), NOW).serial == 8
    assert advance(history, zone(address("www", 1), serial=20, kind="file"), NOW).serial == 20


def test_a_raised_serial_alone_is_a_new_version_of_a_file() -> None:
    """An author who raises the serial wants the zone to be fetched."""
    history = begin(zone(serial=7, kind="file"), NOW)
    raised = advance(history, zone(serial=9, kind="file"), NOW)
    assert raised.serial == 9
    assert begin(zone(serial=9, kind="file"), NOW, history.past).serial == 9


def test_a_restart_goes_on_where_it_was() -> None:
    """What is remembered is good for as long as the content is the same."""
    history = advance(begin(zone(*_MANY), NOW), zone(*_MANY, address("www", 1)), NOW + 9)
    again = begin(zone(*_MANY, address("www", 1)), NOW + 1000, history.past)
    assert again.serial == NOW + 9
    assert again.since(NOW) == history.past.differences
    assert len(history.past.differences) == 1


def test_a_restart_with_another_content_grows_and_forgets() -> None:
    """Even where the clock went back; the differences would not lead to the new content."""
    history = advance(begin(zone(*_MANY), NOW), zone(*_MANY, address("www", 1)), NOW + 9)
    again = begin(zone(*_MANY, address("www", 2)), NOW - 5000, history.past)
    assert again.serial == NOW + 10
    assert again.since(NOW) is None


def test_old_versions_are_forgotten() -> None:
    """There is an end to how far back a history reaches, in versions."""
    history = begin(zone(*_MANY * 10), NOW)
    many = tuple(address(f"host{number}", number % 250) for number in range(900))
    for number in range(MOST_DIFFERENCES + 10):
        history = advance(history, zone(*many, address("www", number % 2)), NOW)
    assert len(history.past.differences) == MOST_DIFFERENCES
    assert history.since(history.serial - MOST_DIFFERENCES) is not None
    assert history.since(history.serial - MOST_DIFFERENCES - 1) is None


def test_differences_that_are_larger_than_the_zone_are_forgotten() -> None:
    """The whole zone is sent instead: that is less."""
    history = advance(begin(zone(address("www", 1)), NOW), zone(address("www", 2)), NOW + 1)
    assert history.since(NOW) is None


@given(st.lists(zones, min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_every_remembered_version_leads_to_the_present_one(versions: list[Zone], start: int) -> None:
    """Serials only grow, and the differences from any serial, applied in turn, give the zone as it is."""
    padding = _MANY
    padded = [zone(*padding, *(r for node in each.nodes.values() for r in node if r.type != 6)) for each in versions]
    history = begin(padded[0], start)
    seen = {history.serial: history.version}
    for version in padded[1:]:
        after = advance(history, version, start)
        assert after is history or newer(after.serial, history.serial)
        history = after
        seen[history.serial] = history.version
    for serial, old in seen.items():
        changes = history.since(serial)
        for change in changes or ():
            old = apply(old, change)  # noqa: PLW2901 -- the zone on its way
        if changes:
            assert contents(old) == contents(history.version)


@given(zones, zones, st.integers(0, 2**32 - 1))
def test_digests_tell_contents_apart_and_serials_not(left: Zone, right: Zone, serial: int) -> None:
    """Equal digests mean equal records."""
    assert (digest(left) == digest(right)) == (contents(left) == contents(right))
    assert digest(stamped(left, serial)) == digest(left)
