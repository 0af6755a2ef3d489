"""All small zones over a palette of odd records, as SCALE makes them: by enumeration, not by chance.

Few names, each of which may be an apex, a child, a grandchild, a wildcard or an empty non-terminal, and at each of them
every type that changes how another name is answered, pointing at every kind of place: a name that is there, one that
is not, one below, one above, itself, outside. Zones of two such records hold every pair of rules that can meet.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations, product
from typing import TYPE_CHECKING

from acrdns.errors import ZoneFileError
from tests.conformance.worlds import World, below, hidden, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_DIGEST = "00" * 32

PALETTE = (
    # the apex
    "@ MX 1 a",
    "@ DNAME nowhere.",
    "@ DNAME ^",
    # a child: data, aliases to each kind of place, DNAMEs to each kind of place, cuts
    "a A 192.0.2.1",
    "a MX 1 c",
    "a CNAME c",
    "a CNAME q.c",
    "a CNAME b.a",
    "a CNAME a",
    "a CNAME @",
    "a CNAME nowhere.",
    "a DNAME c",
    "a DNAME b.c",
    "a DNAME b.a",
    "a DNAME @",
    "a DNAME nowhere.",
    "a NS ns.a|ns.a A 192.0.2.9",
    "a NS c|c AAAA 2001:db8::9",
    f"a NS nowhere.|a DS 1 8 2 {_DIGEST}",
    # a grandchild: makes `a` an empty non-terminal, or is hidden below a cut
    "b.a A 192.0.2.2",
    "b.a CNAME c",
    "b.a CNAME x.a",
    "b.a DNAME c",
    "b.a NS nowhere.",
    # wildcards at each level, and a name below one
    "* A 192.0.2.3",
    "* CNAME a",
    "* CNAME x.c",
    "* DNAME c",
    "*.a A 192.0.2.4",
    "*.a CNAME c",
    "*.a CNAME x.a",
    "*.b.a MX 1 a",
    "b.*.a A 192.0.2.5",
    # where the others point
    "c A 192.0.2.6",
    "c CNAME a",
    "c DNAME a",
    "c NS nowhere.",
    "b.c CNAME b.a",
    "*.c CNAME x.b.a",
)
"""Owner, type and data, relative to an apex: `@`. `^` is a name above it, and `|` parts records that need each other."""

INNER = (
    "",
    "@ MX 1 b",
    "@ DNAME c^",
    "b A 192.0.2.11",
    "b CNAME @",
    "b CNAME x",
    "b CNAME c^",
    "b CNAME *^",
    "b DNAME c^",
    "b DNAME b^",
    "b NS nowhere.",
    "* CNAME c^",
    "* A 192.0.2.12",
)
"""The same for a zone `a` that is served beside the zone above it, in which `c^` is `c` there."""

NAMES = ("@", "a", "b.a", "x.a", "x.b.a", "b.x.a", "c", "b.c", "x.c", "*", "*.a", "z", "x.z", "ns.a")
TYPES = ("A", "CNAME", "DNAME", "NS", "DS", "MX", "ANY")


def single(size: int) -> Iterator[World]:
    """Return every zone of so many entries of the palette that loads, each at an apex of its own."""
    yield from _numbered((("", entries),) for entries in combinations(PALETTE, size))


def nested(size: int) -> Iterator[World]:
    """Return every zone of so many entries with every small zone below it at `a`, both of them served."""
    pairs = product(combinations(PALETTE, size), INNER)
    yield from _numbered((("", entries), ("a", (inner,))) for entries, inner in pairs)


def questions(world: World) -> list[tuple[str, str]]:
    """Return each name that the palette has, and names that it makes, with each type."""
    top = world.zones[0][0]
    return [(_name(owner, top, top), type_) for owner in NAMES for type_ in TYPES]


def _numbered(worlds: Iterable[Sequence[tuple[str, Sequence[str]]]]) -> Iterator[World]:
    number = 0
    for zones in worlds:
        with suppress(ZoneFileError):
            yield _world(f"d{number % 10_000:04}.", zones)
            number += 1


def _world(top: str, zones: Sequence[tuple[str, Sequence[str]]]) -> World:
    """Make a world. Raises ZoneFileError where a zone does not load."""
    made = []
    for relative, entries in zones:
        apex = below(relative, top)
        lines = [_line(record, apex, top) for entry in entries if entry for record in entry.split("|")]
        head = [f"{apex} 600 IN SOA ns.nowhere. host.nowhere. 1 3600 600 86400 60", f"{apex} 600 IN NS ns.nowhere."]
        made.append((apex, "\n".join([*head, *lines]) + "\n"))
    world = World(tuple(made))
    for apex, text in world.zones:
        load(apex, text)
    if hidden(world):
        raise ZoneFileError([])
    return world


def _line(record: str, apex: str, top: str) -> str:
    owner, type_, *data = record.split(" ")
    if type_ not in ("A", "AAAA", "DS"):
        data[-1] = _name(data[-1], apex, top)
    return f"{_name(owner, apex, top)} 300 IN {type_} {' '.join(data)}"


def _name(relative: str, apex: str, top: str) -> str:
    if relative.endswith("."):
        return relative
    if relative.endswith("^"):
        return below(relative[:-1], top if apex != top else "nowhere.")
    return below("" if relative == "@" else relative, apex)
