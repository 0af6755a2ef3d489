from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.errors import InputError
from acrdns.names import name
from acrdns.serve.secondaries.journal import Journal, _document, _past
from acrdns.zone.versions.history import advance, begin
from tests.zone.zone_versions import APEX, address, zone, zones

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from acrdns.zone.zone import Zone

NOW = 1_700_000_000
_MANY = tuple(address(f"host{number}", number) for number in range(20))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """Return a journal in a directory that is made for it."""
    made = Journal(str(tmp_path / "journal"))
    yield made
    made.close()


@given(st.lists(zones, min_size=1, max_size=5))
def test_what_is_written_is_read_again(versions: list[Zone]) -> None:
    """Serial, digest and differences, whatever is in them."""
    history = begin(zone(*_MANY), NOW)
    for version in versions:
        history = advance(
            history, zone(*_MANY, *(r for node in version.nodes.values() for r in node if r.type != 6)), NOW
        )
    assert _past(json.loads(json.dumps(_document(history.past, APEX))), APEX) == history.past


def test_a_view_and_zone_is_found_again(journal: Journal) -> None:
    """Each by itself; what was never saved is not there."""
    past = begin(zone(), NOW).past
    journal.save("hub", APEX, past)
    assert journal.load("hub", APEX) == past
    assert journal.load("spoke", APEX) is None
    assert journal.load("hub", name("other")) is None


@pytest.mark.parametrize("vantage", ["../../etc", ".", "..", "a/b", "x" * 300, "netz-für-alle", ".hidden"])
def test_names_stay_inside_the_directory(vantage: str, journal: Journal, tmp_path: Path) -> None:
    """A vantage point's name is the user's, and no path."""
    past = begin(zone(), NOW).past
    journal.save(vantage, APEX, past)
    assert journal.load(vantage, APEX) == past
    (found,) = (path for path in tmp_path.rglob("*.json"))
    assert found.parent.parent == tmp_path / "journal"


def test_long_zone_names_have_files(journal: Journal) -> None:
    """A name may be longer than a file's name may be; two such names are two files."""
    left, right = (name(".".join((letter * 60, "y\\000" * 12, "z" * 60, "z" * 60))) for letter in "ab")
    journal.save("hub", left, begin(zone(), NOW).past)
    assert journal.load("hub", right) is None


def test_a_file_is_replaced_as_a_whole(journal: Journal, tmp_path: Path) -> None:
    """Nothing is left of the old one, nor of the way to the new one."""
    first = begin(zone(*_MANY), NOW)
    journal.save("hub", APEX, first.past)
    second = advance(first, zone(*_MANY, address("www", 1)), NOW + 1)
    journal.save("hub", APEX, second.past)
    assert journal.load("hub", APEX) == second.past
    assert [path.name for path in (tmp_path / "journal" / "hub").iterdir()] == ["example.json"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 2}',
        '{"version": 1, "zone": "other", "serial": 1, "digest": "", "differences": []}',
    ],
)
def test_a_file_that_is_not_ours_is_refused(text: str, journal: Journal, tmp_path: Path) -> None:
    """A serial is not guessed: that could go back."""
    journal.save("hub", APEX, begin(zone(), NOW).past)
    path = tmp_path / "journal" / "hub" / "example.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"example\.json:1: this is no journal of a zone"):
        journal.load("hub", APEX)


def test_differences_with_a_gap_are_refused(journal: Journal, tmp_path: Path) -> None:
    """They would lead a secondary to a zone that never was."""
    history = begin(zone(*_MANY), NOW)
    for octet in range(3):
        history = advance(history, zone(*_MANY, address("www", octet)), NOW)
    journal.save("hub", APEX, history.past)
    path = tmp_path / "journal" / "hub" / "example.json"
    document = json.loads(path.read_text())
    del document["differences"][1]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="no journal"):
        journal.load("hub", APEX)


def test_a_directory_is_for_one_server(journal: Journal, tmp_path: Path) -> None:
    """Two would overtake each other's serials. The lock ends with its process, however that ends."""
    other = f"from acrdns.serve.secondaries.journal import Journal\nJournal({str(tmp_path / 'journal')!r})"
    run = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=False)
    assert "another server uses this directory" in run.stderr
    journal.close()
    subprocess.run([sys.executable, "-c", other + "\nimport os; os.kill(os.getpid(), 9)"], check=False)
    again = Journal(str(tmp_path / "journal"))
    again.close()


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """With its name."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file/journal:1: cannot be used"):
        Journal(str(tmp_path / "file" / "journal"))
