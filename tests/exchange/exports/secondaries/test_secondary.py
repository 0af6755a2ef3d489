from __future__ import annotations

import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from acrdns.address import Address
from acrdns.cli.main import run
from acrdns.errors import ListenError
from acrdns.exchange.exports.secondaries import bind, knot, nsd
from acrdns.exchange.exports.secondaries.secondary import SecondaryConfig, label, secondaries
from acrdns.names import name
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from acrdns.wire.transfer.keyfile import Key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TOPOLOGY = """
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  spoke_1.test: {address_space: [10.1.0.0/16]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}}}
  corp.example: {virtual_network_links: {hub: {}}}
"""
WORLD = World(loads(TOPOLOGY, "topology.yaml"))
KEY = Key(name("transfer.example"), "hmac-sha256", b"a secret")
SECRET = "YSBzZWNyZXQ="


def _hub(key: Key | None = KEY, listen: str = "10.0.0.5") -> SecondaryConfig:
    (found,) = secondaries(WORLD, ["hub=10.0.0.4:5300"], [f"hub={listen}"], key=key, state="/var/lib/acrdns")
    return found


NSD = """\
# Written by acrdns export nsd; write it again when zones come or go (records need nothing).
# The view of hub: fed by 10.0.0.4:5300.
# There is a secret in here: keep it as private as the key file.

server:
    ip-address: 10.0.0.5@53
    port: 53
    zonesdir: "/var/lib/acrdns/hub"
    pidfile: "/var/lib/acrdns/hub/nsd.pid"
    xfrdfile: "/var/lib/acrdns/hub/xfrd.state"
    zonelistfile: "/var/lib/acrdns/hub/zone.list"
    xfrdir: "/var/lib/acrdns/hub"
    database: ""
    minimal-responses: yes
    hide-version: yes

remote-control:
    control-enable: no

key:
    name: "transfer.example"
    algorithm: hmac-sha256
    secret: "YSBzZWNyZXQ="

pattern:
    name: "acrdns"
    zonefile: "%s.zone"
    request-xfr: 10.0.0.4@5300 transfer.example
    allow-notify: 10.0.0.4 transfer.example

zone:
    name: "azurecr.io"
    include-pattern: "acrdns"
"""


def test_nsd_lists_the_zones_of_a_view() -> None:
    """One server block, the key, how zones are fetched, and each zone."""
    text = nsd.render(_hub())
    assert text.startswith(NSD)
    assert text.count("\nzone:\n") == len(_hub().zones)
    assert 'name: "corp.example"' in text


KNOT = """\
# Written by acrdns export knot; zones come and go by the catalog.
# The view of hub: fed by 10.0.0.4:5300.

server:
    listen: 10.0.0.5@53
    rundir: "/var/lib/acrdns/hub"

database:
    storage: "/var/lib/acrdns/hub"

remote:
  - id: primary
    address: 10.0.0.4@5300

acl:
  - id: primary
    address: 10.0.0.4
    action: notify

template:
  - id: default
    storage: "/var/lib/acrdns/hub"
    master: primary
    acl: primary
  - id: member
    storage: "/var/lib/acrdns/hub"
    master: primary
    acl: primary

zone:
  - domain: "catalog.hub.acrdns.invalid"
    catalog-role: interpret
    catalog-template: member
"""


def test_knot_follows_the_catalog() -> None:
    """Without a key nothing is signed, and no secret is in it."""
    assert knot.render(_hub(None)) == KNOT


def test_bind_has_a_view_for_each_of_ours() -> None:
    """Told apart by the address that is asked; the key where it is used."""
    found = secondaries(WORLD, [], [], key=KEY)
    text = bind.render(found, "/var/lib/acrdns")
    assert [each.listen.host for each in found] == ["127.0.0.2", "127.0.0.3", "127.0.0.4"]
    assert [line for line in text.splitlines() if "match-destinations" in line] == [
        f"    match-destinations {{ {host}; }};" for host in ("127.0.0.2", "127.0.0.3", "127.0.0.4")
    ]
    assert '{ 127.0.0.1 port 5301 key "transfer.example"; }' in text
    assert text.count(SECRET) == 1


def test_bind_cannot_have_two_views_at_one_address() -> None:
    """The ports differ, and BIND does not look at them."""
    found = secondaries(WORLD, [], [f"127.0.0.1:{port}" for port in (5400, 5401, 5402)])
    with pytest.raises(ListenError, match=r"views of internet and hub would both be at 127\.0\.0\.1"):
        bind.render(found, "/var/lib/acrdns")


CHECKERS: dict[str, tuple[Callable[[Sequence[SecondaryConfig]], str], list[str]]] = {
    "nsd": (lambda found: nsd.render(found[0]), ["nsd-checkconf", "FILE"]),
    "knot": (lambda found: knot.render(found[0]), ["knotc", "-c", "FILE", "conf-check"]),
    "bind": (lambda found: bind.render(found, str(found[0].directory)), ["named-checkconf", "FILE"]),
}


@pytest.mark.interop
@pytest.mark.parametrize("kind", CHECKERS)
@pytest.mark.parametrize("listen", ["10.0.0.5", "0.0.0.0", "::", "[2001:db8::5]:5353"])
@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "signed"])
def test_the_servers_own_checkers_agree(
    kind: str, listen: str, key: Key | None, program: Callable[[str], str], tmp_path: Path
) -> None:
    """`nsd-checkconf`, `knotc conf-check` and `named-checkconf` find nothing to say."""
    (tmp_path / "hub").mkdir()
    found = secondaries(WORLD, ["hub=[2001:db8::4]:5300"], [f"hub={listen}"], key=key, state=str(tmp_path))
    render, (command, *arguments) = CHECKERS[kind]
    path = tmp_path / "server.conf"
    path.write_text(render(found))
    arguments = [str(path) if each == "FILE" else each for each in arguments]
    done = subprocess.run([program(command), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_zones_of_files_are_in_the_first_view() -> None:
    """They hide what lies below them there, as they do in answers."""
    first, second, _ = secondaries(WORLD, [], [], zone_files=[name("azurecr.io")])
    assert name("azurecr.io") in first.zones
    assert name("privatelink.azurecr.io") not in first.zones
    assert name("privatelink.azurecr.io") in second.zones


@pytest.mark.parametrize(
    ("primaries", "listens", "vantage", "message"),
    [
        (["hub=10.0.0.4"], [], "internet", "--primary: no address is for the vantage point internet"),
        ([], ["hub=10.0.0.5"], "internet", "--listen: the view of internet has no address"),
        (["nonsense"], [], "", "is no IP address"),
    ],
)
def test_addresses_that_do_not_fit_are_said(
    primaries: list[str], listens: list[str], vantage: str, message: str
) -> None:
    """With the option that they were given by."""
    with pytest.raises(ListenError, match=message):
        secondaries(WORLD, primaries, listens, vantage=vantage)


def test_one_view_needs_no_name_for_its_address() -> None:
    """`--from hub --listen 10.0.0.5` is clear enough."""
    (found,) = secondaries(WORLD, [], ["10.0.0.5"], vantage="hub")
    assert found.listen == Address("10.0.0.5", 53)


def test_labels_are_file_names_and_differ() -> None:
    """Whatever a network is called."""
    texts = ["hub", "a.b", "a-b", "a/b", "..", "ä", "hub 1"]
    labels = [label(text) for text in texts]
    assert labels[0] == "hub"
    assert len(set(labels)) == len(texts)
    assert all(each.replace("-", "").replace("_", "").isalnum() and each.isascii() for each in labels)


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Return a topology file."""
    path = tmp_path / "topology.yaml"
    path.write_text(TOPOLOGY)
    return str(path)


@pytest.mark.parametrize("kind", ["nsd", "knot"])
def test_several_views_are_several_files(
    kind: str, file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One server has one view; what holds a secret is for its owner's eyes."""
    assert run(["export", kind, file]) == 2
    assert "choose one with --from, or write all with --output DIR" in capsys.readouterr().err
    key = tmp_path / "transfer.key"
    key.write_text(f'key "transfer.example" {{ algorithm hmac-sha256; secret "{SECRET}"; }};\n')
    assert run(["export", kind, file, "--tsig-key", str(key), "--output", str(tmp_path / "out")]) == 0
    written = sorted((tmp_path / "out").iterdir())
    assert capsys.readouterr().out.split() == [
        str(tmp_path / "out" / f"{kind}-{each}.conf") for each in ("internet", "hub", label("spoke_1.test"))
    ]
    assert len(written) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in written} == {0o600}


def test_one_view_goes_to_stdout(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As everything that is data does."""
    assert run(["export", "knot", file, "--from", "hub"]) == 0
    assert "catalog.hub.acrdns.invalid" in capsys.readouterr().out
    assert run(["export", "knot", file, "--from", "nowhere"]) == 2
    assert "there is no vantage point 'nowhere'" in capsys.readouterr().err


def test_bind_goes_to_stdout_whole(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All views are one server's."""
    assert run(["export", "bind", file]) == 0
    assert capsys.readouterr().out.count("\nview ") == 3


def test_includes_are_looked_for_as_serve_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the file's own folder, and from those of --include-from."""
    topology, zone, elsewhere = tmp_path / "t.yaml", tmp_path / "zones" / "corp.zone", tmp_path / "elsewhere"
    for folder in (zone.parent, elsewhere):
        folder.mkdir()
    topology.write_text(TOPOLOGY)
    zone.write_text("$ORIGIN corp.test.\n$TTL 300\n@ SOA ns host 1 2 3 4 5\n@ NS ns\n$INCLUDE ../elsewhere/more\n")
    (elsewhere / "more").write_text("ns A 192.0.2.1\n")
    arguments = ["export", "nsd", str(topology), "--from=hub", "--primary=hub=10.0.0.4", "--zone-file", str(zone)]
    assert run(arguments) == 2
    assert "name its folder with --include-from" in capsys.readouterr().err
    assert run([*arguments, f"--include-from={elsewhere}"]) == 0
    assert "corp.test" in capsys.readouterr().out
