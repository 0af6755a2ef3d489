"""The lookup in one zone, case by case. What stands here is also what NSD, Knot and BIND say (tests/conformance)."""

from __future__ import annotations

import pytest

from acrdns.names import Name, name
from acrdns.record import RRset, Type
from acrdns.zone.lookup import Kind, lookup
from acrdns.zone.zone import build
from tests.zone.odd import HEAD, LONG, ODD, lines, question, zone

ZONE = zone(ODD)
SOA = "@ 60 SOA ns1.t. host.t. 1 3600 600 86400 60"
CUT = ["cut 300 NS ns.cut.t", "cut 300 NS ns1.t", "cut 300 NS ns.elsewhere"]

ANSWERS = [
    ("a set, whole", "www", "A", ["www 300 A 192.0.2.2", "www 300 A 192.0.2.3"]),
    ("another type of the same name", "www", "MX", ["www 300 MX 10 mail.t."]),
    ("letter case does not count", "WwW", "MX", ["www 300 MX 10 mail.t."]),
    ("the apex", "@", "NS", ["@ 300 NS ns1.t"]),
    ("an unknown type", "strange", "TYPE65280", ["strange 300 TYPE65280 \\# 2 abcd"]),
    ("a CNAME asked for by its type", "alias", "CNAME", ["alias 300 CNAME www.t"]),
    ("ANY at an alias does not go on", "alias", "ANY", ["alias 300 CNAME www.t"]),
    ("a wildcard's set under the name asked for", "x.wild", "A", ["x.wild 300 A 192.0.2.4"]),
    ("a wildcard reaches any depth", "x.y.wild", "A", ["x.y.wild 300 A 192.0.2.4"]),
    ("the wildcard itself", "*.wild", "A", ["*.wild 300 A 192.0.2.4"]),
    ("all of a wildcard", "x.wild", "ANY", ["x.wild 300 A 192.0.2.4", 'x.wild 300 TXT "wildcard"']),
    ("a wildcard CNAME by its type", "x.wildcname", "CNAME", ["x.wildcname 300 CNAME www.t"]),
    ("a wildcard DNAME by its type", "x.wilddname", "DNAME", ["x.wilddname 300 DNAME www.t"]),
    ("the owner of a DNAME has its own data", "redirect", "A", ["redirect 300 A 192.0.2.7"]),
    ("a DNAME by its type", "redirect", "DNAME", ["redirect 300 DNAME target.t"]),
    (
        "the CNAME that a DNAME makes, asked for as such",
        "a.redirect",
        "CNAME",
        ["redirect 300 DNAME target.t", "a.redirect 300 CNAME a.target.t"],
    ),
    ("DS at a cut is the parent's", "cut", "DS", [f"cut 300 DS 1 8 2 {'00' * 32}"]),
]


@pytest.mark.parametrize(("owner", "type_", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ANSWERS])
def test_what_is_there_is_answered(owner: str, type_: str, expected: list[str]) -> None:
    """A name that has the type, or gets it from a wildcard, is answered."""
    found = lookup(ZONE, *_asked(owner, type_))
    assert found.kind is Kind.ANSWER
    assert lines(found.answer) == expected
    assert found.target is None


NEGATIVE = [
    ("another type at a name", "www", "AAAA", Kind.NODATA),
    ("at the apex", "@", "MX", Kind.NODATA),
    ("DS at the apex of the only zone", "@", "DS", Kind.NODATA),
    ("a name that is not there", "nothing", "A", Kind.NXDOMAIN),
    ("below a name that is there", "a.www", "A", Kind.NXDOMAIN),
    ("an empty non-terminal exists", "b.ent", "A", Kind.NODATA),
    ("ANY at an empty non-terminal", "ent", "ANY", Kind.NODATA),
    ("beside an empty non-terminal", "x.ent", "A", Kind.NXDOMAIN),
    ("a wildcard without the type", "x.wild", "MX", Kind.NODATA),
    ("a wildcard does not help a name that exists", "exists.wild", "A", Kind.NODATA),
    ("nor an empty non-terminal", "ent.wild", "A", Kind.NODATA),
    ("nor what is below one", "x.ent.wild", "A", Kind.NXDOMAIN),
    ("nor what is below a name that exists", "x.exists.wild", "A", Kind.NXDOMAIN),
    ("below a wildcard's literal name", "x.*.wild", "A", Kind.NXDOMAIN),
    ("the name above a wildcard", "wild", "A", Kind.NODATA),
    ("a wildcard that is an empty non-terminal", "x.starent", "A", Kind.NODATA),
    ("and below it", "sub.x.starent", "A", Kind.NODATA),
    ("a wildcard DNAME redirects nothing", "a.x.wilddname", "A", Kind.NODATA),
    ("a wildcard beside a cut", "x.abovecut", "A", Kind.NODATA),
]


@pytest.mark.parametrize(("owner", "type_", "kind"), [pytest.param(*row[1:], id=row[0]) for row in NEGATIVE])
def test_what_is_not_there_is_denied_with_the_soa(owner: str, type_: str, kind: Kind) -> None:
    """NODATA and NXDOMAIN carry the SOA with the smaller of its TTL and its minimum (RFC 2308)."""
    found = lookup(ZONE, *_asked(owner, type_))
    assert found.kind is kind
    assert lines(found.authority) == [SOA]
    assert found.answer == ()


ALIASES = [
    ("a CNAME", "alias", "A", Kind.CNAME, ["alias 300 CNAME www.t"], "www.t."),
    ("a wildcard CNAME", "x.wildcname", "A", Kind.CNAME, ["x.wildcname 300 CNAME www.t"], "www.t."),
    (
        "a DNAME",
        "a.redirect",
        "A",
        Kind.DNAME,
        ["redirect 300 DNAME target.t", "a.redirect 300 CNAME a.target.t"],
        "a.target.t.",
    ),
    (
        "a DNAME for a deeper name, and for ANY",
        "x.y.far",
        "ANY",
        Kind.DNAME,
        ["far 300 DNAME elsewhere", "x.y.far 300 CNAME x.y.elsewhere"],
        "x.y.elsewhere.",
    ),
]


@pytest.mark.parametrize(
    ("owner", "type_", "kind", "expected", "target"), [pytest.param(*row[1:], id=row[0]) for row in ALIASES]
)
def test_an_alias_says_where_it_goes_on(owner: str, type_: str, kind: Kind, expected: list[str], target: str) -> None:
    """A CNAME, or a DNAME with the CNAME made of it (RFC 6672), gives the name to go on with."""
    found = lookup(ZONE, *_asked(owner, type_))
    assert found.kind is kind
    assert lines(found.answer) == expected
    assert found.target == name(target)


def test_a_name_that_a_dname_makes_too_long_is_yxdomain() -> None:
    """The answer is the DNAME alone (RFC 6672 section 2.2)."""
    found = lookup(ZONE, *_asked(f"{LONG}.toolong", "A"))
    assert found.kind is Kind.YXDOMAIN
    assert lines(found.answer) == [f"toolong 300 DNAME {LONG}.{LONG}.{LONG}.t"]


DELEGATED = [
    ("the cut itself", "cut", "A"),
    ("its NS set is not ours to answer", "cut", "NS"),
    ("below it", "x.cut", "A"),
    ("data below it is hidden", "hidden.cut", "TXT"),
    ("glue is hidden too", "ns.cut", "A"),
    ("DS below it", "x.cut", "DS"),
    ("a cut below it", "x.below.cut", "A"),
    ("ANY", "cut", "ANY"),
]


@pytest.mark.parametrize(("owner", "type_"), [pytest.param(*row[1:], id=row[0]) for row in DELEGATED])
def test_at_and_below_a_cut_is_a_referral(owner: str, type_: str) -> None:
    """The NS set goes to the authority, and every address that the zone holds for a server to the additional section."""
    found = lookup(ZONE, *_asked(owner, type_))
    assert found.kind is Kind.DELEGATION
    assert found.answer == ()
    assert lines(found.authority) == CUT
    assert lines(found.additional) == ["ns.cut 300 A 192.0.2.9", "ns.cut 300 AAAA 2001:db8::9", "ns1 300 A 192.0.2.1"]


def test_a_wildcard_above_a_cut_does_not_reach_below_it() -> None:
    """The cut is met before the wildcard."""
    assert lookup(ZONE, *_asked("x.cut.abovecut", "TXT")).kind is Kind.DELEGATION


def test_of_several_boundaries_the_topmost_counts() -> None:
    """Data below a DNAME or a cut is occluded, be it a cut or a DNAME."""
    t = name("t")
    rrsets = (
        RRset(t, Type.SOA, 600, zone(HEAD).nodes[t][0].rdatas),
        RRset(name("d.t"), Type.DNAME, 60, (name("x.t"),)),
        RRset(name("cut.d.t"), Type.NS, 60, (name("ns.t"),)),
        RRset(name("c.t"), Type.NS, 60, (name("ns.t"),)),
        RRset(name("d.c.t"), Type.DNAME, 60, (name("x.t"),)),
        RRset(name("a.d.t"), Type.TXT, 60, (b"\x01a",)),
    )
    odd = build(t, "file", "t", rrsets)
    assert lookup(odd, name("a.cut.d.t"), Type.A).kind is Kind.DNAME
    assert lookup(odd, name("a.d.t"), Type.TXT).kind is Kind.DNAME
    assert lookup(odd, name("a.d.c.t"), Type.A).kind is Kind.DELEGATION


def test_the_root_zone_is_a_zone_like_others() -> None:
    """A root zone answers for itself, delegates top-level domains, and denies the rest."""
    root = zone(
        "@ 60 SOA a.root. host.root. 1 2 3 4 5\n@ 60 NS a.root.\na.root. 60 A 192.0.2.1\norg. 60 NS a.root.\n", "."
    )
    assert lines(lookup(root, *_asked(".", "NS")).answer) == [". 60 NS a.root"]
    assert lookup(root, *_asked("www.example.org.", "A")).kind is Kind.DELEGATION
    assert lookup(root, *_asked("example.", "A")).kind is Kind.NXDOMAIN
    assert lookup(root, *_asked("root.", "A")).kind is Kind.NODATA


def _asked(owner: str, type_: str) -> tuple[Name, int]:
    asked = question(owner, type_)
    return asked.name, asked.type
