"""An odd zone, and how questions and answers about it are written: as lines that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.names import ROOT, name, show
from acrdns.record import type_number, type_text
from acrdns.zone.answer import Question
from acrdns.zone.master.zonefile import read_zone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.record import RRset
    from acrdns.zone.zone import Zone

HEAD = """\
$TTL 300
@ 600 IN SOA ns1 host 1 3600 600 86400 60
@     IN NS  ns1
ns1   IN A   192.0.2.1
"""

LONG = "l" * 63

ODD = f"""{HEAD}
www                A      192.0.2.2
www                A      192.0.2.3
www                MX     10 mail
mail               AAAA   2001:db8::1
alias              CNAME  www
alias2             CNAME  alias
dangling           CNAME  nothing
outside            CNAME  www.elsewhere.
loop               CNAME  loop2
loop2              CNAME  loop
self               CNAME  self
a.b.ent            TXT    "below an empty non-terminal"
*.wild             A      192.0.2.4
*.wild             TXT    "wildcard"
exists.wild        TXT    "no A"
deep.ent.wild      A      192.0.2.5
*.wildcname        CNAME  www
*.wildself         CNAME  a.wildself
*.wilddname        DNAME  www
sub.*.starent      A      192.0.2.6
redirect           DNAME  target
redirect           A      192.0.2.7
a.target           A      192.0.2.8
chain              DNAME  redirect
far                DNAME  elsewhere.
round              DNAME  x.round
toolong            DNAME  {LONG}.{LONG}.{LONG}
cut                NS     ns.cut
cut                NS     ns1
cut                NS     ns.elsewhere.
cut                DS     1 8 2 {"00" * 32}
ns.cut             A      192.0.2.9
ns.cut             AAAA   2001:db8::9
hidden.cut         TXT    "occluded"
below.cut          NS     ns1
tocut              CNAME  x.cut
*.abovecut         TXT    "above"
cut.abovecut       NS     ns1
_s._tcp            SRV    1 1 443 www
strange            TYPE65280 \\# 2 abcd
"""


def zone(text: str, apex: str = "t.") -> Zone:
    """Read a zone that includes nothing."""
    return read_zone(text.encode(), "odd.zone", name(apex), _nothing)


def _nothing(file: str, wanted: str) -> tuple[str, bytes]:
    raise FileNotFoundError(2, "No such file or directory", wanted)


def question(owner: str, type_: str) -> Question:
    """Ask below `t.`; a name with its dot is absolute, and `@` is the apex."""
    absolute = owner if owner.endswith(".") else "t." if owner == "@" else f"{owner}.t."
    return Question(ROOT if absolute == "." else name(absolute), type_number(type_))


def lines(rrsets: Iterable[RRset]) -> list[str]:
    """Write records as `owner TTL type data`, owners below `t.` without it."""
    return [
        f"{_short(rrset.name)} {rrset.ttl} {type_text(rrset.type)} {text}" for rrset in rrsets for text in rrset.texts()
    ]


def _short(owner: bytes) -> str:
    text = show(owner)
    return "@" if text == "t" else text.removesuffix(".t")
