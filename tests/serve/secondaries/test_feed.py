from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import Name, name
from acrdns.serve.secondaries.feed import Feed, Feeder, views_of
from acrdns.serve.secondaries.journal import Journal
from acrdns.zone.versions.catalog import catalog_name
from acrdns.zone.zone import Zone, build
from tests.zone.zone_versions import APEX, address, soa, zone

if TYPE_CHECKING:
    from pathlib import Path

NOW = 1_700_000_000
CATALOG = catalog_name("hub")


def _other(apex: str) -> Zone:
    return build(name(apex), "private", apex, [soa().renamed(name(apex))])


def _told(after: Feed, before: Feed) -> dict[str, list[Name]]:
    return {vantage: [each.zone.apex for each in fresh] for vantage, fresh in after.news(before).items()}


def test_all_is_news_at_the_start_and_the_catalog_comes_first() -> None:
    """A secondary that learns of a zone from the catalog fetches it by itself."""
    feed = Feeder(None).feed({"hub": [zone()]}, NOW)
    assert _told(feed, Feed()) == {"hub": [CATALOG, APEX]}


def test_only_what_changed_is_news() -> None:
    """A change in one view does not wake the secondaries of another, nor the catalog's readers."""
    feeder = Feeder(None)
    before = feeder.feed({"hub": [zone(), _other("b")], "spoke": [zone()]}, NOW)
    after = feeder.feed({"hub": [zone(address("www", 1)), _other("b")], "spoke": [zone()]}, NOW + 1)
    assert _told(after, before) == {"hub": [APEX]}
    assert after.serials("hub") == {APEX: NOW + 1, name("b"): NOW, CATALOG: NOW}


def test_a_new_zone_changes_the_catalog() -> None:
    """And a zone that goes, too."""
    feeder = Feeder(None)
    one = feeder.feed({"hub": [zone()]}, NOW)
    two = feeder.feed({"hub": [zone(), _other("b")]}, NOW + 1)
    three = feeder.feed({"hub": [zone()]}, NOW + 2)
    assert _told(two, one) == {"hub": [CATALOG, name("b")]}
    assert _told(three, two) == {"hub": [CATALOG]}


def test_a_zone_that_comes_back_goes_on() -> None:
    """Also where the clock stands, no serial is used for another content."""
    feeder = Feeder(None)
    feeder.feed({"hub": [zone()]}, NOW)
    second = feeder.feed({"hub": [zone(address("www", 1))]}, NOW)
    feeder.feed({"hub": []}, NOW)
    again = feeder.feed({"hub": [zone(address("www", 2))]}, NOW)
    assert again.serials("hub")[APEX] > second.serials("hub")[APEX]


def test_a_restart_goes_on_from_the_journal(tmp_path: Path) -> None:
    """With a clock that went back, and a content that changed meanwhile."""
    journal = Journal(str(tmp_path))
    feeder = Feeder(journal)
    feeder.feed({"hub": [zone()]}, NOW)
    before = feeder.feed({"hub": [zone(address("www", 1))]}, NOW + 5)
    journal.close()

    journal = Journal(str(tmp_path))
    again = Feeder(journal).feed({"hub": [zone(address("www", 1))]}, NOW - 10_000)
    assert again.serials("hub") == before.serials("hub")
    journal.close()

    journal = Journal(str(tmp_path))
    changed = Feeder(journal).feed({"hub": [zone(address("www", 2))]}, NOW - 10_000)
    assert changed.serials("hub") == {APEX: NOW + 6, CATALOG: NOW}
    journal.close()


def test_zone_files_hide_what_lies_below_them_at_the_first_address() -> None:
    """As they do in answers; other addresses do not have them."""
    files = [build(APEX, "file", "example.zone", [soa()])]
    views = views_of(None, files, ("internet", "hub"), "internet")
    assert views == {"internet": tuple(files), "hub": ()}
