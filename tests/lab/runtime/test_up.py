"""`acrdns lab up` and the orders to it, without namespaces: clients reach each vantage point through its proxy."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from acrdns.cli.main import run
from acrdns.errors import LabError
from acrdns.lab.runtime import remains
from acrdns.lab.runtime.place import listen
from tests.free_ports import free_address
from tests.lab.conftest import SECONDS, Labs, without_namespaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("lab up")  # one lab for all of them


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a runtime directory in which a lab of a geo-replicated registry is up, its table in `table`."""
    directory = tmp_path_factory.mktemp("run")
    with (directory / "table").open("w") as table:
        started = subprocess.run(
            (*Labs().command, "up", "private-link-geo", "--no-namespaces", "--detach"),
            env={**os.environ, "XDG_RUNTIME_DIR": str(directory)},
            stdout=table,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    assert started.returncode == 0, started.stderr
    yield directory
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(directory))
        patch.delenv("ACRDNS_LAB", raising=False)
        assert run(["lab", "down"]) == 0


@pytest.fixture(autouse=True)
def _in_its_runtime_directory(runtime: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("ACRDNS_LAB", raising=False)


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true, for as long as a busy machine may need."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def variables(capsys: pytest.CaptureFixture[str], vantage: str) -> dict[str, str]:
    """Return what `lab env` exports."""
    assert run(["lab", "env", "--from", vantage]) == 0
    return dict(re.findall(r"^export (\w+)=(.*)$", capsys.readouterr().out, re.MULTILINE))


def curl(environment: dict[str, str], *arguments: str) -> str:
    """Return all that curl prints."""
    done = subprocess.run(
        ("curl", "-sS", "-i", *arguments),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    return done.stdout + done.stderr


def test_the_table_ends_with_ready(runtime: Path) -> None:
    """Each vantage point has a proxy, each endpoint in reach an address on loopback."""
    lines = (runtime / "table").read_text().splitlines()
    assert lines[-1] == "ready"
    rows = {(line.split()[0], *line.split()[2:]): line.split()[1] for line in lines[1:-1]}
    assert rows["hub", "10.0.0.7", "contoso.azurecr.io"].startswith("127.0.0.1:")
    assert ("internet", "10.0.0.7", "contoso.azurecr.io") not in rows
    for vantage in ("hub", "internet"):
        assert {(vantage, "proxy:", "HTTPS_PROXY"), (vantage, "DNS")} <= set(rows)


def row(runtime: Path, what: str) -> str:
    """Return what the table says for clients of the hub that take no proxy."""
    start = re.compile(rf"^hub +{what} +(.*)$", re.MULTILINE)
    return "\n".join(start.findall((runtime / "table").read_text()))


def test_a_client_without_a_proxy(
    capsys: pytest.CaptureFixture[str], program: Callable[[str], str], runtime: Path
) -> None:
    """The table says where each name leads; asked at a port, the registry leads to the port of the data endpoint."""
    program("curl")
    found = variables(capsys, "hub")
    environment = {"CURL_CA_BUNDLE": found["CURL_CA_BUNDLE"]}
    connect = [part for each in row(runtime, "curl --connect-to").split() for part in ("--connect-to", each)]
    assert "HTTP/1.1 401" in curl(environment, *connect, "https://contoso.azurecr.io/v2/")
    login = row(runtime, "image").partition("/")[0]
    hosts = row(runtime, "hosts file").split()
    assert {"contoso.azurecr.io", "contoso.eastus.data.azurecr.io"} <= set(hosts[1:])
    ports = dict(re.findall(r"^(\S+):443:127.0.0.1:(\d+)$", row(runtime, "curl --connect-to"), re.MULTILINE))
    resolve = [part for host, port in ports.items() for part in ("--resolve", f"{host}:{port}:{hosts[0]}")]
    user = ("-u", f"{found['ACRDNS_LAB_USER']}:{found['ACRDNS_LAB_PASSWORD']}")
    manifests = f"https://{login}/v2/hello-world/manifests"
    index = json.loads(curl(environment, *resolve, *user, f"{manifests}/latest").partition("\n{")[2].join(("{", "")))
    manifest = f"{manifests}/{index['manifests'][0]['digest']}"
    image = json.loads(curl(environment, *resolve, *user, manifest).partition("\n{")[2].join(("{", "")))
    layer = f"https://{login}/v2/hello-world/blobs/{image['config']['digest']}"
    printed = curl(environment, *resolve, *user, "-L", "-o", os.devnull, "-w", "%{http_code} %{url_effective}", layer)
    assert printed.startswith(
        f"200 https://contoso.eastus.data.azurecr.io:{ports['contoso.eastus.data.azurecr.io']}/?t="
    )


@pytest.mark.interop
def test_skopeo_without_a_proxy(
    labs: Labs, capsys: pytest.CaptureFixture[str], program: Callable[[str], str], runtime: Path, tmp_path: Path
) -> None:
    """With the hosts file, the port in the image's name and the directory of the certificate, as the table says."""
    program("skopeo")
    found = variables(capsys, "hub")
    image, _, certificates = row(runtime, "image").partition("/..., with that hosts file and --cert-dir ")
    (tmp_path / "hosts").write_text(f"127.0.0.1 localhost\n{row(runtime, 'hosts file')}\n")
    copy = f"skopeo copy -q --src-cert-dir {certificates.strip()} docker://{image}/hello-world:latest dir:{tmp_path}/x"
    namespaces = ("-m",) if os.geteuid() == 0 else ("-rm",)
    done = subprocess.run(
        ("unshare", *namespaces, "sh", "-c", f"mount --bind {tmp_path}/hosts /etc/hosts && {copy}"),
        env={**os.environ, "REGISTRY_AUTH_FILE": found["REGISTRY_AUTH_FILE"]},
        capture_output=True, text=True, check=False, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("vantage", "host", "expected"),
    [
        ("hub", "contoso.azurecr.io/v2/", "HTTP/1.1 401 Unauthorized"),
        ("internet", "contoso.azurecr.io/v2/", "client with IP '198.18.0.5' is not allowed access"),
        ("hub", "contoso.privatelink.azurecr.io/v2/", "(60)"),
        ("hub", "nowhere.azurecr.io/v2/", "HTTP/1.1 502 nowhere.azurecr.io: NXDOMAIN"),
        ("hub", "192.0.2.99/v2/", "(28)"),
    ],
)
def test_a_proxy_is_where_its_network_is(
    capsys: pytest.CaptureFixture[str], program: Callable[[str], str], vantage: str, host: str, expected: str
) -> None:
    """It resolves by the network's DNS and connects where the network may; what fails shows in its status line."""
    program("curl")
    patience = "1" if expected == "(28)" else str(SECONDS)
    assert expected in curl(variables(capsys, vantage), "--max-time", patience, f"https://{host}")


def test_a_vantage_point_that_there_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """Those that there are, are listed."""
    assert run(["lab", "env", "--from", "nowhere"]) == 2
    err = capsys.readouterr().err
    assert "the topology has no vantage point 'nowhere'; there are internet, hub" in err


def test_check_pulls_through_the_proxy(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the variables of `lab env` names and pulls go where the network's clients go, and the causes are named."""
    for name, value in variables(capsys, "hub").items():
        monkeypatch.setenv(name, value)
    assert run(["check", "private-link-geo", "--from", "hub", "--pull", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["summary"]["pass"], found["pulls"][0]["status"]) == (4, "pass")
    host, port = free_address()
    nobody = ("--server", f"{host}:{port}", "--timeout", "0.1", "--retries", "0")
    code = run(["check", "private-link-geo", "--from", "hub", "--pull", "--format", "json", *nobody])
    (pull,) = json.loads(capsys.readouterr().out)["pulls"]
    assert (code, pull["status"], pull["failed"]) == (1, "pass", None)
    monkeypatch.setenv("ACRDNS_LAB_PROXY", variables(capsys, "internet")["HTTPS_PROXY"])
    assert run(["check", "private-link-geo", "--pull", "--format", "json", *nobody]) == 1
    (pull,) = json.loads(capsys.readouterr().out)["pulls"]
    assert (pull["status"], pull["failed"], pull["cause"]) == ("fail", "login", "denied")


def test_slow_clients_hold_nobody_up(capsys: pytest.CaptureFixture[str], runtime: Path) -> None:
    """Thirty that have sent half a request, and one that reads a layer byte by byte, get their answers in the end."""
    import socket
    import ssl

    import httpx

    found = variables(capsys, "hub")
    context = ssl.create_default_context(cafile=found["SSL_CERT_FILE"])
    user = (found["ACRDNS_LAB_USER"], found["ACRDNS_LAB_PASSWORD"])
    ports = dict(re.findall(r"^(\S+):443:127.0.0.1:(\d+)$", row(runtime, "curl --connect-to"), re.MULTILINE))

    def connected(host: str) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", int(ports[host])), timeout=SECONDS)
        return context.wrap_socket(plain, server_hostname=host)

    layer = os.urandom(8 << 20)
    digest = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    halves = [connected("contoso.azurecr.io") for _ in range(30)]
    for each in halves:
        each.sendall(b"GET /v2/ HTTP/1.1\r\nHost: contoso")
    with httpx.Client(proxy=found["HTTPS_PROXY"], verify=context, auth=user, timeout=SECONDS) as client:
        base = "https://contoso.azurecr.io/v2/slow/blobs"
        begun = client.post(f"{base}/uploads/").headers["location"]
        put = client.put(f"https://contoso.azurecr.io{begun}&digest={digest}", content=layer)
        assert put.status_code == 201
        link = client.get(f"{base}/{digest}").headers["location"]
        slow = connected("contoso.eastus.data.azurecr.io")
        path = link.removeprefix("https://contoso.eastus.data.azurecr.io")
        slow.sendall(
            f"GET {path} HTTP/1.1\r\nHost: contoso.eastus.data.azurecr.io\r\nConnection: close\r\n\r\n".encode()
        )
        started = slow.recv(16)
        assert client.get("https://contoso.azurecr.io/v2/").status_code == 200
        assert hashlib.sha256(httpx.get(link, proxy=found["HTTPS_PROXY"], verify=context).content).hexdigest() in digest
    rest = b"".join(iter(lambda: slow.recv(1 << 16), b""))
    assert (started + rest).partition(b"\r\n\r\n")[2] == layer
    for each in halves:
        each.sendall(b".azurecr.io\r\n\r\n")
        assert each.recv(64).startswith(b"HTTP/1.1 401 ")
        each.close()
    slow.close()


@pytest.mark.parametrize("request_line", ["GET http://contoso.azurecr.io/ HTTP/1.1", "CONNECT nowhere HTTP/1.1"])
def test_a_proxy_takes_connect_alone(capsys: pytest.CaptureFixture[str], request_line: str) -> None:
    """Other requests are refused with the reason."""
    import socket

    proxy = variables(capsys, "hub")["HTTPS_PROXY"].rpartition(":")[2]
    with socket.create_connection(("127.0.0.1", int(proxy)), timeout=SECONDS) as client:
        client.sendall(f"{request_line}\r\nHost: x\r\n\r\n".encode())
        assert client.recv(4096).startswith(b"HTTP/1.1 405 only CONNECT")


def status(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    """Return the status of the lab."""
    capsys.readouterr()
    assert run(["lab", "status", "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    assert run(["schema", "lab-status"]) == 0
    schema = json.loads(capsys.readouterr().out)
    Draft202012Validator(schema).validate(found)
    assert set(found) == set(schema["properties"])
    return found


def test_the_clock_moves(capsys: pytest.CaptureFixture[str]) -> None:
    """It goes on from there, or goes back."""
    before = status(capsys)["offset_seconds"]
    assert run(["lab", "clock", "+21m"]) == 0
    after = status(capsys)["offset_seconds"]
    assert run(["lab", "clock", "-90s"]) == 0
    assert run(["lab", "clock", "+90s"]) == 0
    assert status(capsys)["offset_seconds"] == after
    assert isinstance(before, float | int)
    assert after == before + 21 * 60


def test_a_region_goes_down_and_up(capsys: pytest.CaptureFixture[str]) -> None:
    """Its state and its lag are kept until they are changed."""
    assert run(["lab", "region", "West US", "--down", "--lag", "30s"]) == 0
    assert status(capsys)["regions"] == {"westus": {"down": True, "lag_seconds": 30.0}}
    assert run(["lab", "region", "westus", "--up"]) == 0
    assert run(["lab", "region", "westus", "--lag", "PT0S"]) == 0
    assert status(capsys)["regions"] == {"westus": {"down": False, "lag_seconds": 0.0}}


def test_connections_bounce_between_replicas(capsys: pytest.CaptureFixture[str]) -> None:
    """Until that is ended."""
    for arguments, bouncing in ((("bounce",), True), (("bounce", "--off"), False)):
        assert run(["lab", *arguments]) == 0
        assert status(capsys)["bouncing"] is bouncing


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("region", "mars", "--down"), "no registry is in region 'mars'; there are eastus, westeurope, westus"),
        (("region", "westus"), "say --down, --up or --lag"),
        (("region", "westus", "--down", "--up"), "say --down or --up, not both"),
        (("region", "westus", "--lag", "soon"), "'soon' is no duration"),
        (("clock", "noon"), "'noon' is no time"),
        (("load", "dir:/x", "contoso.azurecr.io/a:v1"), "'dir:/x' is no OCI layout"),
        (("load", "oci:/no/such", "contoso.azurecr.io/a:v1"), "no such file"),
        (("load", "oci:/", "contoso.azurecr.io/a:v1"), "is no OCI image layout"),
        (
            ("load", "oci:/", "fabrikam.azurecr.io/a:v1"),
            "no login server of the topology; there are contoso.azurecr.io",
        ),
        (("load", "oci:/", "contoso.azurecr.io/A"), "is no image"),
        (("up", "private-link-geo"), "a lab is up already"),
    ],
)
def test_orders_that_cannot_be_carried_out(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    """They are exit code 2 and a line that says why; the lab goes on."""
    assert run(["lab", *arguments]) == 2
    assert message in capsys.readouterr().err
    status(capsys)


@pytest.mark.interop
def test_an_image_is_loaded_and_pulled(
    capsys: pytest.CaptureFixture[str], program: Callable[[str], str], runtime: Path
) -> None:
    """Skopeo copies hello-world out as a layout, `lab load` takes it in, and skopeo gets the same image."""
    program("skopeo")
    environment = {**os.environ, **variables(capsys, "hub")}

    def skopeo(*arguments: str) -> str:
        done = subprocess.run(
            ("skopeo", *arguments), env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    layout = f"oci:{runtime}/layout:hello"
    skopeo("copy", "--all", "--preserve-digests", "docker://contoso.azurecr.io/hello-world:latest", layout)
    assert run(["lab", "load", layout, "contoso.azurecr.io/team/hello:v1"]) == 0
    digest = capsys.readouterr().out.strip()
    shown = skopeo("inspect", "--raw", f"docker://contoso.azurecr.io/team/hello@{digest}")
    assert shown == skopeo("inspect", "--raw", "docker://contoso.azurecr.io/hello-world:latest")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("where", ["XDG_RUNTIME_DIR", "TMPDIR"])
def test_a_signal_ends_a_lab(tmp_path: Path, number: signal.Signals, where: str) -> None:
    """It is found in the runtime directory, else in the user's own below the temporary one; nothing of it stays."""
    environment = {**os.environ, "XDG_RUNTIME_DIR": "", "TMPDIR": str(tmp_path), where: str(tmp_path)}
    command = (*Labs().command, "up", "public", "--no-namespaces")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert "ready\n" in process.stdout
        found = Labs().lab("status", environment=environment)
        assert found.returncode == 0, found.stderr
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
    assert [path for path in tmp_path.rglob("*") if not path.is_dir()] == []


@pytest.mark.parametrize(
    "namespaces",
    [
        pytest.param((), id="namespaces"),
        pytest.param(("--no-namespaces",), id="no namespaces", marks=pytest.mark.slow),
    ],
)
def test_a_lab_that_is_killed_leaves_no_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, namespaces: tuple[str, ...]
) -> None:
    """The files of clients go with its socket, and orders say that no lab is there."""
    if not namespaces and (reason := without_namespaces()):
        pytest.skip(reason)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with subprocess.Popen((*Labs().command, "up", "public", *namespaces), stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert "ready\n" in started.stdout
        assert run(["lab", "status"]) == 0
        started.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(tmp_path.iterdir()))
    for order in ("status", "down", "connected"):
        capsys.readouterr()
        assert run(["lab", order]) == 2
        assert f"no lab answers at {tmp_path}/acrdns-lab: no such file or directory" in capsys.readouterr().err


def test_files_are_removed_when_nobody_listens_any_more(tmp_path: Path) -> None:
    """A killed lab's socket may take connections after its watcher has heard of its end; another lab keeps its own."""
    path, files = tmp_path / "acrdns-lab", tmp_path / "files"
    files.mkdir()
    listener = listen(path)

    def tidied_up(lab: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen((sys.executable, remains.__file__, str(lab), path, files), stdin=subprocess.DEVNULL)

    assert tidied_up(os.getpid() + 1).wait(SECONDS) == 0
    assert path.exists()
    assert files.exists()
    dying = tidied_up(os.getpid())
    listener.settimeout(SECONDS)
    for _ in range(2):  # it has found somebody there, and looks whether that changes
        listener.accept()[0].close()
    listener.close()
    assert dying.wait(SECONDS) == 0
    assert list(tmp_path.iterdir()) == []


KILLED_WHEN_IT_LISTENS = """
import os, pathlib, signal
from acrdns.lab.runtime import up
def listen(path, listen=up.listen):
    listen(path)
    os.kill(os.getpid(), signal.SIGKILL)
up.listen = listen
up.up(None, pathlib.Path(os.environ["XDG_RUNTIME_DIR"], "acrdns-lab"), None, print, namespaces=False)
"""


def test_a_lab_that_is_killed_once_it_listens_leaves_no_socket(tmp_path: Path) -> None:
    """SIGKILL finds no moment where there is a socket and nobody who removes it."""
    command = (sys.executable, "-c", KILLED_WHEN_IT_LISTENS)
    killed = subprocess.run(command, env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)}, check=False)
    assert killed.returncode == -signal.SIGKILL
    wait_until(lambda: not any(tmp_path.iterdir()))


def test_a_socket_that_nobody_listens_at_is_as_good_as_none(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left where the lab was killed and the process too that tidies up behind it; the next lab removes it."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    listen(tmp_path / "acrdns-lab").close()
    assert run(["lab", "status"]) == 2
    assert f"no lab answers at {tmp_path}/acrdns-lab: connection refused" in capsys.readouterr().err
    listen(tmp_path / "acrdns-lab").close()


def test_one_of_the_labs_that_start_at_once_is_up(tmp_path: Path) -> None:
    """The others say so, and its socket stays."""

    def started(path: Path) -> socket.socket | None:
        try:
            return listen(path)
        except LabError as error:
            assert "a lab is up already" in str(error)  # noqa: PT017 -- in a thread, of several
            return None

    with ThreadPoolExecutor(8) as pool:
        for number in range(40):
            path = tmp_path / str(number) / "lab"
            path.parent.mkdir()
            (up,) = filter(None, pool.map(started, [path] * 8))
            with up, socket.socket(socket.AF_UNIX) as client:
                client.connect(str(path))
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.slow
def test_a_lab_that_cannot_be_found_any_more_ends(tmp_path: Path) -> None:
    """At the end of a session its runtime directory is removed, and `lab down` does not find it."""
    runtime = tmp_path / "run"
    runtime.mkdir()
    command = (*Labs().command, "up", "public", "--no-namespaces")
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert "ready\n" in process.stdout
        while runtime.exists():  # the lab, whose socket is gone, may remove its own files at the same time
            shutil.rmtree(runtime, ignore_errors=True)
        assert process.wait(SECONDS) == 0


def test_a_lab_of_somebody_else(
    capsys: pytest.CaptureFixture[str], runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below the temporary directory anybody may have been first: nobody's commands run in the lab of another user."""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    for order in (["status"], ["env", "--from", "hub"], ["down"]):
        assert run(["lab", *order]) == 2
        assert f"the lab at {runtime}/acrdns-lab is somebody else's" in capsys.readouterr().err


def test_a_path_that_is_too_long_for_a_socket(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line names it, and what to set."""
    deep = tmp_path / ("x" * 108)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    assert run(["lab", "up", "public", "--no-namespaces"]) == 2
    assert f"{deep}/acrdns-lab: AF_UNIX path too long; set XDG_RUNTIME_DIR" in capsys.readouterr().err


def test_where_namespaces_are_forbidden(tmp_path: Path) -> None:
    """Nothing is run or left; the line names what is missing, what allows it, and the lab that does without."""
    if (unshare := shutil.which("unshare")) is None:
        pytest.skip("unshare is not installed")
    # The outer namespace allows one below it, which is that of an ordinary user: the lab's own would be the second.
    script = 'echo 1 > /proc/sys/user/max_user_namespaces && exec unshare -U --map-user=1000 --map-group=1000 "$@"'
    forbidding = (unshare, "-U", "-r", "sh", "-c", script, "sh")
    tried = subprocess.run((*forbidding, "true"), capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no user namespace can be made that forbids others: {tried.stderr.strip()}")
    labs = Labs((*forbidding, *Labs().command))
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    for arguments in (("run", "public", "--from", "internet", "--", "touch", str(tmp_path / "ran")), ("up", "public")):
        done = labs.lab(*arguments, environment=environment)
        assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (2, "", [])
        first, second = done.stderr.splitlines()
        assert first == "acrdns: new user and mount namespaces: no space left on device"
        for word in ("user, mount and network namespaces", "root", "user.max_user_namespaces", "up --no-namespaces"):
            assert word in second
