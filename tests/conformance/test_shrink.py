"""A difference is told by the smallest world that still shows it: proven with answers that are wrong on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.record import Type
from acrdns.zone.zone import build
from tests.conformance.compare import differences, ours, query, seen
from tests.conformance.judge import judge, shrunk, told
from tests.conformance.peers import SERVERS
from tests.conformance.worlds import HEAD, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from acrdns.zone.zone import Zone

_TOP = """\
w0000. 600 IN SOA ns.nowhere. host.nowhere. 1 3600 600 86400 60
w0000. 600 IN NS ns.nowhere.
a.w0000. 300 IN A 192.0.2.1
h.w0000. 300 IN MX 1 a.w0000.
*.b.w0000. 300 IN A 192.0.2.2
c.w0000. 300 IN CNAME x.b.w0000.
d.w0000. 300 IN DNAME b.w0000.
e.w0000. 300 IN NS f.w0000.
f.w0000. 300 IN AAAA 2001:db8::1
g.w0000. 300 IN SRV 1 1 1 x.d.w0000.
"""
_BESIDE = """\
v0000. 600 IN SOA ns.nowhere. host.nowhere. 1 3600 600 86400 60
v0000. 600 IN NS ns.nowhere.
a.v0000. 300 IN CNAME c.w0000.
"""
WORLD = World((("w0000.", _TOP), ("v0000.", _BESIDE)))
"""Records of which few matter to any one question."""


def _without_wildcards(zones: Iterable[Zone], packets: Sequence[bytes]) -> list[bytes]:
    return ours((_filtered(zone, wildcards=False) for zone in zones), packets)


def _without_dnames(zones: Iterable[Zone], packets: Sequence[bytes]) -> list[bytes]:
    return ours((_filtered(zone, dnames=False) for zone in zones), packets)


def _never_authoritative(zones: Iterable[Zone], packets: Sequence[bytes]) -> list[bytes]:
    return [packet[:2] + bytes((packet[2] & ~4,)) + packet[3:] for packet in ours(zones, packets)]


def _filtered(zone: Zone, *, wildcards: bool = True, dnames: bool = True) -> Zone:
    kept = (
        rrset
        for node in zone.nodes.values()
        for rrset in node
        if (wildcards or not rrset.name.startswith(b"\x01*")) and (dnames or rrset.type != Type.DNAME)
    )
    return build(zone.apex, zone.kind, zone.key, kept)


CASES = [
    ("x.b.w0000.", "A", _without_wildcards, ["*.b.w0000. 300 IN A 192.0.2.2"]),
    ("c.w0000.", "TXT", _without_wildcards, ["*.b.w0000. 300 IN A 192.0.2.2", "c.w0000. 300 IN CNAME x.b.w0000."]),
    ("x.d.w0000.", "NS", _without_dnames, ["d.w0000. 300 IN DNAME b.w0000."]),
    ("a.w0000.", "A", _never_authoritative, []),
]


@pytest.mark.parametrize(("owner", "type_", "wrong", "left"), CASES)
def test_what_is_left_is_what_the_difference_needs(
    owner: str, type_: str, wrong: Callable[..., list[bytes]], left: list[str]
) -> None:
    """All other records, and the other zone, are left out; the message has question, parts and what is left."""

    def differ(asked: Sequence[tuple[World, tuple[str, str]]]) -> Mapping[int, list[str]]:
        zones = [zone for world, _ in asked for zone in world.loaded()]
        packets = [query(*question) for _, question in asked]
        answers = zip(wrong(zones, packets), ours(zones, packets), strict=True)
        found = [differences(seen(mine), {"right": seen(theirs)}) for mine, theirs in answers]
        return {index: parts for index, parts in enumerate(found) if parts}

    world, found = shrunk(differ, WORLD, (owner, type_))
    assert [line for _, text in world.zones for line in text.splitlines()[HEAD:]] == left
    assert len(world.zones) == 1
    assert told((owner, type_), world, found).startswith("\n".join([f"{owner} {type_}:", *found, "; w0000."]))


@pytest.mark.interop
def test_the_three_servers_find_a_wrong_answer(program: Callable[[str], str]) -> None:
    """A server without wildcards differs from what the three agree on, and one record is left to show it."""
    programs = {name: program(name) for name in SERVERS}
    asked = ("x.b.w0000.", "A")
    assert not judge(programs, [(WORLD, asked)]).different
    world, found = shrunk(lambda smaller: judge(programs, smaller, _without_wildcards).different, WORLD, asked)
    assert [line for _, text in world.zones for line in text.splitlines()[HEAD:]] == ["*.b.w0000. 300 IN A 192.0.2.2"]
    assert [line.split(":")[0] for line in found] == ["rcode", "answer"]
