"""The EDNS compliance probes of the DNS community, by a real `dig`, to ours and to NSD, Knot and BIND in the same run.

The probes are those of ISC's EDNS compliance tester (its names and its words for what is wrong are kept) and of RFC 8906
section 8, which has the `dig` lines. A row is a line that can be pasted: `dig @SERVER -p PORT <row>`.
"""

from __future__ import annotations

import re
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.conformance.peers import SERVERS, serving
from tests.serve.running import ZONE, Running, topology

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.interop

SECRET = "bm9ib2R5IGtub3dzIHRoaXMga2V5"
"""Of a TSIG key that no server has."""

PROBES = """
dns             | +noedns soa ZONE                                          | NOERROR soa noopt
aa              | +noedns +aaflag soa ZONE                                  | NOERROR soa noopt
ad              | +noedns +adflag soa ZONE                                  | NOERROR soa noopt noad
cd              | +noedns +cdflag soa ZONE                                  | NOERROR soa noopt
rd              | +noedns +rec soa ZONE                                     | NOERROR soa noopt rd
ra              | +noedns +raflag soa ZONE                                  | NOERROR soa noopt
tc              | +noedns +tcflag soa ZONE                                  | NOERROR soa noopt notc
zflag           | +noedns +zflag soa ZONE                                   | NOERROR soa noopt noz
dnstcp          | +noedns +tcp soa ZONE                                     | NOERROR soa noopt
wellknown       | +noedns mx WWW                                            | NOERROR nodata noopt
unknown type    | +noedns type1000 ZONE                                     | NOERROR nodata noopt
type666         | +noedns type666 WWW                                       | NOERROR nodata noopt
type666 edns    | +edns=0 type666 WWW                                       | NOERROR nodata opt
type666 tcp     | +edns=0 +tcp type666 WWW                                  | NOERROR nodata opt
opcode          | +noedns +opcode=15 +header-only ZONE                      | NOTIMP nosoa noopt noaa
opcodeflg       | +noedns +opcode=15 +tcflag +rec +raflag +cdflag +adflag +aaflag +zflag +header-only ZONE | NOTIMP nosoa noopt noaa notc noad noz nora
opcode question | +noedns +opcode=15 soa ZONE                               | NOTIMP nosoa noopt noaa
opcode tcp      | +noedns +opcode=15 +tcp +header-only ZONE                 | NOTIMP nosoa noopt noaa
edns            | +edns=0 soa ZONE                                          | NOERROR soa opt
ednstcp         | +edns=0 +tcp soa ZONE                                     | NOERROR soa opt
edns1           | +edns=1 +noednsneg soa ZONE                               | BADVERS nosoa opt
edns100         | +edns=100 +noednsneg soa ZONE                             | BADVERS nosoa opt
edns1tcp        | +edns=1 +noednsneg +tcp soa ZONE                          | BADVERS nosoa opt
edns@512        | +dnssec +bufsize=512 +ignore txt BIG                      | NOERROR opt do tc small
edns@0          | +dnssec +bufsize=0 +ignore txt BIG                        | NOERROR opt do tc small
edns512tcp      | +dnssec +bufsize=512 +tcp txt BIG                         | NOERROR opt do notc txt
ednsopt         | +ednsopt=100 soa ZONE                                     | NOERROR soa opt noecho
ednsopt data    | +ednsopt=100:0badcafe soa ZONE                            | NOERROR soa opt noecho
ednsopttcp      | +ednsopt=100 +tcp soa ZONE                                | NOERROR soa opt noecho
edns1opt        | +edns=1 +noednsneg +ednsopt=100 soa ZONE                  | BADVERS nosoa opt noecho
do              | +dnssec soa ZONE                                          | NOERROR soa opt do
docookie        | +dnssec +cookie soa ZONE                                  | NOERROR soa opt do cookie
edns1do         | +edns=1 +noednsneg +dnssec soa ZONE                       | BADVERS nosoa opt
ednsflags       | +ednsflags=0x80 soa ZONE                                  | NOERROR soa opt nombz
ednsflags all   | +ednsflags=0x7fff soa ZONE                                | NOERROR soa opt nombz
edns1flags      | +edns=1 +noednsneg +ednsflags=0x80 soa ZONE               | BADVERS nosoa opt nombz
optlist         | +nsid +subnet=0.0.0.0/0 +expire +cookie soa ZONE          | NOERROR soa opt cookie
ednsnsid        | +nsid soa ZONE                                            | NOERROR soa opt
ednscookie      | +cookie soa ZONE                                          | NOERROR soa opt cookie
cookie short    | +ednsopt=10:0badcafe soa ZONE                             | FORMERR nosoa opt
cookie long     | +ednsopt=10:{long} soa ZONE                               | FORMERR nosoa opt
cookie unknown  | +cookie=00112233445566778899aabbccddeeff0011223344556677 soa ZONE | NOERROR soa opt cookie
ednsexpire      | +expire soa ZONE                                          | NOERROR soa opt
ednssubnet      | +subnet=192.0.2.0/24 soa ZONE                             | NOERROR soa opt
edns1nsid       | +edns=1 +noednsneg +nsid soa ZONE                         | BADVERS nosoa opt
edns1cookie     | +edns=1 +noednsneg +cookie soa ZONE                       | BADVERS nosoa opt
edns1expire     | +edns=1 +noednsneg +expire soa ZONE                       | BADVERS nosoa opt
edns1subnet     | +edns=1 +noednsneg +subnet=192.0.2.0/24 soa ZONE          | BADVERS nosoa opt
keepalive       | +keepalive +tcp soa ZONE                                  | NOERROR soa opt
padding         | +padding=128 soa ZONE                                     | NOERROR soa opt
bind11          | +dnssec +adflag +cookie +nsid +subnet=0.0.0.0/0 soa ZONE  | NOERROR soa opt do cookie noad
dig11           | +adflag +cookie +bufsize=4096 soa ZONE                    | NOERROR soa opt cookie noad
signed          | +noedns -y hmac-sha256:nobody:{secret} soa ZONE           | NOTAUTH nosoa badkey
signed edns     | +edns=0 -y hmac-sha256:nobody:{secret} soa ZONE           | NOTAUTH nosoa badkey
refused         | +edns=0 +dnssec a elsewhere.test                          | REFUSED nosoa opt do noaa small
""".format(long="00" * 41, secret=SECRET)  # fmt: skip

ROWS = {row[0]: (row[1], row[2].split()) for row in ([cell.strip() for cell in line.split("|")] for line in PROBES.strip().splitlines())}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What `dig` shows of a response."""

    text: str

    def has(self, pattern: str) -> bool:
        """Return whether a line matches."""
        return re.search(pattern, self.text, re.MULTILINE) is not None

    @property
    def flags(self) -> set[str]:
        """The flags of the header; `z` is what dig calls MBZ there."""
        line = re.search(r"^;; flags:([^;]*);([^,;]*)", self.text, re.MULTILINE)
        assert line is not None, self.text
        return {*line[1].split(), *(["z"] if "MBZ" in line[2] else [])}

    @property
    def size(self) -> int:
        """Octets."""
        found = re.search(r"MSG SIZE +rcvd: (\d+)", self.text)
        assert found is not None, self.text
        return int(found[1])


SEEN: dict[str, Callable[[Said], bool]] = {
    "soa": lambda said: said.has(r"^[^;].*\sIN\s+SOA\s") and said.has(r"ANSWER: 1,"),
    "nosoa": lambda said: said.has(r"ANSWER: 0,") and not said.has(r"^[^;].*\sIN\s+SOA\s"),
    "nodata": lambda said: said.has(r"ANSWER: 0,"),
    "txt": lambda said: said.has(r"ANSWER: 10,"),
    "opt": lambda said: said.has(r"^; EDNS: version: 0, "),
    "noopt": lambda said: not said.has(r"^; EDNS:"),
    "do": lambda said: said.has(r"^; EDNS: version: 0, flags: do;"),
    "nombz": lambda said: not said.has(r"^; EDNS:.* MBZ"),
    "noecho": lambda said: not said.has(r"^; OPT=100"),
    "cookie": lambda said: said.has(r"^; COOKIE: [0-9a-f]{32,} \(good\)"),
    "small": lambda said: said.size <= 512,
    "tc": lambda said: "tc" in said.flags,
    "badkey": lambda said: said.has(r"\sTSIG\s.* BADKEY "),
    "rd": lambda said: "rd" in said.flags,
    **{f"no{flag}": lambda said, flag=flag: flag not in said.flags for flag in ("aa", "ad", "ra", "tc", "z")},  # type: ignore[misc]
}
"""What a probe looks for; anything else it wants is the rcode."""


def wrong(dig: str, where: tuple[str, int], names: dict[str, str], row: str) -> list[str]:
    """Run a probe, and give what was expected and not seen."""
    options, expected = ROWS[row]
    words = [names.get(word, word) for word in options.split()]
    plain = [] if "+rec" in words else ["+norec"]
    command = [dig, f"@{where[0]}", "-p", str(where[1]), "+nocookie", "+noad", "+tries=1", "+time=5", *plain, *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    said = Said(run.stdout + run.stderr)
    if not said.has(r"->>HEADER<<-") or said.has(r"Got bad packet|malformed|extra bytes"):
        return ["no answer that can be read", said.text]
    return [word for word in expected if not (SEEN[word](said) if word in SEEN else said.has(f"status: {word},"))]


FILE_NAMES = {"ZONE": "example", "WWW": "www.example", "BIG": "big.example"}
PEERS = {"nsd": "NSD", "knotd": "Knot", "named": "BIND"}


@dataclass(frozen=True)
class Asked:
    """A `dig`, ours as a server of zone files, and its peers."""

    dig: str
    ours: tuple[str, int]
    peers: dict[str, tuple[str, int]]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], str]) -> Iterator[Asked]:
    """Serve one zone by all four."""
    folder = tmp_path_factory.mktemp("compliance")
    folder.joinpath("example.zone").write_text(ZONE + "\n")
    dig = program("dig")
    with ExitStack() as stack:
        peers = stack.enter_context(serving({name: program(name) for name in SERVERS}, {"example.": ZONE + "\n"}))
        ours = stack.enter_context(Running("--zone-file", str(folder / "example.zone"), "--listen", "127.0.0.1:0"))
        yield Asked(dig, ours.places[0][1], {PEERS[peer.name]: ("127.0.0.1", peer.port) for peer in peers})


@pytest.mark.parametrize("row", ROWS)
def test_a_probe(asked: Asked, row: str) -> None:
    """Ours has nothing wrong, so it is as NSD or better; one of the three at least shows that the probe can be passed."""
    theirs = {name: wrong(asked.dig, where, FILE_NAMES, row) for name, where in asked.peers.items()}
    assert wrong(asked.dig, asked.ours, FILE_NAMES, row) == [], f"wrong with the peers: {theirs}"
    assert [] in theirs.values(), theirs


HUB_NAMES = {"ZONE": "privatelink.azurecr.io", "WWW": "big.privatelink.azurecr.io", "BIG": "big.privatelink.azurecr.io"}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Serve a vantage point, whose private zone has a record set that is too large for UDP."""
    file = tmp_path_factory.mktemp("compliance") / "topology.yaml"
    values = ", ".join(f'"{number:03d}{"x" * 200}"' for number in range(10))
    file.write_text(f"{topology()}    records: {{big: {{ttl: 60, TXT: [{values}]}}}}\n")
    with Running(str(file), "--listen", "hub=127.0.0.1:0") as running:
        yield running.address("hub")


@pytest.mark.parametrize("row", ROWS)
def test_a_probe_at_a_vantage_point(hub: tuple[str, int], program: Callable[[str], str], row: str) -> None:
    """A vantage point, which answers as a resolver does, has nothing wrong either."""
    assert wrong(program("dig"), hub, HUB_NAMES, row) == []
