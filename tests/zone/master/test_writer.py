"""Writing master files."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import dns.name
import dns.zone
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from acrdns.names import MAX_NAME, Name, name, wire
from acrdns.record import RRset, Soa, Type, rdata
from acrdns.zone.master.writer import write_zone
from acrdns.zone.master.zonefile import read_zone
from acrdns.zone.zone import build
from tests.examples import examples
from tests.zone.odd import ODD, zone

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acrdns.zone.zone import Zone

APEX = name("t")
HEAD = [
    Soa("ns1.elsewhere", "host\\.master.t", 1, 2, 3, 4, 5).rrset(APEX, 60),
    RRset(APEX, Type.NS, 60, (wire("Ns1.Elsewhere"),)),
]
TEXTS = {
    13: '"a b" "\\"c"',
    29: "52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m",
    33: "1 2 3 x.t",
    35: '100 10 "U" "E2U+sip" "!^.*$!sip:a@b!" .',
    44: f"1 1 {'00' * 20}",
    48: "257 3 8 AwEAAcPcpSJTZ2XBBYyq",
    52: f"3 1 1 {'00' * 32}",
    64: "1 x.t. alpn=h2 port=443",
    108: "00-00-5e-00-53-2a",
    257: '0 issue "ca.example; policy=x"',
}

labels = st.binary(min_size=1, max_size=8).map(bytes.lower)
names = st.lists(labels, max_size=4).map(lambda each: Name(b"".join(bytes((len(x),)) + x for x in each) + b"\x00"))
owners = names.map(lambda each: Name(each[:-1] + APEX)).filter(
    lambda each: len(each) <= MAX_NAME and not each.startswith(b"\x01*")
)
texts = st.lists(st.binary(max_size=40), min_size=1, max_size=3).map(
    lambda each: b"".join(bytes((len(x),)) + x for x in each)
)
known = st.sampled_from([(number, rdata(number, text)) for number, text in TEXTS.items()])
data = st.one_of(
    st.binary(min_size=4, max_size=4).map(lambda each: (1, each)),
    st.binary(min_size=16, max_size=16).map(lambda each: (28, each)),
    texts.map(lambda each: (16, each)),
    names.map(lambda each: (12, each)),
    names.map(lambda each: (15, b"\x00\x61" + each)),
    st.binary(max_size=9).map(lambda each: (65280, each)),
    known,
)
records = st.lists(st.tuples(owners, st.integers(0, 2**31 - 1), data), max_size=8)
zones = records.map(
    lambda each: build(APEX, "file", "t", [*HEAD, *(RRset(owner, number, ttl, (octets,)) for owner, ttl, (number, octets) in each)])
)  # fmt: skip


def contents(read: Zone) -> dict[tuple[bytes, int], tuple[int, frozenset[bytes]]]:
    """Return the record sets of a zone, whatever their order."""
    return {(each.name, each.type): (each.ttl, frozenset(each.rdatas)) for node in read.nodes.values() for each in node}


@examples(4)
@given(zones)
def test_what_is_written_is_read_back_the_same(written: Zone) -> None:
    """Names and strings of any octets, known and unknown types, the letter case of names in the data."""
    text = write_zone(written)
    assert text.isascii()
    assert contents(read_zone(text.encode(), "x", None, _nothing)) == contents(written)


def _nothing(file: str, wanted: str) -> tuple[str, bytes]:
    raise FileNotFoundError(wanted)


def test_the_odd_zone_is_written_and_read_back() -> None:
    """Delegations, DNAMEs, wildcards; cuts and empty non-terminals are found again."""
    odd = zone(ODD)
    again = read_zone(write_zone(odd).encode(), "x", None, _nothing)
    assert contents(again) == contents(odd)
    assert (again.apex, again.cuts, again.dnames, set(again.nodes)) == (odd.apex, odd.cuts, odd.dnames, set(odd.nodes))


def test_how_it_looks() -> None:
    """The apex first with the SOA on top, then name by name, a line each."""
    text = 'b A 192.0.2.1\na.b TXT "x;y" "\\"" \na 60 MX 10 b\n\\@ CNAME *.b\nc TYPE65280 \\# 2 abcd\nd CNAME \\#d\n'
    assert write_zone(zone(f"$TTL 300\n@ SOA a. b. 1 2 3 4 5\n@ NS c.\n{text}")).splitlines() == [
        "$ORIGIN t.",
        "@\t300\tIN\tSOA\ta. b. 1 2 3 4 5",
        "@\t300\tIN\tNS\tc.",
        "\\@\t300\tIN\tCNAME\t*.b.t.",
        "a\t60\tIN\tMX\t10 b.t.",
        "b\t300\tIN\tA\t192.0.2.1",
        'a.b\t300\tIN\tTXT\t"x;y" "\\""',
        "c\t300\tIN\tTYPE65280\t\\# 2 abcd",
        "d\t300\tIN\tCNAME\t\\035d.t.",
    ]


@pytest.mark.interop
@examples(1 / 4)
@given(zones)
@example(build(APEX, "file", "t", [*HEAD, RRset(Name(b"\1[" + APEX), Type.A, 0, (bytes(4),))]))
def test_others_read_it(tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], str], written: Zone) -> None:
    """`named-checkzone` and `kzonecheck` accept it; BIND writes it out again as the same zone."""
    folder = tmp_path_factory.mktemp("zone")
    path, again = folder / "t.zone", folder / "again.zone"
    path.write_text(write_zone(written))
    _run(program("kzonecheck"), str(path))
    _run(program("named-compilezone"), "-i", "local", "-k", "ignore", "-o", str(again), "t", str(path))
    assert _contents_of(again) == contents(written)


def _contents_of(path: Path) -> dict[tuple[bytes, int], tuple[int, frozenset[bytes]]]:
    """Read a zone with dnspython."""
    read = dns.zone.from_file(str(path), dns.name.from_text("t"), relativize=False)
    return {
        ((owner.to_wire() or b"").lower(), each.rdtype): (each.ttl, frozenset(rdata.to_wire() for rdata in each))
        for owner, each in read.iterate_rdatasets()
    }


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
