"""Root only to bind: after that every process of the server is another user's."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import socket
import sys
import sysconfig
import urllib.request
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.xfr
import dns.zone
import pytest

from acrdns.cli.main import load
from tests.free_ports import free_host
from tests.serve.observe.test_status import until, url
from tests.serve.running import SECONDS, ZONE, Running, addresses, ask, command, split, topology
from tests.serve.test_transfers import KEY, THEIRS

if TYPE_CHECKING:
    from collections.abc import Iterator

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
SOMEBODY = pwd.getpwnam("nobody")
BELOW_1024 = f"{free_host()}:53"


@pytest.fixture
def file() -> Iterator[Path]:
    """Return a topology file that everybody may read."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "topology.yaml"
        path.write_text(topology())
        path.parent.chmod(0o755)
        yield path


def site_packages() -> str:
    """Return where the packages are that acrdns needs."""
    return sysconfig.get_path("purelib")


class SilentResolver:
    """A resolver that answers nobody."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = "{}:{}".format(*self._socket.getsockname())

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def identity(pid: int) -> tuple[set[int], set[int], set[int]]:
    """Return all user ids, group ids and further groups of a process."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    users, groups, others = (set(map(int, lines[name].split())) for name in ("Uid", "Gid", "Groups"))
    return users, groups, others


@as_root
def test_port_53_is_served_by_somebody_else(file: Path) -> None:
    """Parent, workers and log writer have given up root with all its groups, answer, and reload."""
    with Running(str(file), f"--listen=hub={BELOW_1024}", "--user=nobody", "--workers=2", "--log-queries") as server:
        for pid in (server.process.pid, *server.children()):
            assert identity(pid) == ({SOMEBODY.pw_uid}, {SOMEBODY.pw_gid}, {SOMEBODY.pw_gid})
        assert len(server.children()) == 3
        where = server.address("hub")
        assert where == split(BELOW_1024)
        assert addresses(where, "contoso.azurecr.io") == ["10.0.0.7"]
        file.write_text(topology("10.0.0.77"))
        server.hang_up()
        server.err.until("^reloaded")
        assert addresses(where, "contoso.azurecr.io") == ["10.0.0.77"]
        assert addresses(where, "contoso.azurecr.io", tcp=True) == ["10.0.0.77"]
        file.write_text("registries: {contoso: {loction: eastus}}\n")
        server.hang_up()
        assert "did you mean" in server.err.until("loction")
        assert server.stop() == 0


@as_root
def test_acrdns_may_lie_where_only_root_reads(file: Path) -> None:
    """As in root's home: what is imported late is imported before root is given up."""
    home = file.parent / "home"
    shutil.copytree(Path(__file__).parents[3] / "acrdns", home / "acrdns")
    home.chmod(0o700)
    with Running(str(file), "--listen=hub=127.0.0.1:0", "--user=nobody", "--workers=2", cwd=home) as server:
        assert addresses(server.address("hub"), "contoso.azurecr.io") == ["10.0.0.7"]
        file.write_text("registries: {contoso: {loction: eastus}}\n")
        server.hang_up()
        assert "did you mean" in server.err.until("loction")
        file.write_text(topology("10.0.0.77"))
        server.hang_up()
        server.err.until("^reloaded")
        assert addresses(server.address("hub"), "contoso.azurecr.io") == ["10.0.0.77"]
        assert len(server.children()) == 2
        assert server.stop() == 0


def every_option(home: Path, upstream: str) -> dict[str, tuple[str, ...]]:
    """Return the values of each option of `serve`; the files that they name are in a folder."""
    return {
        "--listen": ("hub=127.0.0.1:0",),
        "--zone-file": (f"{home / 'example.zone'}",),
        "--include-from": (f"{home / 'elsewhere'}",),
        "--upstream": (upstream,),
        "--pass-special-names": (),
        "--ecs": (),
        "--by-client": (),
        "--watch": (),
        "--log-queries": (),
        "--log-format": ("json",),
        "--query-socket": (f"{home / 'queries'}",),
        "--allow-transfer": ("127.0.0.0/8",),
        "--notify": ("127.0.0.1:9",),
        "--tsig-key": (f"{home / 'transfer.key'}",),
        "--ixfr-journal": (f"{home / 'journal'}",),
        "--allow": ("127.0.0.0/8",),
        "--rate-limit": ("100",),
        "--slip": ("1",),
        "--user": ("nobody",),
        "--metrics": ("127.0.0.1:0",),
        "--workers": ("2",),
        "--cache-size": ("10",),
        "--assume": ("rules-apply-to-aliases=yes",),
    }


def test_no_option_is_forgotten() -> None:
    """The test below has all that `acrdns serve` takes."""
    options = {parameter.opts[-1] for parameter in load("serve").params if parameter.param_type_name == "option"}
    assert options == every_option(Path(), "").keys()


def is_limited(where: tuple[str, int]) -> bool:
    """Return whether a client that asks without a pause is made to ask over TCP."""
    packet = dns.message.make_query("contoso.azurecr.io", "A").to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.connect(where)
        client.settimeout(1.0)
        for _ in range(300):
            client.send(packet)
        with suppress(TimeoutError):
            while not dns.message.from_wire(client.recv(4096)).flags & dns.flags.TC:
                pass
            return True
    return False


@as_root
@pytest.mark.slow
def test_every_option_works_where_only_root_can_read_python(file: Path) -> None:
    """Nothing has to be imported, and no codec found, once root is given up; errors of every kind included."""
    with TemporaryDirectory() as directory:
        home = Path(directory)
        hidden = home / "hidden"
        (home / "journal").mkdir()
        os.chown(home / "journal", SOMEBODY.pw_uid, SOMEBODY.pw_gid)
        (home / "transfer.key").write_text(KEY)
        (home / "elsewhere").mkdir()
        (home / "elsewhere" / "more").write_text("more A 192.0.2.77\n")
        zone = home / "example.zone"
        with_include = f"{ZONE}\n$INCLUDE elsewhere/more\n"
        zone.write_text(with_include)
        hidden.mkdir()
        (hidden / "python").symlink_to(sys.base_prefix)
        (hidden / "packages").symlink_to(site_packages())
        (hidden / "repository").symlink_to(Path(__file__).parents[3])
        home.chmod(0o755)
        hidden.chmod(0o700)
        behind = SilentResolver()
        python = [
            "env",
            "-C",
            directory,
            f"PYTHONHOME={hidden}/python",
            f"PYTHONPATH={hidden}/packages:{hidden}/repository",
        ]
        options = [word for name, values in every_option(home, behind.address).items() for word in (name, *values)]
        with behind, Running(str(file), *options, before=python, python=f"{sys.base_prefix}/bin/python3") as server:
            status = url(server)
            where = server.address("hub")
            for tcp in (False, True):
                assert addresses(where, "contoso.azurecr.io", tcp=tcp) == ["10.0.0.7"]
                assert addresses(where, "more.example", tcp=tcp) == ["192.0.2.77"]
                for outside in ("elsewhere.test.example.org", "printer.home.arpa"):
                    assert ask(where, outside, tcp=tcp).rcode() == dns.rcode.SERVFAIL
            server.err.until('^{.*"contoso.azurecr.io')
            taken = dns.zone.Zone("privatelink.azurecr.io")
            query, _ = dns.xfr.make_query(taken, keyring=THEIRS)
            dns.query.inbound_xfr(where[0], taken, query, port=where[1], timeout=SECONDS, lifetime=SECONDS)
            for accept in ("application/openmetrics-text", "text/plain"):
                request = urllib.request.Request(  # noqa: S310 -- http, of our own server
                    f"{status}/metrics", headers={"Accept": accept, "Accept-Encoding": "gzip"}
                )
                assert urllib.request.urlopen(request, timeout=SECONDS).status == 200  # noqa: S310 -- the same
            for wrong in ("registries: {contoso: {loction: eastus}}\n", "\x00", "a: [", "\u00e9: 1", "version: 9\n"):
                file.write_text(wrong)
                server.err.until("^not reloaded")
            file.write_bytes(b"\xff\xfe")
            server.err.until("^not reloaded")
            zone.write_text(with_include + "\nx HTTPS 1 . alpn=h2\ny TLSA 3 1 1 abc\nz TXT \\300\n")
            file.write_text(topology("10.0.0.77"))
            server.err.until("TLSA")
            zone.write_text(with_include + "\nx HTTPS 1 . alpn=h2\nw LOC 42 21 54 N 71 06 18 W -24m 30m\n")
            server.err.until("^reloaded")
            assert addresses(where, "contoso.azurecr.io") == ["10.0.0.77"]
            until(lambda: is_limited(where))
            assert server.stop() == 0
            said = "\n".join(server.err.all())
        assert not re.search("LookupError|ImportError|ModuleNotFound|PermissionError|this is a bug|Traceback", said), (
            said
        )


@as_root
def test_a_group_of_its_own(file: Path) -> None:
    """`NAME:GROUP` names another group than the user's own."""
    with Running(str(file), "--listen=hub=127.0.0.1:0", "--user=nobody:daemon") as server:
        users, groups, _ = identity(server.process.pid)
        assert (users, groups) == ({SOMEBODY.pw_uid}, {1})


@as_root
def test_a_file_that_the_user_may_not_read_is_said_at_the_start(file: Path) -> None:
    """Not only when the first reload fails."""
    file.chmod(0o600)
    with Running(str(file), "--listen=hub=127.0.0.1:0", "--user=nobody") as server:
        assert server.err.until("may not read").startswith(f"{file}: nobody may not read this file")
        assert addresses(server.address("hub"), "contoso.azurecr.io") == ["10.0.0.7"]


@as_root
@pytest.mark.parametrize("where", [BELOW_1024, "127.0.0.1:0"], ids=["below 1024", "any"])
def test_files_of_others_are_loaded_without_root(file: Path, where: str) -> None:
    """A stranger's zone file cannot include what only root may read, whatever the port; nothing of that is printed."""
    secret, zone = file.with_name("secret.zone"), file.with_name("example.zone")
    secret.write_text("hidden TXT secret-word\n")
    secret.chmod(0o600)
    zone.write_text(f"{ZONE}\n$INCLUDE secret.zone\n")
    arguments = (f"--zone-file={zone}", f"--listen={where}", "--workers=1")
    refused = command(*arguments, "--user=nobody")
    assert refused.returncode == 2
    assert refused.stderr.endswith("cannot include secret.zone: Permission denied\n")
    assert "word" not in refused.stderr
    with Running(*arguments) as server:
        assert "secret-word" in ask(server.address("zone files"), "hidden.example", "TXT").to_text()


@as_root
@pytest.mark.parametrize(
    ("user", "says"),
    [
        ("nobodyy", "acrdns: --user nobodyy: there is no user 'nobodyy' on this machine"),
        ("nobody:nogruop", "acrdns: --user nobody:nogruop: there is no group 'nogruop' on this machine"),
        ("root", "acrdns: --user root: this user has root's privileges; name one that has none"),
    ],
)
def test_who_it_cannot_become(file: Path, user: str, says: str) -> None:
    """One line, and exit code 2."""
    done = command(str(file), "--listen=127.0.0.1:0", f"--user={user}")
    assert (done.returncode, done.stderr) == (2, says + "\n")


@pytest.mark.skipif(os.geteuid() == 0, reason="root can")
def test_only_root_can(file: Path) -> None:
    """Somebody else is told so."""
    done = command(str(file), "--listen=127.0.0.1:0", "--user=nobody")
    assert done.returncode == 2
    assert "only root can become another user" in done.stderr
