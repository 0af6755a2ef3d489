"""`acrdns lab up --no-namespaces` and all that goes with it, in the interpreter without Linux (see `interpreter`)."""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import signal
import subprocess
import time
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab.conftest import without_namespaces
from tests.macos.conftest import SECONDS, Mac

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("macos lab")]  # one lab for all of them
TOPOLOGY = "private-link-geo"


@pytest.fixture(scope="module")
def table(mac: Mac) -> Iterator[str]:
    """Return what `lab up` prints, while the lab is up."""
    done = mac.acrdns("lab", "up", TOPOLOGY, "--no-namespaces", "--detach")
    assert (done.returncode, done.stderr) == (0, "")
    yield done.stdout
    done = mac.acrdns("lab", "down")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(mac.temporary.glob("acrdns-*/*")) == []


def variables(mac: Mac, vantage: str = "hub") -> dict[str, str]:
    """Return what `lab env` exports."""
    done = mac.acrdns("lab", "env", "--from", vantage)
    assert done.returncode == 0, done.stderr
    found = re.findall(r"^export (\w+)=(.*)$", done.stdout, re.MULTILINE)
    return {name: shlex.split(value)[0] for name, value in found}


def client(mac: Mac, *command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a program of others with these variables."""
    return subprocess.run(
        command,
        env=mac.environment | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


def test_the_interpreter_lacks_what_macos_lacks(mac: Mac) -> None:
    """So that the tests below cannot pass by what Linux alone has; also started as the lab starts its watcher."""
    program = """
import os, select, selectors, socket, sys, tempfile
assert sys.platform == "darwin" and os.uname().sysname == "Darwin"
assert selectors.DefaultSelector is selectors.PollSelector
for name in ("memfd_create", "pidfd_open", "sched_getaffinity", "pipe2", "O_TMPFILE", "fdatasync"):
    assert not hasattr(os, name), name
assert not hasattr(select, "epoll") and not hasattr(socket, "SO_PEERCRED")
for call in (
    lambda: open("/proc/self/status"),
    lambda: os.listdir("/proc"),
    lambda: socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET),
    lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET),
    lambda: socket.socket().bind(("127.0.0.2", 0)),
    lambda: socket.socket(socket.AF_UNIX).bind("\\0abstract"),
    lambda: socket.socket(socket.AF_UNIX).bind(tempfile.gettempdir() + "/" + 104 * "x"),
    lambda: __import__("ctypes").CDLL(None).prctl,
):
    try:
        call()
    except (AttributeError, OSError):
        continue
    raise AssertionError(call.__code__.co_names)
"""
    for options in ((), ("-I", "-S"), ("-P",)):
        done = mac.run(*options, "-c", program)
        assert (done.returncode, done.stderr) == (0, ""), options


def test_all_listens_on_the_only_address_of_loopback(table: str) -> None:
    """Each vantage point has a proxy and DNS, each endpoint in reach an address, at ports of their own."""
    assert table.endswith("ready\n")
    listening = re.findall(r"^(hub|internet) +([\d.]+):(\d+) ", table, re.MULTILINE)
    assert {address for _, address, _ in listening} == {"127.0.0.1"}
    assert len({port for _, _, port in listening}) == len(listening) > 10


def test_check_pulls(mac: Mac, table: str) -> None:
    """By the names, through the network's DNS and its proxy; from the internet the registry refuses."""
    assert "ready" in table
    done = mac.acrdns("check", TOPOLOGY, "--from", "hub", "--pull", "--format", "json", environment=variables(mac))
    found = json.loads(done.stdout)
    assert (done.returncode, found["summary"]["pass"], found["pulls"][0]["status"]) == (0, 4, "pass"), done.stderr
    outside = variables(mac, "internet")
    done = mac.acrdns("check", TOPOLOGY, "--pull", "--format", "json", environment=outside)
    (pull,) = json.loads(done.stdout)["pulls"]
    assert (done.returncode, pull["failed"], pull["cause"]) == (1, "login", "denied")


def test_orders(mac: Mac, table: str, tmp_path: Path) -> None:
    """Clock, regions, images and connected registries; `lab status` shows them."""
    assert "ready" in table
    text = files("acrdns.lab.storage").joinpath("hello-world.json").read_text(encoding="utf-8")
    for path, content in json.loads(text).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(content))
    for order in (
        ("clock", "+21m"),
        ("region", "westus", "--down", "--lag", "30s"),
        ("bounce",),
        ("load", f"oci:{tmp_path}", "contoso.azurecr.io/loaded:v1"),
        ("connected",),
    ):
        done = mac.acrdns("lab", *order)
        assert (done.returncode, done.stderr) == (0, ""), order
    status = json.loads(mac.acrdns("lab", "status", "--format", "json").stdout)
    assert status["regions"] == {"westus": {"down": True, "lag_seconds": 30.0}}
    assert (status["namespaces"], status["bouncing"]) == (False, True)
    assert status["offset_seconds"] >= 21 * 60
    assert mac.acrdns("lab", "bounce", "--off").returncode == 0
    assert mac.acrdns("lab", "region", "westus", "--up").returncode == 0
    loaded = ("check", TOPOLOGY, "--from", "hub", "--pull", "loaded:v1")
    assert mac.acrdns(*loaded, environment=variables(mac)).returncode == 0
    done = mac.acrdns("lab", "load", "oci:/", "contoso.azurecr.io/loaded:v1")
    assert (done.returncode, done.stderr) == (
        2, "acrdns: the directory is no OCI image layout: index.json: no such file or directory\n"
    )  # fmt: skip


def test_the_management_plane(mac: Mac, table: str, program: Callable[[str], str]) -> None:
    """A change shows in what the registry answers, and in the status."""
    program("curl")
    assert "ready" in table
    found = variables(mac, "internet")
    listed = "https://management.azure.com/subscriptions/x/providers/Microsoft.ContainerRegistry/registries"
    versioned = "api-version=2025-04-01"
    authorized = ("curl", "-sS", "-H", "Authorization: Bearer x", "-H", "Content-Type: application/json")
    answer = client(mac, *authorized, f"{listed}?{versioned}", environment=found)
    (registry,) = json.loads(answer.stdout)["value"]
    url = f"https://management.azure.com{registry['id']}?{versioned}"
    login = ("curl", "-sS", "-o", os.devnull, "-w", "%{http_code}", "https://contoso.azurecr.io/v2/")
    for access, code in (("Enabled", "401"), ("Disabled", "403")):
        body = json.dumps({"properties": {"publicNetworkAccess": access}})
        done = client(mac, *authorized, "-X", "PATCH", "-d", body, url, environment=found)
        assert json.loads(done.stdout)["properties"]["publicNetworkAccess"] == access
        assert client(mac, *login, environment=found).stdout == code


@pytest.mark.interop
def test_skopeo_as_it_is_on_a_mac(mac: Mac, table: str, program: Callable[[str], str], tmp_path: Path) -> None:
    """Go asks macOS whom it trusts and reads no SSL_CERT_FILE (crypto/x509): the option names the lab's authority."""
    program("skopeo")
    assert "ready" in table
    found = variables(mac)
    trust = found.pop("SSL_CERT_FILE")
    copy = ("skopeo", "copy", "-q")
    images = ("docker://contoso.azurecr.io/hello-world:latest", f"dir:{tmp_path}/x")
    assert "certificate" in client(mac, *copy, *images, environment=found).stderr
    done = client(mac, *copy, "--src-cert-dir", found["ACRDNS_LAB_CERTIFICATES"], *images, environment=found)
    assert done.returncode == 0, done.stderr
    pushed = "docker://contoso.azurecr.io/pushed:v1"
    options = ("--dest-cert-dir", found["ACRDNS_LAB_CERTIFICATES"])
    assert client(mac, *copy, *options, images[1], pushed, environment=found).returncode == 0
    assert Path(trust).exists()


PULL = """
import httpx, json, os, ssl, urllib.request
url = "https://contoso.azurecr.io/v2/"
context = ssl.create_default_context()
user = (os.environ["ACRDNS_LAB_USER"], os.environ["ACRDNS_LAB_PASSWORD"])
with httpx.Client(verify=context, auth=user, follow_redirects=True) as client:
    index = client.get(f"{url}hello-world/manifests/latest").raise_for_status().json()
    image = client.get(f"{url}hello-world/manifests/{index['manifests'][0]['digest']}").json()
    print(len(client.get(f"{url}hello-world/blobs/{image['layers'][0]['digest']}").content) == image["layers"][0]["size"])
try:
    urllib.request.urlopen(url)
except urllib.error.HTTPError as error:
    print(error.code)
"""


def test_python_clients(mac: Mac, table: str) -> None:
    """With the variables of `lab env`, a layer comes from the data endpoint."""
    assert "ready" in table
    done = mac.run("-c", PULL, environment=variables(mac))
    assert (done.returncode, done.stdout) == (0, "True\n401\n"), done.stderr


def test_the_dns_server_is_started_again(mac: Mac, table: str) -> None:
    """It is missed by the end of its socket: macOS has no descriptor of a process."""
    assert "ready" in table
    (killed,) = dns_servers(mac)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: dns_servers(mac) not in ([killed], []))
    check = ("check", TOPOLOGY, "--from", "hub", "--format", "json", "--timeout", str(SECONDS), "--retries", "0")
    done = mac.acrdns(*check, environment=variables(mac))
    assert (done.returncode, json.loads(done.stdout)["summary"]["pass"]) == (0, 4), done.stderr


def test_a_lab_that_is_killed_leaves_nothing(another_mac: Mac) -> None:
    """No process, which nothing kills with its parent there, and no file."""
    mac = another_mac
    command = mac.started("-m", "acrdns", "lab", "up", "public", "--no-namespaces")
    with subprocess.Popen(command, env=mac.environment, stdout=subprocess.PIPE, text=True) as lab:
        assert lab.stdout is not None
        assert "ready\n" in lab.stdout
        assert len(dns_servers(mac)) == 1
        lab.kill()
    wait_until(lambda: not processes(mac) and not list(mac.temporary.glob("acrdns-*/*")))


def test_connected_registries(another_mac: Mac, tmp_path: Path) -> None:
    """They sync through the proxy of their network, and the store outlives the lab where it has a directory."""
    mac, store = another_mac, ("--store", str(tmp_path / "store"))
    for _ in range(2):
        done = mac.acrdns("lab", "up", "connected-registry", "--no-namespaces", "--detach", *store)
        assert (done.returncode, done.stderr) == (0, "")
        try:
            listed = json.loads(mac.acrdns("lab", "connected", "--format", "json").stdout)
            synced = [mac.acrdns("lab", "connected", row["name"], "--sync") for row in listed]
        finally:
            assert mac.acrdns("lab", "down").returncode == 0
        assert [row["state"] for row in listed] == ["Online", "Online"]
        assert [(each.returncode, each.stderr) for each in synced] == [(0, ""), (0, "")]


WITHOUT_PROC = """
set -e
mkdir "$TMPDIR/proc"
mount -t proc proc "$TMPDIR/proc" 2> /dev/null || mount --rbind /proc "$TMPDIR/proc"
mount -t tmpfs none /proc
mkdir /proc/self
ln -s "$TMPDIR/proc/self/fd" /proc/self/fd
"$@" lab up private-link --no-namespaces --detach > "$TMPDIR/table"
eval "$("$@" lab env --from hub)"
"$@" check private-link --from hub --pull --format json
"$@" lab down
ls -A /proc "$TMPDIR"/acrdns-*
"""


def test_a_lab_without_proc(another_mac: Mac) -> None:
    """Of /proc there is what /dev/fd leads to, which macOS has, too: also libraries in C find nothing else there."""
    if reason := without_namespaces():
        pytest.skip(reason)
    mac = another_mac
    command = ("unshare", "-m" if os.geteuid() == 0 else "-rm", "sh", "-c", WITHOUT_PROC, "sh")
    done = client(mac, *command, *mac.started("-m", "acrdns"), environment={})
    found, end = json.JSONDecoder().raw_decode(done.stdout)
    assert (found["summary"]["pass"], found["pulls"][0]["status"]) == (2, "pass"), done.stderr
    assert done.stdout[end:].split() == ["/proc:", "self", f"{mac.temporary}/acrdns-{os.geteuid()}:"]


def wait_until(true: Callable[[], bool]) -> None:
    """Wait until something is true, for as long as a busy machine may need."""
    end = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def processes(mac: Mac, *words: str) -> list[int]:
    """Return the processes of a Mac's user whose command line has some words."""
    found = []
    for process in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 -- names alone
        try:
            variables = Path("/proc", process, "environ").read_bytes().split(b"\0")
            command = Path("/proc", process, "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if f"TMPDIR={mac.temporary}".encode() in variables and all(word in command for word in words):
            found.append(int(process))
    return found


def dns_servers(mac: Mac) -> list[int]:
    """Return the processes of DNS servers, each the first of its session; its workers are not."""
    found = []
    for each in processes(mac, "acrdns.lab.runtime.serving.dns_process"):
        with suppress(ProcessLookupError):
            found += [each] if os.getsid(each) == each else []
    return found
