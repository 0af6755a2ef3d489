"""What programs printed of a served topology, each in a file of its own: Debian 12, BIND 9.18.49, Knot 3.2.6."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from acrdns.probe.transcripts.read import read

if TYPE_CHECKING:
    from acrdns.probe.answer import ObservedAnswer

PRINTED = Path(__file__).parent / "printed"
C, CP, NOPE = "contoso.azurecr.io", "contoso.privatelink.azurecr.io", "nope.azurecr.io"
RIGHT = (C, "A", "NOERROR", ("10.0.0.7",), (C, CP))
CASES = {
    "kdig-json-contoso": ("kdig", RIGHT, 10),
    "kdig-json-aaaa-contoso": ("kdig", (C, "AAAA", "NODATA", (), (C, CP)), None),
    "kdig-json-nope": ("kdig", (NOPE, "A", "NXDOMAIN", (), (NOPE,)), None),
    "delv-yaml-contoso": ("delv", RIGHT, 10),
    "delv-yaml-nope": ("delv", (NOPE, "A", "NXDOMAIN", (), (NOPE,)), None),
    "dig-bare-contoso": ("dig", RIGHT, 10),
    "dig-bare-nope": ("dig", (NOPE, "A", "OTHER", (), (NOPE,)), None),
    "nslookup-debug-contoso": ("nslookup", (C, None, "NOERROR", ("10.0.0.7",), (C, CP)), None),
    "nslookup-debug-nope": ("nslookup", (NOPE, None, "NXDOMAIN", (), (NOPE,)), None),
}


def shown(answer: ObservedAnswer) -> tuple[object, ...]:
    """Return what an answer says."""
    return answer.fqdn, answer.type, answer.outcome.value, answer.addresses, answer.chain


@pytest.mark.parametrize("name", CASES)
def test_a_program_is_read(name: str) -> None:
    """As one observation, without an ignored line."""
    tool, expected, ttl = CASES[name]
    found = read((PRINTED / f"{name}.txt").read_bytes(), "out.txt")
    (answer,) = found.answers
    assert (answer.tool, shown(answer), answer.ttl) == (tool, expected, ttl)
    assert found.ignored == ()


def test_every_printed_file_is_read() -> None:
    """None lies there for nothing."""
    assert {path.stem for path in PRINTED.iterdir()} == set(CASES)


def test_the_outputs_go_together() -> None:
    """One behind the other in one file."""
    octets = b"".join((PRINTED / f"{name}.txt").read_bytes() for name in CASES)
    found = read(octets, "out.txt")
    assert sorted(map(shown, found.answers), key=str) == sorted(
        (expected for _, expected, _ in CASES.values()), key=str
    )


OTHERS = {
    "ping": "PING contoso.privatelink.azurecr.io (10.0.0.7) 56(84) bytes of data.\n64 bytes from 10.0.0.7: icmp_seq=1 ttl=64 time=0.4 ms\n",
    "curl -v": "*   Trying 10.0.0.7:443...\n* Connected to contoso.azurecr.io (10.0.0.7) port 443 (#0)\n",
    "openssl s_client": "CONNECTED(00000003)\ndepth=0 CN = *.azurecr.io\n",
    "Test-NetConnection": "ComputerName     : contoso.azurecr.io\nRemoteAddress    : 10.0.0.7\nTcpTestSucceeded : True\n",
    "dscacheutil": "name: contoso.privatelink.azurecr.io\nalias: contoso.azurecr.io\nip_address: 10.0.0.7\n",
    "doggo": '{"responses":[{"answers":[{"name":"contoso.azurecr.io.","type":"A","class":"IN","ttl":"10s","address":"10.0.0.7"}]}]}\n',
    "dig +short +identify": "10.0.0.7 from server 10.0.0.4 in 0 ms.\n",
    "a SOA record alone": "azurecr.io. 300 IN SOA ns1-01.azure-dns.com. azuredns-hostmaster.microsoft.com. 1 3600 300 2419200 300\n",
}
"""Nobody can tell which question they answer, or acrdns has no reader for them."""


@pytest.mark.parametrize("tool", OTHERS)
def test_what_is_not_read_is_listed(tool: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every line, with a reason, and the exit code says that nothing was read."""
    found = read(OTHERS[tool].encode(), "out.txt")
    assert found.answers == ()
    assert [line.line for line in found.ignored] == list(range(1, OTHERS[tool].count("\n") + 1))
    file = tmp_path / "out.txt"
    file.write_text(OTHERS[tool], encoding="utf-8")
    assert main.run(["observe", str(file)]) == 2
    assert "ignored, it" in capsys.readouterr().out
