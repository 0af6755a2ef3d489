"""`acrdns serve` with zone files that do not load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.serve.running import Running, addresses, ask, command, topology

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "$ORIGIN example.\n$TTL 1h\n@ SOA ns1 host 1 3600 300 2419200 60\n@ NS ns1\nns1 A 192.0.2.1\n"
FILES = {
    "example.zone": f"{HEAD}w CNAME x\nw A 192.0.2.2\n$INCLUDE more/hosts sub.example.\n*.t.other. A 192.0.2.1\nv A 192.0.2\n",
    "more/hosts": "a A 192.0.2.1\na\\32b A 192.0.2.1\n$INCLUDE again\nb CAA 0 issue\n",
    "more/again": '\n_sip NAPTR 1 1 "u" "" "!(!x!" .\n$INCLUDE ../example.zone\nc CH A 192.0.2.1\n',
    "other.zone": "$TTL 1x\n@ 60 SOA a b 1 2 3 4 5\n@ 60 NS a\n$GENERATE 1-x h$ A 192.0.2.$\n",
}
PROBLEMS = """
example.zone:7: CNAME beside other data at w.example: CNAME and A
more/hosts:2: a\\32b has a bad escape; write \\DDD (000 to 255) or \\ and one character
more/again:2: 1 1 "u" "" "!(!x!" . is no NAPTR data: the regular expression has to be "!pattern!replacement!" with flag i if wanted (RFC 3402)
more/again:3: {0}/example.zone includes itself: {0}/example.zone -> {0}/more/hosts -> {0}/more/again -> {0}/example.zone
more/again:4: class CH; acrdns serves class IN
more/hosts:4: 0 issue is no CAA data: expecting a string
example.zone:9: *.t.other is outside the zone example
example.zone:10: 192.0.2 is no IPv4 address
other.zone:1: 1x is no time; write seconds, or parts with units such as 1h30m
other.zone:4: $GENERATE: 1-x is no range; write start-stop or start-stop/step
other.zone:3: name server a.other of other has no address in the zone; give the name an A or AAAA record
"""


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    """Also those of files that are included, with their own names and lines; nothing is served, exit code 2."""
    (tmp_path / "more").mkdir()
    for file, text in FILES.items():
        (tmp_path / file).write_text(text)
    bad = tmp_path / "topology.yaml"
    bad.write_text(topology("10.0.0.300"))
    done = command(str(bad), *(f"--zone-file={tmp_path / file}" for file in ("example.zone", "other.zone")))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr
    first, *told = done.stderr.splitlines()
    assert first.startswith(f"{bad}:")
    assert told == [f"{tmp_path}/{problem}".replace("{0}", str(tmp_path)) for problem in PROBLEMS.strip().splitlines()]


def test_a_delegation_without_glue_is_a_warning_at_the_start_and_at_a_reload(tmp_path: Path) -> None:
    """It is served, as NSD, Knot and BIND serve it."""
    path = tmp_path / "example.zone"
    path.write_text(f"{HEAD}sub NS ns.sub\n")
    with Running("--zone-file", str(path), "--listen", "127.0.0.1:0") as running:
        says = "warning: .*example.zone:6: name server ns.sub.example of sub.example has no address in the zone; give"
        running.err.until(says)
        assert ask(running.address("zone files"), "x.sub.example").authority[0].to_text().endswith("NS ns.sub.example.")
        path.write_text(f"{HEAD}\nsub NS ns.sub\n")
        running.hang_up()
        running.err.until(says.replace(":6:", ":7:"))
        running.err.until("^reloaded")


def test_what_a_zone_may_include_from_elsewhere_is_named(tmp_path: Path) -> None:
    """Without the option it is refused, with the option as remedy."""
    (tmp_path / "zones").mkdir()
    (tmp_path / "hosts").write_text("a A 192.0.2.7\n")
    path = tmp_path / "zones" / "example.zone"
    path.write_text(f"{HEAD}$INCLUDE ../hosts\n")
    done = command(f"--zone-file={path}")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name its folder with --include-from" in done.stderr
    with Running("--zone-file", str(path), f"--include-from={tmp_path}", "--listen", "127.0.0.1:0") as running:
        assert addresses(running.address("zone files"), "a.example") == ["192.0.2.7"]


def test_one_zone_in_two_files_is_refused(tmp_path: Path) -> None:
    """Nobody could tell which of them would be served."""
    for file in ("a.zone", "b.zone"):
        (tmp_path / file).write_text(HEAD)
    done = command(*(f"--zone-file={tmp_path / file}" for file in ("a.zone", "b.zone")))
    says = f"{tmp_path}/b.zone:1: the zone example is in {tmp_path}/a.zone already; leave one of them out\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", says)
