"""The lookup against a slow and obvious one: RFC 1034 section 4.3.2, label by label from the apex down, over a list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from acrdns.names import Name, name
from acrdns.record import RRset, Type
from acrdns.zone.lookup import Kind, lookup
from acrdns.zone.zone import build, find
from tests.examples import examples
from tests.zone.odd import HEAD, zone

Labels = tuple[str, ...]
"""From the apex down: `("b", "a")` is `a.b` below the apex."""

APEX = name("t")
SOA = find(zone(HEAD).nodes[APEX], Type.SOA)
TARGETS = ("a.t", "b.a.t", "x.elsewhere", "t")

labels = st.sampled_from(("a", "b", "*"))
owners = st.lists(labels, max_size=4).map(tuple)
types = st.sampled_from((Type.A, Type.NS, Type.CNAME, Type.DNAME, Type.DS))
records = st.dictionaries(st.tuples(owners, types), st.sampled_from(TARGETS), max_size=10)
questions = st.tuples(owners, st.sampled_from((Type.A, Type.NS, Type.CNAME, Type.DNAME, Type.DS, Type.TXT, Type.ANY)))


@examples(15, 60)
@given(records, questions)
def test_the_lookup_equals_the_algorithm_of_the_rfc(
    contents: dict[tuple[Labels, Type], str], question: tuple[Labels, Type]
) -> None:
    """Kind, target and the owners and types of the answer are those of the slow lookup."""
    owner, type_ = question
    assert SOA is not None
    rrsets = [
        RRset(_name(each), number, 60, (b"\x01" * 4 if number == Type.A else bytes(name(target)),))
        for (each, number), target in contents.items()
    ]
    found = lookup(build(APEX, "file", "t", [SOA, *rrsets]), _name(owner), type_)
    expected = _slowly({()} | _existing(contents), contents, owner, type_)
    assert (found.kind.value, [(rrset.name, rrset.type) for rrset in found.answer]) == expected


def _name(owner: Labels) -> Name:
    return name(".".join((*reversed(owner), "t")))


def _existing(contents: dict[tuple[Labels, Type], str]) -> set[Labels]:
    return {owner[:depth] for owner, _ in contents for depth in range(len(owner) + 1)}


def _slowly(
    existing: set[Labels], contents: dict[tuple[Labels, Type], str], owner: Labels, type_: Type
) -> tuple[str, list[tuple[Name, int]]]:
    matched: Labels = ()
    for label in owner:
        if matched and (matched, Type.NS) in contents:  # step 3b, above the name
            return "delegation", []
        if (matched, Type.DNAME) in contents:  # RFC 6672 section 3.2, step 3c
            return _redirected(matched, contents[matched, Type.DNAME], owner, type_)
        if (*matched, label) not in existing:  # step 3c: the closest encloser is `matched`
            wildcard = (*matched, "*")
            return _at(contents, wildcard, owner, type_) if wildcard in existing else ("nxdomain", [])
        matched = (*matched, label)
    if matched and (matched, Type.NS) in contents and type_ != Type.DS:  # step 3b, at the name
        return "delegation", []
    return _at(contents, owner, owner, type_)  # step 3a


def _at(
    contents: dict[tuple[Labels, Type], str], source: Labels, owner: Labels, type_: Type
) -> tuple[str, list[tuple[Name, int]]]:
    """Answer a name from the records of a source: its own, or a wildcard's."""
    present = [number for each, number in contents if each == source]
    if not source:
        present.insert(0, Type.SOA)
    if type_ in present:
        return "answer", [(_name(owner), type_)]
    if type_ == Type.ANY and present:
        return "answer", [(_name(owner), number) for number in present]
    if Type.CNAME in present:
        return "cname", [(_name(owner), Type.CNAME)]
    return "nodata", []


def _redirected(at: Labels, target: str, owner: Labels, type_: Type) -> tuple[str, list[tuple[Name, int]]]:
    answer = [(_name(at), int(Type.DNAME)), (_name(owner), int(Type.CNAME))]
    return Kind.ANSWER.value if type_ == Type.CNAME else Kind.DNAME.value, answer
