"""The probe over TLS and HTTPS: against resolvers that people run, and servers with a wrong certificate."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import pytest
import trustme

from acrdns.cli import main
from acrdns.probe.ask import observe
from acrdns.probe.observation import Outcome
from acrdns.probe.resolver import Resolver, parse_server
from tests.free_ports import free_address
from tests.probe.test_unbound import CONFIGURATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NAMES = ["contoso.azurecr.io", "missing.azurecr.io", "dual.azurecr.io", "nodata.azurecr.io"]
OUTCOMES = [Outcome.ANSWER, Outcome.NXDOMAIN, Outcome.ANSWER, Outcome.NODATA]
UNBOUND = """
  interface: {host}@{tls}
  interface: {host}@{https}
  tls-port: {tls}
  https-port: {https}
  tls-service-pem: "{directory}/pem"
  tls-service-key: "{directory}/key"
"""
KRESD = """
net.listen('{host}', {tls}, {{ kind = 'tls' }})
net.listen('{host}', {https}, {{ kind = 'doh2' }})
net.tls('{directory}/pem', '{directory}/key')
policy.add(policy.domains(policy.ANSWER({{ [kres.type.A] = {{ rdata = kres.str2ip('10.0.0.7'), ttl = 10 }} }}),
    policy.todnames({{'contoso.azurecr.io', 'dual.azurecr.io'}})))
policy.add(policy.suffix(policy.DENY, policy.todnames({{'azurecr.io.'}})))
cache.size = 1*MB
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> trustme.CA:
    """Make a certificate authority."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the authority."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))


def certificate(authority: trustme.CA, directory: Path, *names: str) -> None:
    """Write a certificate for names."""
    made = authority.issue_cert(*names)
    made.cert_chain_pems[0].write_to_path(directory / "pem")
    made.private_key_pem.write_to_path(directory / "key")


@contextmanager
def started(command: list[str], directory: Path, ready: str) -> Iterator[None]:
    """Run a server until the block ends; it is ready when it says so."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=directory
    ) as process:
        assert process.stdout is not None
        log = []
        for line in process.stdout:
            log.append(line)
            if ready in line:
                break
        else:
            pytest.fail("".join(log))
        reader = threading.Thread(target=process.stdout.read)
        reader.start()
        try:
            yield
        finally:
            process.terminate()
            reader.join()


@pytest.fixture(scope="module")
def unbound(
    authority: trustme.CA, program: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, int]]:
    """Start unbound; the ports of its transports."""
    directory = tmp_path_factory.mktemp("unbound")
    certificate(authority, directory, "127.0.0.1", "localhost")
    ports = {name: free_address("127.0.0.1")[1] for name in ("udp", "tls", "https")}
    text = CONFIGURATION.format(directory=directory, port=ports["udp"], broken=9)
    more = UNBOUND.format(host="127.0.0.1", directory=directory, **ports)
    (directory / "unbound.conf").write_text(text.replace("remote-control:", f"{more}remote-control:"))
    with started([program("unbound"), "-d", "-c", str(directory / "unbound.conf")], directory, "start of service"):
        yield ports


@pytest.mark.interop
@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize(
    "server",
    [
        "tls://localhost:{tls}",
        "tls://127.0.0.1:{tls}",
        "https://localhost:{https}/dns-query",
        "https://127.0.0.1:{https}",
        "tcp://127.0.0.1:{udp}",
    ],
)
def test_unbound(unbound: dict[str, int], server: str) -> None:
    """Every outcome, many questions at once on one connection."""
    resolver = Resolver((parse_server(server.format(**unbound)),), timeout=20)
    observations = observe(NAMES * 20, resolver)
    assert [seen.outcome for seen in observations] == OUTCOMES * 20
    assert observations[2].ipv6_addresses == ("2001:db8::7",)


@pytest.mark.interop
@pytest.mark.usefixtures("trusted")
def test_knot_resolver(authority: trustme.CA, program: Callable[[str], str], tmp_path: Path) -> None:
    """TLS and HTTPS."""
    certificate(authority, tmp_path, "localhost")
    ports = {name: free_address("127.0.0.1")[1] for name in ("tls", "https")}
    (tmp_path / "kresd.conf").write_text(KRESD.format(host="127.0.0.1", directory=tmp_path, **ports))
    with subprocess.Popen(
        [program("kresd"), "-n", "-c", str(tmp_path / "kresd.conf"), str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=tmp_path,
    ) as process:
        try:
            while process.poll() is None and not all(map(_listens, ports.values())):
                pass
            for server in (f"tls://localhost:{ports['tls']}", f"https://localhost:{ports['https']}/dns-query"):
                observations = observe(NAMES[:3], Resolver((parse_server(server),), timeout=20))
                assert [seen.outcome for seen in observations] == OUTCOMES[:3], observations
        finally:
            process.kill()


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


class Cutting:
    """A TLS server that ends each connection after so many octets of answers."""

    def __init__(self, authority: trustme.CA, *names: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names).configure_cert(self._context)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            try:
                with sock, self._context.wrap_socket(sock, server_side=True) as tls:
                    tls.recv(4096)
                    tls.send(b"\0\x40half")
            except OSError:
                continue


@pytest.mark.usefixtures("trusted")
def test_a_connection_that_is_cut(authority: trustme.CA) -> None:
    """In the middle of an answer: the resolver counts as silent, and the reason is said."""
    with Cutting(authority, "localhost") as server:
        resolver = Resolver((parse_server(f"tls://localhost:{server.port}"),), timeout=60, retries=0)
        (seen,) = observe(NAMES[:1], resolver)
    assert seen.outcome is Outcome.TIMEOUT
    assert f"tls://localhost:{server.port} cannot be reached: the connection was closed" in seen.detail


@pytest.mark.parametrize("transport", ["tls", "https"])
@pytest.mark.parametrize(
    ("names", "trust"), [(("localhost",), False), (("other.example",), True)], ids=["authority", "name"]
)
def test_a_wrong_certificate(
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    transport: str,
    names: tuple[str, ...],
    *,
    trust: bool,
) -> None:
    """Of an unknown authority, or for another name: exit code 2, and --insecure asks all the same, aloud."""
    (authority if trust else trustme.CA()).cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with Cutting(authority, *names) as server:
        options = ["--server", f"{transport}://localhost:{server.port}", "--timeout", "60", "--retries", "0"]
        assert main.run(["check", "contoso.azurecr.io", *options]) == 2
        assert "certificate" in capsys.readouterr().err
        assert main.run(["check", "contoso.azurecr.io", *options, "--insecure", "--format", "json"]) == 2
    out, err = capsys.readouterr()
    assert "certificate" not in err
    assert "--insecure: the certificate of" in out
