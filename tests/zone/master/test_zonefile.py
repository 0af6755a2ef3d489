"""Reading master files."""

from __future__ import annotations

import gc
import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.errors import ZoneFileError
from acrdns.names import name, relative, show
from acrdns.record import type_text
from acrdns.zone.master.writer import write_zone
from acrdns.zone.master.zonefile import load_zone, read_zone
from tests.examples import examples
from tests.zone.master_cases import ACCEPTED, NOT_IN_KNOT, OURS_ALONE, REFUSED, ZONE
from tests.zone.master_data import (
    ACCEPTED_DATA,
    NAMED_ELSEWHERE,
    NOT_IN_KNOT_DATA,
    READ_ELSEWISE,
    REFUSED_DATA,
    REFUSED_SETS,
    STRICTER,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acrdns.zone.zone import Zone

APEX = name("t.example")


def _nothing(file: str, wanted: str) -> tuple[str, bytes]:
    raise FileNotFoundError(2, "No such file or directory", wanted)


def _read(text: str) -> Zone:
    return read_zone(text.encode(), "t.zone", APEX, _nothing)


def _records(zone: Zone) -> list[str]:
    return [
        f"{relative(owner, zone.apex)} {rrset.ttl} {type_text(rrset.type)} {text}"
        for owner, node in zone.nodes.items()
        for rrset in node
        for text in rrset.texts()
    ]


ALL_REFUSED = [
    *REFUSED,
    *((what, f"{ZONE}w {text}\n", [f"5: {why}"]) for what, text, why in REFUSED_DATA),
    *REFUSED_SETS,
]
ALL_ACCEPTED = [*ACCEPTED, *ACCEPTED_DATA]


@pytest.mark.parametrize(("text", "problems"), [pytest.param(*row[1:], id=row[0]) for row in ALL_REFUSED])
def test_what_is_wrong_is_refused_with_its_line(text: str, problems: list[str]) -> None:
    """Every problem is told, each with file and line."""
    with pytest.raises(ZoneFileError) as caught:
        _read(text)
    assert str(caught.value).splitlines() == [f"t.zone:{problem}" for problem in problems]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ALL_ACCEPTED])
def test_what_is_right_is_read(text: str, expected: list[str]) -> None:
    """The records are those that stand there, whatever form they are written in."""
    found = _records(_read(ZONE + text))
    assert sorted(found) == sorted([*_records(_read(ZONE)), *expected])


@pytest.mark.parametrize(("text", "expected"), [pytest.param(*row[1:], id=row[0]) for row in ALL_ACCEPTED])
def test_what_is_right_is_read_on_a_bare_machine(
    text: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zone loads or not by what stands in it: without /etc/protocols and /etc/services, Python's lookups fail so."""
    monkeypatch.setattr("socket.getprotobyname", _not_found)
    monkeypatch.setattr("socket.getservbyname", _not_found)
    assert sorted(_records(_read(ZONE + text))) == sorted([*_records(_read(ZONE)), *expected])


def _not_found(*_: object) -> int:
    raise OSError("protocol not found")


@pytest.mark.parametrize("text", [pytest.param(row[1], id=row[0]) for row in ALL_ACCEPTED])
def test_what_is_read_is_written_and_read_again(text: str) -> None:
    """What `write_zone` makes of a zone gives the same zone."""
    zone = _read(ZONE + text)
    assert _wires(_read(write_zone(zone))) == _wires(zone)


@pytest.mark.interop
@pytest.mark.parametrize(("what", "text"), [pytest.param(row[0], row[1], id=row[0]) for row in ALL_REFUSED])
def test_what_is_refused_is_refused_by_others(
    what: str, text: str, program: Callable[[str], str], tmp_path: Path
) -> None:
    """`named-checkzone` or `kzonecheck` refuses it too, and where the first names a line of the file, so do we."""
    named, knot = _check(text, program, tmp_path)
    assert (named.accepts and knot.accepts) == (what in OURS_ALONE | STRICTER)
    if not named.accepts and what not in NAMED_ELSEWHERE:
        with pytest.raises(ZoneFileError) as caught:
            _read(text)
        assert named.lines <= {problem.place.line for problem in caught.value.problems}


@pytest.mark.interop
@pytest.mark.parametrize(("what", "text"), [pytest.param(row[0], row[1], id=row[0]) for row in ALL_ACCEPTED])
def test_what_is_accepted_is_accepted_by_others(
    what: str, text: str, program: Callable[[str], str], tmp_path: Path
) -> None:
    """`named-checkzone` and `kzonecheck` accept it too, and BIND reads the records that we read."""
    named, knot = _check(ZONE + text, program, tmp_path)
    assert (named.accepts, knot.accepts) == (True, what not in NOT_IN_KNOT | NOT_IN_KNOT_DATA)
    if what not in READ_ELSEWISE:
        assert _as_bind_reads(program, tmp_path) == _wires(_read(ZONE + text))


class Verdict(NamedTuple):
    """What another program says of a file."""

    accepts: bool
    lines: set[int]
    """Those that it complains of."""


def _check(text: str, program: Callable[[str], str], folder: Path) -> tuple[Verdict, Verdict]:
    """Ask `named-checkzone` and `kzonecheck` about a file."""
    path = folder / "t.example.zone"
    path.write_bytes(text.encode())
    named = [program("named-checkzone"), "-i", "local", "t.example", str(path)]
    knot = [program("kzonecheck"), str(path)]
    return tuple(_verdict(command) for command in (named, knot))  # type: ignore[return-value]


def _verdict(command: list[str]) -> Verdict:
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    told = re.findall(r"t\.example\.zone:([0-9]+): ", done.stdout + done.stderr)
    return Verdict(done.returncode == 0, set(map(int, told)))


def _as_bind_reads(program: Callable[[str], str], folder: Path) -> set[tuple[bytes, int, int, bytes]]:
    """Return the records that BIND writes after it has read the file that `_check` left, as dnspython reads them."""
    command = [program("named-compilezone"), "-i", "local", "-k", "warn", "-n", "warn", "-o", "dump", "t.example"]
    subprocess.run([*command, "t.example.zone"], check=True, capture_output=True, cwd=folder)
    zone = dns.zone.from_file(str(folder / "dump"), "t.example", relativize=False, check_origin=False)
    return {
        (owner.to_wire().lower(), int(rdataset.rdtype), rdataset.ttl, rdata.to_wire())  # type: ignore[union-attr]
        for owner, node in zone.nodes.items()
        for rdataset in node
        for rdata in rdataset
    }


def _wires(zone: Zone) -> set[tuple[bytes, int, int, bytes]]:
    return {
        (bytes(owner), rrset.type, rrset.ttl, rdata)
        for owner, node in zone.nodes.items()
        for rrset in node
        for rdata in rrset.rdatas
    }


# --- files ------------------------------------------------------------------------------------------------------------


def test_the_origin_is_that_of_the_file_name(tmp_path: Path) -> None:
    """Without $ORIGIN relative names are below the file's name without `.zone`."""
    for file in ("t.example.zone", "t.example"):
        (tmp_path / file).write_text(ZONE)
        zone = load_zone(tmp_path / file)
        assert (zone.apex, zone.kind, zone.key) == (APEX, "file", str(tmp_path / file))


def test_the_file_may_be_called_anything_with_an_origin_or_whole_names(tmp_path: Path) -> None:
    """The apex is the owner of the SOA."""
    path = tmp_path / "my zone"
    path.write_text(f"$ORIGIN t.example.\n{ZONE}")
    assert load_zone(path).apex == APEX
    path.write_text(
        "$ORIGIN .\n$TTL 5\nw.t.example A 192.0.2.1\nt.example NS x.\n SOA . . 1 2 3 4 5\nx.t.example A 192.0.2.1\n"
    )
    assert sorted(_records(load_zone(path))) == [
        "@ 5 NS x",
        "@ 5 SOA . . 1 2 3 4 5",
        "w 5 A 192.0.2.1",
        "x 5 A 192.0.2.1",
    ]


def test_a_zone_of_another_name_than_asked_for_is_refused(tmp_path: Path) -> None:
    """With an origin given the SOA has to be there."""
    path = tmp_path / "zone"
    path.write_text("other. 5 SOA . . 1 2 3 4 5\nother. 5 NS x.\n")
    with pytest.raises(ZoneFileError, match=r"other is outside the zone t\.example"):
        load_zone(path, APEX)


def test_the_root_zone_loads(tmp_path: Path) -> None:
    """Its apex is the root, and every name is in it."""
    path = tmp_path / "root.zone"
    path.write_text(". 5 SOA a.x. . 1 2 3 4 5\n. 5 NS a.x.\na.x. 5 A 192.0.2.1\norg. 5 NS a.x.\nnet 5 NS a.x.\n")
    assert [show(owner) for owner in load_zone(path, name(".")).nodes] == [".", "a.x", "x", "org", "net"]


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """It says which file, and why."""
    with pytest.raises(ZoneFileError, match=r"missing\.zone:1: cannot be read: No such file or directory"):
        load_zone(tmp_path / "missing.zone")


def test_included_files_are_beside_the_one_that_includes_them(tmp_path: Path) -> None:
    """An origin may be given; origin and owner are what they were afterwards, and problems name the included file."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "hosts").write_text("a A 192.0.2.7\n$ORIGIN x.\n$INCLUDE again sub.t.example.\n")
    (tmp_path / "more" / "again").write_text("b A 192.0.2.8\n")
    path = tmp_path / "t.example.zone"
    path.write_text(f"{ZONE}w A 192.0.2.1\n$INCLUDE more/hosts\n TXT x\nv A 192.0.2.2\n")
    found = _records(load_zone(path))
    assert {"a 300 A 192.0.2.7", "b.sub 300 A 192.0.2.8", 'w 300 TXT "x"', "v 300 A 192.0.2.2"} <= set(found)
    (tmp_path / "more" / "again").write_text("b A 192.0.2.8\nc A x\n")
    with pytest.raises(ZoneFileError) as caught:
        load_zone(path)
    assert str(caught.value) == f"{tmp_path}/more/again:2: x is no IPv4 address"


def test_files_that_include_themselves_are_refused(tmp_path: Path) -> None:
    """The circle is named."""
    path = tmp_path / "t.example.zone"
    path.write_text(f"{ZONE}$INCLUDE t.example.zone\n")
    with pytest.raises(ZoneFileError, match=r":5: .* includes itself: .* -> .*t\.example\.zone$"):
        load_zone(path)


# --- the short way ----------------------------------------------------------------------------------------------------

_owners = st.sampled_from(
    (
        "a",
        "A",
        "a",
        "b.a",
        "B.a",
        "*.c",
        "t.example.",
        "d.t.example.",
        "e.other.",
        "@",
        "",
        "",
        "f..g",
        ".g",
        ".",
        "h.",
        "x" * 64,
        "9",
        "É",
    )
)
_middles = st.sampled_from(("", "", "IN ", "in ", "60 ", "1h ", "60 IN ", "IN 60 ", "60 60 ", "CH ", "2147483648 "))
_data = st.sampled_from(
    (
        "A 192.0.2.1", "a 192.0.2.2", "A 192.0.2", "A 192.0.2.1 x", "AAAA 2001:db8::1", "AAAA ::192.0.2.1", "AAAA 1::2::3", "AAAA ::",
        "CNAME x", "CNAME x.y.", "CNAME x..y", "cname @", "CNAME .", 'CNAME "x"', "CNAME x y", "NS ns1", "NS n.other.", "NS @", "PTR x:y.",
        "MX 10 x", "MX x", "MX 70000 x.", "SRV 1 2 3 x", "SRV 1 2 x", 'TXT "a b"', 'TXT "a" "b;c"', "TXT a b", 'TXT "a"b', 'TXT "a\\"b"', "TXT",
        "CAA 0 issue x", "FOO x", "TYPE1 \\# 4 c0000201", "A ( 192.0.2.9 )", "TXT ( a", "b )", "A 192.0.2.1 ; comment", "DNAME x.",  "DS 1 8 2 00",
        f"DS 60485 5 1 {'2B' * 20}", f"DS 64999 199 2 {'2b' * 32}", f"DS 65535 255 4 {'2b' * 48}", f"DS 1 8 2 {'2b' * 16} {'2b' * 16}",
    )
)  # fmt: skip
_entries = st.one_of(
    st.builds("{} {}{}".format, _owners, _middles, _data),
    st.sampled_from(
        (
            "",
            "   ",
            "; comment",
            "$TTL 77",
            "$ORIGIN sub.t.example.",
            "$ORIGIN other.",
            "$ORIGIN t.example.",
            "$GENERATE 1-2 g$ A 192.0.2.$",
        )
    ),
)


@examples(5)
@given(st.lists(_entries, max_size=12), st.booleans())
def test_the_short_way_reads_what_the_tokenizer_reads(entries: list[str], ttl: bool) -> None:
    """Whether ordinary lines are taken by columns or each goes through the tokenizer: same records, same problems."""
    text = (ZONE if ttl else ZONE.removeprefix("$TTL 300\n")) + "\n".join(entries)
    found = _outcome(text)
    with patch("acrdns.zone.master.reader.take", return_value=False):
        assert found == _outcome(text)


def _outcome(text: str) -> object:
    try:
        zone = _read(text)
    except ZoneFileError as error:
        return [str(problem) for problem in error.problems]
    return dict(zone.nodes), zone.cuts, zone.dnames, zone.denial


def test_a_large_file_is_read_like_a_small_one(tmp_path: Path) -> None:
    """Also where a chunk ends within an entry, and with a mistake deep in it. Garbage collection is on afterwards."""
    lines = [f"h{number} {number} A 10.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(60_000)]
    lines[30_000] = "p TXT (" + "\n x" * 100 + "\n)"
    text = ZONE + "\n".join(lines) + "\n"
    path = tmp_path / "t.example.zone"
    path.write_text(text)
    zone = load_zone(path)
    assert gc.isenabled()
    assert len(zone.nodes) == 60_002
    assert _records(zone)[-1] == "h59999 59999 A 10.0.234.95"
    path.write_text(f"{text}x A 1.2.3\n")
    with pytest.raises(ZoneFileError) as caught:
        load_zone(path)
    assert str(caught.value) == f"{path}:{4 + 60_000 + 101 + 1}: 1.2.3 is no IPv4 address"
