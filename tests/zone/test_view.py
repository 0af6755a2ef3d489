"""What a server with several zones answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.record import Rcode, type_text
from acrdns.zone.answer import MAX_CHAIN
from acrdns.zone.view import view
from tests.examples import examples
from tests.zone.odd import HEAD, LONG, ODD, lines, question, zone

SUB = f"{HEAD}\nwww A 192.0.2.20\nback CNAME www.t.\ndeep DNAME t.\nmail MX 10 any.wild\n*.wild A 192.0.2.21\ndown NS ns.wild\n"
ELSEWHERE = f"{HEAD}\nwww A 192.0.2.30\nmail MX 10 www\n"
VIEW = view([zone(ODD), zone(SUB, "sub.t."), zone(ELSEWHERE, "elsewhere.")])

CASES = [
    # name and type, rcode, answer, authority
    ("www A", "NOERROR", ["www 300 A 192.0.2.2", "www 300 A 192.0.2.3"], []),
    ("alias2 A", "NOERROR", ["alias2 300 CNAME alias.t", "alias 300 CNAME www.t", "www 300 A 192.0.2.2", "www 300 A 192.0.2.3"], []),
    ("alias2 TXT", "NOERROR", ["alias2 300 CNAME alias.t", "alias 300 CNAME www.t"], ["@ SOA"]),
    ("dangling A", "NXDOMAIN", ["dangling 300 CNAME nothing.t"], ["@ SOA"]),
    ("outside A", "NOERROR", ["outside 300 CNAME www.elsewhere", "www.elsewhere 300 A 192.0.2.30"], []),
    ("outside MX", "NOERROR", ["outside 300 CNAME www.elsewhere"], ["elsewhere SOA"]),
    ("x.far A", "NXDOMAIN", ["far 300 DNAME elsewhere", "x.far 300 CNAME x.elsewhere"], ["elsewhere SOA"]),
    ("www.far A", "NOERROR", ["far 300 DNAME elsewhere", "www.far 300 CNAME www.elsewhere", "www.elsewhere 300 A 192.0.2.30"], []),
    ("loop A", "NOERROR", ["loop 300 CNAME loop2.t", "loop2 300 CNAME loop.t"], []),
    ("self A", "NOERROR", ["self 300 CNAME self.t"], []),
    ("a.chain A", "NOERROR", ["chain 300 DNAME redirect.t", "a.chain 300 CNAME a.redirect.t", "redirect 300 DNAME target.t", "a.redirect 300 CNAME a.target.t", "a.target 300 A 192.0.2.8"], []),
    ("x.wildcname MX", "NOERROR", ["x.wildcname 300 CNAME www.t", "www 300 MX 10 mail.t."], []),
    ("x.wildself A", "NOERROR", ["x.wildself 300 CNAME a.wildself.t", "a.wildself 300 CNAME a.wildself.t"], []),
    (f"{LONG}.toolong A", "YXDOMAIN", [f"toolong 300 DNAME {LONG}.{LONG}.{LONG}.t"], []),
    ("www.sub A", "NOERROR", ["www.sub 300 A 192.0.2.20"], []),
    ("x.sub A", "NXDOMAIN", [], ["sub SOA"]),
    ("back.sub MX", "NOERROR", ["back.sub 300 CNAME www.t", "www 300 MX 10 mail.t."], []),
    ("mail.deep.sub AAAA", "NOERROR", ["deep.sub 300 DNAME t", "mail.deep.sub 300 CNAME mail.t", "mail 300 AAAA 2001:db8::1"], []),
    ("sub DS", "NXDOMAIN", [], ["@ SOA"]),
    ("@ DS", "NOERROR", [], ["@ SOA"]),
    ("www.example. A", "REFUSED", [], []),
    (". NS", "REFUSED", [], []),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "rcode", "answer", "authority"), [pytest.param(*row, id=row[0]) for row in CASES])
def test_answers(asked: str, rcode: str, answer: list[str], authority: list[str]) -> None:
    """The chain is followed through all zones; its end says the rcode, and whose SOA it is."""
    response = VIEW.answer(question(*asked.split()))
    assert response.rcode == Rcode[rcode]
    assert lines(response.answer) == answer
    assert [f"{lines([rrset])[0].split()[0]} {type_text(rrset.type)}" for rrset in response.authority] == authority
    assert response.authoritative == (rcode != "REFUSED")


ABOVE = f"""{HEAD}
down         CNAME  held.child
downbelow    CNAME  x.held.child
downwild     CNAME  new.child
downapex     CNAME  bare
downother    CNAME  new.other
*.other      TXT    "nor the other zone this wildcard"
held.a.other TXT    "nor this name"
held.child   TXT    "the child zone does not have this name"
"""
CHILD = f"""{HEAD}
*.wild       TXT    "wildcard"
to           CNAME  held
toapex       CNAME  @
out          CNAME  there.beside.
"""
BESIDE = f"{HEAD}\nover CNAME held.child.t.\noverto CNAME to.child.t.\noverapex CNAME bare.t.\nontheway CNAME way.t.\nthere CNAME held.child.t.\n"
NESTED = view(
    [
        zone(ABOVE),
        zone(CHILD, "child.t."),
        zone(HEAD, "bare.t."),
        zone(f"{HEAD}\n*.a CNAME new.t.\nb CNAME new.t.\n", "other.t."),
        zone(HEAD, "on.way.t."),
        zone(BESIDE, "beside."),
    ]
)

ACROSS = [
    # what is asked, name and type, rcode, answer, authority: what the three servers agree on
    ("in the zone itself: no such name", "held.child A", "NXDOMAIN", [], ["child SOA"]),
    ("and at the end of its own chain", "to.child A", "NXDOMAIN", ["to.child 300 CNAME held.child.t"], ["child SOA"]),
    ("from above, a name that only the zone above has", "down A", "NOERROR", ["down 300 CNAME held.child.t"], []),
    ("below such a name", "downbelow A", "NOERROR", ["downbelow 300 CNAME x.held.child.t"], []),
    ("from above, a name that no zone has", "downwild A", "NXDOMAIN", ["downwild 300 CNAME new.child.t"], ["child SOA"]),
    ("under a wildcard that only the zone above has", "downother A", "NOERROR", ["downother 300 CNAME new.other.t"], []),
    ("from beside", "over.beside. A", "NOERROR", ["over.beside 300 CNAME held.child.t"], []),
    ("from beside, a name on the way to a zone below", "ontheway.beside. A", "NOERROR", ["ontheway.beside 300 CNAME way.t"], []),
    ("two names into the other zone", "overto.beside. A", "NOERROR", ["overto.beside 300 CNAME to.child.t", "to.child 300 CNAME held.child.t"], []),
    ("out and back", "out.child A", "NOERROR", ["out.child 300 CNAME there.beside", "there.beside 300 CNAME held.child.t"], []),
    ("by a wildcard, for a name that the zone above has", "held.a.other A", "NOERROR", ["held.a.other 300 CNAME new.t"], []),
    ("by a record of its own", "b.other A", "NXDOMAIN", ["b.other 300 CNAME new.t"], ["@ SOA"]),
    ("DS of an apex, from inside: the zone's own word", "toapex.child DS", "NOERROR", ["toapex.child 300 CNAME child.t"], ["child SOA"]),
    ("DS of an apex, from above: the zone above's", "downapex DS", "NXDOMAIN", ["downapex 300 CNAME bare.t"], ["@ SOA"]),
    ("DS of an apex, from beside", "overapex.beside. DS", "NOERROR", ["overapex.beside 300 CNAME bare.t"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "rcode", "answer", "authority"), [pytest.param(*row[1:], id=row[0]) for row in ACROSS]
)
def test_a_chain_into_another_zone(asked: str, rcode: str, answer: list[str], authority: list[str]) -> None:
    """It is followed, but a name that the zone at the end lacks, and another zone holds, is not denied there."""
    response = NESTED.answer(question(*asked.split()))
    assert response.rcode == Rcode[rcode]
    assert lines(response.answer) == answer
    assert [f"{lines([rrset])[0].split()[0]} {type_text(rrset.type)}" for rrset in response.authority] == authority


def test_a_wildcard_gives_nothing_for_a_name_that_another_zone_holds() -> None:
    """At the end of a chain from elsewhere: NSD takes the name as there, and Knot and BIND do not go there."""
    nested = view(
        [
            zone(f"{ABOVE}a.wild.child A 192.0.2.1\nb CNAME a.wild.child\nc CNAME c.wild.child\n"),
            zone(CHILD, "child.t."),
        ]
    )
    assert lines(nested.answer(question("b", "TXT")).answer) == ["b 300 CNAME a.wild.child.t"]
    assert lines(nested.answer(question("c", "TXT")).answer)[1:] == ['c.wild.child 300 TXT "wildcard"']


def test_a_referral_has_no_aa_and_carries_the_glue() -> None:
    """What is below a cut is the business of its name servers."""
    response = VIEW.answer(question("x.cut", "A"))
    assert response.rcode == Rcode.NOERROR
    assert not response.authoritative
    assert lines(response.authority) == ["cut 300 NS ns.cut.t", "cut 300 NS ns1.t", "cut 300 NS ns.elsewhere"]
    assert lines(response.additional)[0] == "ns.cut 300 A 192.0.2.9"


def test_a_referral_takes_the_address_of_a_wildcard() -> None:
    """As NSD and Knot do; the three agree on wildcards in other answers."""
    assert lines(VIEW.answer(question("x.down.sub", "A")).additional) == ["ns.wild.sub 300 A 192.0.2.21"]


def test_an_alias_to_below_a_cut_ends_in_a_referral_with_aa() -> None:
    """AA is about the first name of the answer (RFC 1035 section 4.1.1)."""
    response = VIEW.answer(question("tocut", "A"))
    assert response.authoritative
    assert lines(response.answer) == ["tocut 300 CNAME x.cut.t"]
    assert len(response.authority) == 1


@pytest.mark.parametrize(
    ("asked", "additional"),
    [
        ("@ NS", ["ns1 300 A 192.0.2.1"]),
        ("www MX", ["mail 300 AAAA 2001:db8::1"]),
        ("_s._tcp SRV", ["www 300 A 192.0.2.2", "www 300 A 192.0.2.3"]),
        ("mail.elsewhere. MX", ["www.elsewhere 300 A 192.0.2.30"]),
        ("alias2 MX", ["mail 300 AAAA 2001:db8::1"]),
        ("mail.sub MX", ["any.wild.sub 300 A 192.0.2.21"]),
        ("www A", []),
    ],
)
def test_the_addresses_of_names_in_an_answer_come_along(asked: str, additional: list[str]) -> None:
    """NS, MX and SRV answers bring the addresses that the zone has, unless that is switched off."""
    assert lines(VIEW.answer(question(*asked.split())).additional) == additional
    assert VIEW.answer(question(*asked.split()), additional=False).additional == ()


def test_any_gets_one_record_set_or_all() -> None:
    """RFC 8482 section 4.1; over TCP there is room for all."""
    asked = question("www", "ANY")
    assert lines(VIEW.answer(asked).answer) == ["www 300 A 192.0.2.2", "www 300 A 192.0.2.3"]
    assert len(VIEW.answer(asked, minimal_any=False).answer) == 2


def test_any_below_a_dname_keeps_the_chain() -> None:
    """Only the end of the chain is cut down to one set."""
    found = lines(VIEW.answer(question("www.deep.sub", "ANY")).answer)
    assert found == [
        "deep.sub 300 DNAME t",
        "www.deep.sub 300 CNAME www.t",
        "www 300 A 192.0.2.2",
        "www 300 A 192.0.2.3",
    ]


def test_a_dname_that_grows_its_own_name_ends() -> None:
    """`round DNAME x.round` makes longer names until the chain is too long; what was collected is the answer."""
    response = VIEW.answer(question("a.round", "A"))
    assert response.rcode == Rcode.NOERROR
    assert len(response.answer) == MAX_CHAIN + 2


def test_the_root_zone_takes_what_no_other_zone_has() -> None:
    """With a root zone nothing is refused, and deeper zones still win."""
    root = zone(
        "@ 60 SOA a.root. host.root. 1 2 3 4 5\n@ 60 NS a.root.\na.root. 60 A 192.0.2.1\norg. 60 NS a.root.\n", "."
    )
    served = view([root, zone(ODD)])
    assert served.answer(question("nothing.example.", "A")).rcode == Rcode.NXDOMAIN
    assert not served.answer(question("example.org.", "A")).authoritative
    assert len(served.answer(question("www", "A")).answer) == 1
    assert served.answer(question("@", "DS")).rcode == Rcode.NXDOMAIN
    assert served.answer(question(".", "DS")).rcode == Rcode.NOERROR


def test_zone_of_gives_the_deepest_zone() -> None:
    """The zone whose apex is nearest above the name."""
    assert VIEW.zone_of(question("www.sub", "A").name) is VIEW.zones[question("sub", "A").name]
    assert VIEW.zone_of(question("www", "A").name) is VIEW.zones[question("@", "A").name]
    assert VIEW.zone_of(question("example.", "A").name) is None


aliases = st.dictionaries(
    st.sampled_from("abcdefgh"), st.tuples(st.sampled_from(("CNAME", "DNAME")), st.sampled_from("abcdefgh"))
)


@examples(3)
@given(aliases, st.sampled_from("abcdefgh"), st.booleans())
def test_every_chain_ends(contents: dict[str, tuple[str, str]], owner: str, below: bool) -> None:
    """However aliases point at one another, there is an answer, and no record set is in it twice."""
    text = "".join(f"{each} {kind} {target}\n" for each, (kind, target) in contents.items())
    response = view([zone(f"{HEAD}\n{text}")]).answer(question(f"x.{owner}" if below else owner, "A"))
    assert response.rcode in (Rcode.NOERROR, Rcode.NXDOMAIN)
    assert len({(rrset.name, rrset.type) for rrset in response.answer}) == len(response.answer)
