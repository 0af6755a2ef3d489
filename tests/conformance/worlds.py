"""Odd worlds of a few zones each, and the questions to ask of them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from acrdns.errors import ZoneFileError
from acrdns.names import name
from acrdns.zone.master.zonefile import read_zone

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.zone.zone import Zone

TYPES = ("A", "CNAME", "DNAME", "NS", "MX", "TXT", "SOA", "DS", "ANY", "TYPE65280", "SRV")

HEAD = 2
"""Lines at the top of each zone: SOA and NS."""
LONG = "l" * 60
LABELS = st.sampled_from(("a", "b", "c", "d", "*", "a", "b", "c", "d", "*", LONG))
_MAX_TEXT = 253
_TOP = re.compile(r"\b([dvw])[0-9]{4}\.")
"""Where the names of a world end."""
_SIZES = st.integers(0, 12)
RELATIVE = st.lists(LABELS, max_size=4).map(".".join)
DENSE = st.lists(st.sampled_from(("a", "b", "*")), max_size=3).map(".".join)
"""So few names that wildcards, aliases, cuts and what they hide meet all the time."""
_FORMS = ("CNAME {}", "CNAME {}", "CNAME {}", "DNAME {}", "NS {}", "MX 1 {}", "A 192.0.2.1", "TXT t")
DENSE_TYPES = ("A", "AAAA", "NS", "CNAME", "DNAME", "SOA", "MX", "TXT", "DS", "ANY", "SRV", "TYPE65280")


@dataclass(frozen=True)
class World:
    """Zones as text, by apex (with its dot). The apexes of a world are below names of its own."""

    zones: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "\n".join(f"; {apex}\n{text}" for apex, text in self.zones)

    def smaller(self) -> Iterator[World]:
        """Return the worlds without a zone, or without half, a quarter, ... or one of the lines, that still load.

        The smallest come first, and all of them together are not many: about twice the lines.
        """
        for apex, _ in self.zones:
            rest = tuple(zone for zone in self.zones if zone[0] != apex)
            if rest:
                yield World(rest)
        entries = self._entries()
        size = len(entries)
        while size > 1:
            size = (size + 1) // 2
            for start in range(0, len(entries), size):
                with suppress(ZoneFileError):
                    yield self._with([*entries[:start], *entries[start + size :]])
        if len(entries) == 1:
            with suppress(ZoneFileError):
                yield self._with([])

    def without(self, lines: set[str]) -> World:
        """Return the world without some lines."""
        kept = [(apex, line) for apex, line in self._entries() if line.rstrip("\n") not in lines]
        return self._with(kept)

    def _entries(self) -> list[tuple[str, str]]:
        return [(apex, line) for apex, text in self.zones for line in text.splitlines(keepends=True)[HEAD:]]

    def _with(self, entries: list[tuple[str, str]]) -> World:
        """Return the world with other lines below the heads. Raises ZoneFileError where they do not load."""
        zones = []
        for apex, text in self.zones:
            head = "".join(text.splitlines(keepends=True)[:HEAD])
            zones.append((apex, head + "".join(line for owner, line in entries if owner == apex)))
            load(*zones[-1])
        return World(tuple(zones))

    def numbered(self, number: int) -> World:
        """Return the same world below names of another number, to serve it beside others."""
        return World(tuple((renumbered(apex, number), renumbered(text, number)) for apex, text in self.zones))

    def loaded(self) -> list[Zone]:
        """Return the zones as acrdns reads them."""
        return [load(apex, text) for apex, text in self.zones]

    def questions(self) -> list[tuple[str, str]]:
        """Return names of the world, and names beside and below them, each with a few of the types."""
        names: dict[str, None] = {}
        for apex, text in self.zones:
            for line in text.splitlines():
                owner, *_, target = line.split(" ")
                for each in (owner, target) if target.endswith(".") else (owner,):
                    parent = each.partition(".")[2] or apex
                    names |= dict.fromkeys((each, f"x.{each}", f"x.a.{each}", f"*.{each}", parent, f"{LONG}.{each}"))
        return [
            (owner, TYPES[(index + step) % len(TYPES)])
            for index, owner in enumerate(names)
            for step in (0, 3, 4, 7)
            if len(owner) <= _MAX_TEXT
        ]

    def every_question(self) -> list[tuple[str, str]]:
        """Return all names of up to three labels out of a, b and *, and some that cannot exist, each with all types."""
        relative = [".".join(labels) for size in range(4) for labels in product("ab*", repeat=size)]
        owners = [below(each, apex) for apex, _ in self.zones for each in (*relative, "c", "c.a", "a.c")]
        return [(owner, type_) for owner in owners for type_ in DENSE_TYPES]


def renumbered(text: str, number: int) -> str:
    """Put names, a zone's text or a question's name below the names of another world. No length changes."""
    return _TOP.sub(rf"\g<1>{number:04}.", text)


def load(apex: str, text: str) -> Zone:
    """Read a zone that includes nothing."""
    return read_zone(text.encode(), apex + "zone", name(apex), _nothing)


def _nothing(file: str, wanted: str) -> tuple[str, bytes]:
    raise FileNotFoundError(wanted)


@st.composite
def worlds(draw: st.DrawFn, number: int) -> World:
    """Draw a world whose zones load everywhere: lines that may not stand are left out."""
    top = f"w{number:04}."
    apexes = [
        top,
        *draw(st.lists(st.sampled_from([f"a.{top}", f"b.a.{top}", f"v{number:04}."]), unique=True, max_size=2)),
    ]
    world = World(tuple((apex, _settled(apex, draw(_lines(apex, apexes)))) for apex in apexes))
    return world.without(hidden(world))


@st.composite
def dense_worlds(draw: st.DrawFn, number: int) -> World:
    """Draw a world of one zone with few names, all of which collide."""
    apex = f"d{number:04}."
    return World(((apex, _settled(apex, draw(_lines(apex, [apex], DENSE)))),))


@st.composite
def _lines(draw: st.DrawFn, apex: str, apexes: list[str], names: st.SearchStrategy[str] = RELATIVE) -> list[str]:
    owners = st.builds(below, names, st.just(apex))
    targets = st.builds(below, names, st.sampled_from([*apexes, "nowhere."]))
    data = st.one_of(
        st.sampled_from(["A 192.0.2.1", "A 192.0.2.2", "TXT t", f"DS 1 8 2 {'00' * 32}", "TYPE65280 \\# 1 00"]),
        st.builds("CNAME {}".format, targets),
        st.builds("DNAME {}".format, targets),
        st.builds("NS {}".format, targets),
        st.builds("MX 1 {}".format, targets),
        st.builds("SRV 1 1 1 {}".format, targets),
    )
    record = st.builds("{} 300 IN {}".format, owners, data).map(lambda line: [line])
    entries = st.lists(st.one_of(record, record, record, _delegations(apex, names)), min_size=draw(_SIZES), max_size=24)
    return [line for entry in draw(entries) for line in entry]


@st.composite
def _delegations(draw: st.DrawFn, apex: str, names: st.SearchStrategy[str]) -> list[str]:
    """Draw a delegation with its glue, in or out of its bailiwick."""
    owner = below(draw(names), apex)
    server = below(draw(names), draw(st.sampled_from([owner, apex])))
    glue = draw(st.sampled_from(["A 192.0.2.9", "AAAA 2001:db8::9"]))
    return [f"{owner} 300 IN NS {server}", f"{server} 300 IN {glue}"]


def below(relative: str, apex: str) -> str:
    """Join a relative name, which may be empty, to an apex."""
    return f"{relative}.{apex}".lstrip(".") or "."


@st.composite
def nested_worlds(draw: st.DrawFn, number: int) -> World:
    """Draw a world of zones below one another with the same few names: what one has, the next one hides.

    Most records are aliases, so that chains go from one zone into another.
    """
    top = f"d{number:04}."
    others = draw(st.lists(st.sampled_from([f"a.{top}", f"b.a.{top}", f"v{number:04}."]), min_size=1, unique=True))
    apexes = [top, *others]
    world = World(tuple((apex, _settled(apex, draw(_chains(apex, apexes)))) for apex in apexes))
    return world.without(hidden(world))


def _chains(apex: str, apexes: list[str]) -> st.SearchStrategy[list[str]]:
    owners = st.builds(below, DENSE, st.just(apex))
    targets = st.builds(below, DENSE, st.sampled_from(apexes))
    return st.lists(st.builds(_alias, owners, st.sampled_from(_FORMS), targets), min_size=1, max_size=6)


def _alias(owner: str, form: str, target: str) -> str:
    return f"{owner} 300 IN {form.format(target)}"


def hidden(world: World) -> set[str]:
    """Return the lines of DNAMEs that have names of another zone below them: NSD does not load that zone then."""
    lines = [line.split(" ") for _, text in world.zones for line in text.splitlines()]
    owners = {words[0] for words in lines}
    return {
        " ".join(words)
        for words in lines
        if words[3] == "DNAME" and any(owner.endswith(f".{words[0]}") for owner in owners)
    }


def _settled(apex: str, lines: list[str]) -> str:
    """Return the text of a zone without the lines that no server loads."""
    head = [f"{apex} 600 IN SOA ns.nowhere. host.nowhere. 1 3600 600 86400 60", f"{apex} 600 IN NS ns.nowhere."]
    while True:
        text = "\n".join([*head, *lines]) + "\n"
        try:
            load(apex, text)
        except ZoneFileError as error:
            wrong = {problem.place.line - HEAD - 1 for problem in error.problems}
            if min(wrong) < 0:
                raise  # the head itself: no line to leave out would help
            lines = [line for index, line in enumerate(lines) if index not in wrong]
        else:
            return text
