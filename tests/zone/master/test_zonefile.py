"""Reading master files."""

from __future__ import annotations

import gc
import os
import re
import subprocess
from typing import TYPE_CHECKING, NamedTuple
from unittest.mock import patch

import dns.message
import dns.query
import dns.rdatatype
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.errors import ZoneFileError
from acrdns.names import name, relative, show
from acrdns.record import type_text
from acrdns.zone.master.writer import write_zone
from acrdns.zone.master.zonefile import load_zone, read_zone
from tests.conformance.peers import serving
from tests.examples import examples
from tests.zone.master_cases import ACCEPTED, NOT_IN_KNOT, OURS_ALONE, REFUSED, WARNED, ZONE
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


@pytest.mark.parametrize(("text", "warnings"), [pytest.param(*row[1:], id=row[0]) for row in WARNED])
def test_a_delegation_without_an_address_is_a_warning(text: str, warnings: list[str]) -> None:
    """The zone loads, and says where who follows the delegation finds no server."""
    assert [str(problem) for problem in _read(text).warnings] == [f"t.zone:{warning}" for warning in warnings]
    assert _read(ZONE).warnings == ()


@pytest.mark.interop
@pytest.mark.parametrize("text", [pytest.param(row[1], id=row[0]) for row in WARNED])
def test_others_load_what_is_a_warning_here(text: str, program: Callable[[str], str], tmp_path: Path) -> None:
    """`named-checkzone` accepts it as `named` does, and NSD and Knot answer with the delegation."""
    assert _check(text, program, tmp_path)[0].accepts
    query = dns.message.make_query("x.w.t.example", "A")
    programs = {name: program(name) for name in ("nsd", "knotd")}
    with serving(programs, {"t.example.": "$ORIGIN t.example.\n" + text}) as peers:
        for peer in peers:
            response = dns.query.udp(query, "127.0.0.1", port=peer.port, timeout=10)
            assert [rrset.rdtype for rrset in response.authority] == [dns.rdatatype.NS]


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
    with pytest.raises(ZoneFileError, match=r"missing\.zone:1: cannot be read: no such file or directory"):
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


def _problem(path: Path, folders: tuple[str, ...] = ()) -> str:
    with pytest.raises(ZoneFileError) as caught:
        load_zone(path, folders=folders)
    return str(caught.value)


def test_what_is_included_is_below_the_zone_files_folder(tmp_path: Path) -> None:
    """A zone file from a stranger reads no other files, by no kind of path; a folder may be named that it may read."""
    (tmp_path / "zones").mkdir()
    (tmp_path / "secret").write_text("a A 192.0.2.7\n")
    (tmp_path / "zones" / "link").symlink_to(tmp_path / "secret")
    path = tmp_path / "zones" / "t.example.zone"
    for wanted in (tmp_path / "secret", "../secret", "link", "../zones/../secret"):
        path.write_text(f"{ZONE}$INCLUDE {wanted}\n")
        says = f"it is not below {tmp_path}/zones; to allow that, name its folder with --include-from"
        assert _problem(path) == f"{path}:5: cannot include {wanted}: {says}"
        assert "a 300 A 192.0.2.7" in _records(load_zone(path, folders=(str(tmp_path),)))


def test_a_link_to_a_folder_of_zones_is_as_good_as_the_folder(tmp_path: Path) -> None:
    """As Kubernetes mounts a ConfigMap: every file is a link into a folder that is swapped."""
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "t.example.zone").write_text(f"{ZONE}$INCLUDE hosts\n")
    (tmp_path / "..data" / "hosts").write_text("a A 192.0.2.7\n")
    for file in ("t.example.zone", "hosts"):
        (tmp_path / file).symlink_to(f"..data/{file}")
    assert "a 300 A 192.0.2.7" in _records(load_zone(tmp_path / "t.example.zone"))


SHADOW = "root:$6$salt$hash:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n"
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n(\n"


@pytest.mark.parametrize("text", [SHADOW, KEY, "nameserver 10.0.0.2\n", '{"password": "x"}\n'])
def test_nothing_is_shown_of_a_file_that_is_no_zone(tmp_path: Path, text: str) -> None:
    """Named by itself or included."""
    secret = tmp_path / "secret"
    secret.write_text(text)
    path = tmp_path / "t.example.zone"
    path.write_text(f"{ZONE}$INCLUDE secret\n")
    says = f"{secret}:1: no line of this file is a record or directive, and so none is shown; is it a zone file?"
    assert _problem(path) == says
    assert _problem(secret).splitlines() == [says, f"{secret}:1: no SOA record; a zone starts with one"]


def test_only_regular_files_are_read(tmp_path: Path) -> None:
    """A pipe would keep the reader waiting, and a device has no end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    path = tmp_path / "t.example.zone"
    for wanted in ("pipe", "zero"):
        path.write_text(f"{ZONE}$INCLUDE {wanted}\n")
        assert "it is no regular file" in _problem(path, ("/dev",))
        assert _problem(tmp_path / wanted) == f"{tmp_path}/{wanted}:1: cannot be read: it is no regular file"


def test_generated_records_are_bounded() -> None:
    """Also those of several directives together; no record is made of one that goes beyond."""
    with pytest.raises(ZoneFileError, match=r":5: \$GENERATE: 2147483648 records; a zone can have 1048576 of them"):
        _read(f"{ZONE}$GENERATE 0-2147483647 h$ A 192.0.2.1\n")
    with pytest.raises(ZoneFileError, match=r":6: .* 1048577 records"):
        _read(f"{ZONE}$GENERATE 0-0 h$ A 192.0.2.1\n$GENERATE 1-1048576 h$ A 192.0.2.1\n")


def test_included_files_are_bounded(tmp_path: Path) -> None:
    """Levels of files that include one another ten times each would never end."""
    for level in range(5):
        (tmp_path / f"level{level}").write_text(f"$INCLUDE level{level + 1}\n" * 10)
    (tmp_path / "level5").write_text("a A 192.0.2.1\n")
    path = tmp_path / "t.example.zone"
    path.write_text(f"{ZONE}$INCLUDE level0\n")
    problems = _problem(path).splitlines()
    assert "more than 1000 files are included" in problems[0]
    assert len(problems) < 1000


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
