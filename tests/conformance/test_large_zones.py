"""The root and a top-level domain in their real sizes, served by processes: thousands of answers, ours beside NSD's."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.name
import pytest

from tests.conformance.compare import Seen, differences, query, seen
from tests.conformance.peers import Peer, serving
from tests.serve.running import Running

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

pytestmark = [pytest.mark.interop, pytest.mark.slow]

TLDS = 1_500
DELEGATIONS = 100_000
ASKED = 6_000
"""Questions about the large zone."""
SEED = 20240229
ROOT_SERVERS = "abcdefghijklm"
DIGEST = "5D" * 32


@pytest.fixture
def nsd(program: Callable[[str], str]) -> dict[str, str]:
    """Return NSD's path as `serving` wants it."""
    return {"nsd": program("nsd")}


@contextmanager
def beside(nsd: dict[str, str], folder: Path, apex: str, text: str) -> Iterator[tuple[Peer, Peer]]:
    """Serve a zone by acrdns and by NSD."""
    file = folder / "zone"
    file.write_text(text)
    arguments = (f"--zone-file={file}", "--listen=127.0.0.1:0", "--workers=2")
    with Running(*arguments) as running, serving(nsd, {apex: text}) as (theirs,):
        yield Peer("acrdns", running.places[0][1][1]), theirs


def unlike(mine: Peer, theirs: Peer, asked: Sequence[tuple[str, str]], packets: Sequence[bytes] = ()) -> list[str]:
    """Return the questions that are answered differently, each with how. `packets` are another way to ask them."""
    found = []
    packets = packets or [query(*question) for question in asked]
    for question, own, other in zip(asked, mine.ask(packets), theirs.ask(packets), strict=True):
        parts = differences(_without_extras(own), {theirs.name: _without_extras(other)})
        cut = [truncated(response) for response in (own, other)]
        if cut[0] != cut[1]:
            parts.append(f"truncated: ours {cut[0]}, NSD's {cut[1]}")
        found += [f"{' '.join(question)}: {part}" for part in parts]
    return found


def truncated(response: bytes) -> bool:
    """Return whether TC is set."""
    return bool(int.from_bytes(response[2:4], "big") & dns.flags.TC)


def _without_extras(response: bytes) -> Seen:
    """Take a response apart, without the zone's servers that NSD adds to answers, and nobody else does."""
    said = seen(response)
    extras = said.authoritative and said.answer and said.authority
    return replace(said, authority=frozenset(), additional=frozenset()) if extras else said


# --- the root ---------------------------------------------------------------------------------------------------------


def tlds() -> list[str]:
    """Name the top-level domains: letters, as many as there are, and some with hyphens and digits."""
    chance = random.Random(SEED)
    letters = "abcdefghijklmnopqrstuvwxyz"
    made = {"net", "com", "arpa", "org"}
    while len(made) < TLDS:
        label = "".join(chance.choices(letters, k=chance.choice((2, 3, 3, 4, 6, 11))))
        made.add(f"xn--{label}{chance.randrange(10)}a" if chance.random() < 0.1 else label)
    return sorted(made)


def root_zone() -> str:
    """Write a root zone: thirteen servers, delegations of all kinds, glue of both families, DS for most."""
    chance = random.Random(SEED + 1)
    lines = [
        "$ORIGIN .",
        "$TTL 172800",
        "@ 86400 SOA a.root-servers.net. nstld.verisign-grs.com. 2024022900 1800 900 604800 86400",
    ]
    for number, letter in enumerate(ROOT_SERVERS, 1):
        lines.append(f"@ 518400 NS {letter}.root-servers.net.")
        lines += [
            f"{letter}.root-servers.net. 518400 A 198.41.{number}.4",
            f"{letter}.root-servers.net. 518400 AAAA 2001:503:{number:x}::2:30",
        ]
    lines.append("@ DNSKEY 257 3 8 AwEAAcPcpSJ1")
    names = tlds()
    for letter in ROOT_SERVERS:
        lines += [
            f"{letter}.gtld-servers.net. A 192.5.6.{ord(letter)}",
            f"{letter}.gtld-servers.net. AAAA 2001:503:a83e::{ord(letter):x}",
        ]
    for number, tld in enumerate(names):
        if tld in ("net", "com"):
            servers = [f"{letter}.gtld-servers.net." for letter in ROOT_SERVERS]
        elif tld == "arpa":
            servers = [f"{letter}.root-servers.net." for letter in ROOT_SERVERS]
        else:
            own = [f"{letter}.nic.{tld}." for letter in "abcdef"[: chance.randint(1, 6)]]
            shared = [f"{letter}.gtld-servers.net." for letter in chance.sample(ROOT_SERVERS, chance.randint(0, 3))]
            sibling = [f"a.nic.{chance.choice(names)}."] if chance.random() < 0.2 else []
            servers = [*own, *shared, *(each for each in sibling if each.split(".")[2] not in ("net", "com", "arpa"))]
            for place, server in enumerate(own):
                lines.append(f"{server} A 203.{number >> 8}.{number & 255}.{place}")
                if server.startswith("a.") or chance.random() < 0.8:
                    lines.append(f"{server} AAAA 2001:db8:{number:x}::{place}")
        lines += [f"{tld}. NS {server}" for server in servers]
        if chance.random() < 0.9:
            lines.append(f"{tld}. 86400 DS {chance.randrange(65536)} 8 2 {DIGEST}")
    return "\n".join(lines) + "\n"


def root_questions() -> list[tuple[str, str]]:
    """Ask at the apex, at and below each delegation, for glue, and for what is not there.

    Not for ANY: which set is given then is each server's own choice (RFC 8482).
    """
    chance = random.Random(SEED + 2)
    asked = [(".", kind) for kind in ("SOA", "NS", "A", "DNSKEY", "DS", "TXT", "TYPE65280")]
    for letter in ROOT_SERVERS:
        asked += [
            (f"{letter}.{zone}.net.", kind) for zone in ("root-servers", "gtld-servers") for kind in ("A", "AAAA")
        ]
    for tld in tlds():
        asked += [(f"{tld}.", kind) for kind in ("NS", "DS", "SOA")]
        asked += [(f"www.example.{tld}.", "A"), (f"a.nic.{tld.upper()}.", "AAAA"), (f"nic.{tld}.", "A")]
        asked.append((f"{tld}{chance.randrange(10)}.", "A"))
    return [*asked, ("local.", "A"), ("www.local.", "AAAA"), ("*.", "A"), ("\\000.", "A")]


def test_the_root(nsd: dict[str, str], tmp_path: Path) -> None:
    """Every referral, DS, piece of glue and denial is NSD's, with room for all of it."""
    asked = root_questions()
    assert len(asked) > 10_000
    with beside(nsd, tmp_path, ".", root_zone()) as (mine, theirs):
        assert unlike(mine, theirs, asked) == []


@pytest.mark.parametrize("payload", [0, 512, 1232])
def test_the_root_in_small_messages(nsd: dict[str, str], tmp_path: Path, payload: int) -> None:
    """Where there is less room, with EDNS or without (0), the same is left out, but for glue.

    Of that NSD takes IPv4 first; ours takes what is below the cut first, since the rest is found elsewhere (RFC 9471).
    """
    names = random.Random(SEED + 3).sample(tlds(), 300)
    asked = [(".", "NS"), ("com.", "NS"), ("x.com.", "A"), ("x.arpa.", "A"), *((f"x.{tld}.", "A") for tld in names)]
    edns = {"use_edns": 0, "payload": payload} if payload else {"use_edns": -1}
    packets = [
        dns.message.make_query(owner, kind, flags=0, **edns).to_wire()  # type: ignore[arg-type]
        for owner, kind in asked
    ]
    with beside(nsd, tmp_path, ".", root_zone()) as (mine, theirs):
        found = unlike(mine, theirs, asked, packets)
        small, large = mine.ask(packets), mine.ask([query(*question) for question in asked])
    assert [each for each in found if ": additional: " not in each] == []
    assert len(found) <= len(asked) // 50
    for response, full in zip(map(dns.message.from_wire, small), map(dns.message.from_wire, large), strict=True):
        cut = full.authority[0].name if full.authority else dns.name.root
        needed = [rrset for rrset in full.additional if full.authority and rrset.name.is_subdomain(cut)]
        assert response.flags & dns.flags.TC or all(rrset in response.additional for rrset in needed)


# --- a top-level domain -----------------------------------------------------------------------------------------------


def tld_zone() -> str:
    """Write a top-level domain: delegations to servers inside, outside and beside, some with DS."""
    lines = ["$ORIGIN tld.", "$TTL 3600", "@ SOA a.nic.tld. host.nic.tld. 2024022900 1800 900 604800 900"]
    lines += [
        "@ NS a.nic.tld.",
        "@ NS b.nic.tld.",
        "@ NS ns.elsewhere.",
        "a.nic A 192.0.2.1",
        "a.nic AAAA 2001:db8::1",
        "b.nic A 192.0.2.2",
    ]
    for number in range(DELEGATIONS):
        owner = f"d{number}"
        match number % 4:
            case 0:
                address = f"{number >> 16}.{number >> 8 & 255}.{number & 255}"
                lines += [
                    f"{owner} NS ns1.{owner}",
                    f"{owner} NS ns2.{owner}",
                    f"ns1.{owner} A 10.{address}",
                    f"ns2.{owner} A 11.{address}",
                    f"ns2.{owner} AAAA 2001:db8::{number >> 16:x}:{number & 65535:x}",
                ]
            case 1:
                lines += [f"{owner} NS ns{number % 7}.hoster.example.", f"{owner} NS ns{number % 5}.hoster.example."]
            case 2:
                lines += [f"{owner} NS ns1.d{number - 2}", f"{owner} NS ns2.d{number - 2}"]
            case _:
                lines += [
                    f"{owner} NS a.nic",
                    f"{owner} NS other.elsewhere.",
                    f"{owner} DS {number % 65536} 8 2 {DIGEST}",
                ]
    return "\n".join(lines) + "\n"


def tld_questions() -> list[tuple[str, str]]:
    """Ask as resolvers do, all over the zone."""
    chance = random.Random(SEED + 4)
    forms = (
        ("d{}.tld.", "NS"),
        ("d{}.tld.", "DS"),
        ("www.d{}.tld.", "A"),
        ("ns1.d{}.tld.", "A"),
        ("ns2.d{}.tld.", "AAAA"),
        ("e{}.tld.", "A"),
        ("D{}.TLD.", "MX"),
        ("a.b.c.d{}.tld.", "TXT"),
    )
    picked = (forms[number % len(forms)] for number in range(ASKED))
    asked = [(form.format(chance.randrange(DELEGATIONS)), kind) for form, kind in picked]
    fixed = [("tld.", kind) for kind in ("SOA", "NS", "A", "DS")] + [
        ("a.nic.tld.", kind) for kind in ("A", "AAAA", "MX")
    ]
    return [*fixed, ("nic.tld.", "A"), ("x.nic.tld.", "A"), *asked]


def test_a_top_level_domain(nsd: dict[str, str], tmp_path: Path) -> None:
    """A hundred thousand delegations load, and are answered as by NSD."""
    with beside(nsd, tmp_path, "tld.", tld_zone()) as (mine, theirs):
        assert unlike(mine, theirs, tld_questions()) == []
