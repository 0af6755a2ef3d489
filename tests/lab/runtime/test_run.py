"""`acrdns lab run`: what a command finds in a network, and how it ends."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.cli.main import run
from tests.lab.conftest import Labs

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.xdist_group("lab")  # one lab for all that is looked at

# What a command in the hub sees, each under its own heading.
LOOK = """
say() { printf '\\n== %s\\n' "$1"; shift; "$@" 2>&1; }
say resolv.conf cat /etc/resolv.conf
say hosts cat /etc/hosts
say getent sh -c 'for _ in $(seq 20); do getent hosts contoso.azurecr.io && break; done'  # it waits for 2 s alone
say dig dig +short +timeout=60 contoso.eastus.data.azurecr.io
say other-server dig +short +timeout=60 @8.8.8.8 contoso.azurecr.io
say challenge curl -sS -i https://contoso.azurecr.io/v2/
say privatelink curl -sS https://contoso.privatelink.azurecr.io/v2/
say outside curl -sS --max-time 1 https://192.0.2.77/
say routes ip -o route show table all
say links ip -o link
say user id -u
say where pwd
say environment env
say logins cat "$DOCKER_CONFIG/config.json"
say same-logins cmp "$DOCKER_CONFIG/config.json" "$REGISTRY_AUTH_FILE"
say trust python3 -c 'import ssl; print(len(ssl.create_default_context().get_ca_certs()))'
say files ls /dev/shm/acrdns
say processes sh -c 'ls /proc | grep -c "^[0-9]"'
say sources curl -sS -o /dev/null -w '%{local_ip}' https://contoso.azurecr.io/v2/
say public-source curl -sS -o /dev/null -w '%{local_ip}' --resolve contoso.azurecr.io:443:20.45.122.144 https://contoso.azurecr.io/v2/
"""


@pytest.fixture(scope="module")
def seen(labs: Labs, program: Callable[[str], str]) -> dict[str, str]:
    """Return what a command in the hub of a geo-replicated registry saw."""
    for name in ("curl", "dig", "ip"):
        program(name)
    before = _machine()
    done = labs.run("private-link-geo", "hub", script=LOOK, environment={"HTTPS_PROXY": "http://192.0.2.1:3128"})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    parts = re.split(r"^== (\S+)\n", done.stdout, flags=re.MULTILINE)
    found = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    return {**found, "machine before": before, "machine after": _machine()}


def _machine() -> str:
    lines = Path("/proc/self/mounts").read_text().splitlines()
    mounts = [line for line in lines if " /dev/shm " in line or " /etc/" in line]
    texts = [*mounts, *(Path(path).read_text() for path in ("/etc/resolv.conf", "/etc/hosts"))]
    return "\n".join([*texts, str(Path("/dev/shm/acrdns").exists())])  # noqa: S108


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("resolv.conf", "nameserver 168.63.129.16\noptions timeout:1 attempts:2"),
        ("hosts", "127.0.0.1 localhost\n::1 localhost"),
        ("dig", "contoso.eastus.data.privatelink.azurecr.io.\n10.0.0.8"),
        ("trust", "1"),
        ("sources", "10.0.255.254"),
        ("public-source", "198.18.0.6"),
    ],
)
def test_the_network_is_that_of_the_hub(seen: dict[str, str], what: str, expected: str) -> None:
    """Files, answers and addresses are those of a client there."""
    assert seen[what] == expected


def test_names_lead_where_dns_says(seen: dict[str, str]) -> None:
    """The C library asks 168.63.129.16, and public DNS has public answers."""
    assert seen["getent"].split() == ["10.0.0.7", "contoso.privatelink.azurecr.io", "contoso.azurecr.io"]
    assert seen["other-server"].split()[-1] == "20.45.122.144"


def test_the_login_server_challenges(seen: dict[str, str]) -> None:
    """A client that trusts nothing but the lab's authority gets ACR's 401 (facts.md behaviour 43)."""
    assert seen["challenge"].startswith("HTTP/1.1 401")
    assert 'Bearer realm="https://contoso.azurecr.io/oauth2/token",service="contoso.azurecr.io"' in seen["challenge"]


def test_the_privatelink_name_fails_on_the_certificate(seen: dict[str, str]) -> None:
    """As in Azure, it leads there and is not covered (facts.md F25)."""
    assert "(60)" in seen["privatelink"]


def test_other_addresses_are_silent(seen: dict[str, str]) -> None:
    """A connection to them is neither made nor refused."""
    assert re.search(r"\(28\) (Connection|Failed to connect).*(timed out|after \d+ ms: Time)", seen["outside"])


def test_nothing_can_leave(seen: dict[str, str]) -> None:
    """There is one interface, loopback, and every route is on it."""
    assert re.findall(r"^\d+: (\S+):", seen["links"], re.MULTILINE) == ["lo"]
    assert {found[1] for found in re.finditer(r" dev (\S+)", seen["routes"])} == {"lo"}


def test_the_environment_is_for_all_clients(seen: dict[str, str]) -> None:
    """The authority, the user and the control socket are named; no proxy is."""
    variables = dict(line.split("=", 1) for line in seen["environment"].splitlines() if "=" in line)
    bundle = variables["SSL_CERT_FILE"]
    assert variables["REQUESTS_CA_BUNDLE"] == variables["CURL_CA_BUNDLE"] == variables["NODE_EXTRA_CA_CERTS"] == bundle
    assert {"ACRDNS_LAB", "ACRDNS_LAB_USER", "ACRDNS_LAB_PASSWORD", "REGISTRY_AUTH_FILE"} <= set(variables)
    assert "HTTPS_PROXY" not in variables
    assert seen["where"] == str(Path.cwd())


def test_the_logins_are_of_one_user_at_each_login_server(seen: dict[str, str]) -> None:
    """The files of docker, and of podman and skopeo, hold the user that the variables name."""
    variables = dict(line.split("=", 1) for line in seen["environment"].splitlines() if "=" in line)
    user = f"{variables['ACRDNS_LAB_USER']}:{variables['ACRDNS_LAB_PASSWORD']}"
    login = {"auth": base64.b64encode(user.encode()).decode()}
    assert json.loads(seen["logins"]) == {"auths": {"contoso.azurecr.io": login}}
    assert seen["same-logins"] == ""


def test_the_command_sees_its_own_processes_alone(seen: dict[str, str]) -> None:
    """In its PID namespace there are init, the shell and what the shell runs."""
    assert int(seen["processes"]) < 8


def test_the_machine_is_as_it_was(seen: dict[str, str]) -> None:
    """What is mounted and bound in there is so in there alone."""
    assert seen["machine after"] == seen["machine before"]


def test_streams_and_exit_code_are_the_commands(labs: Labs) -> None:
    """The lab itself writes nothing to them; a signal is 128 + n."""
    done = labs.run("public", "internet", script="echo out; echo err >&2; kill -TERM $$")
    assert (done.returncode, done.stdout, done.stderr) == (143, "out\n", "err\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "code", "error"),
    [
        (("true",), 0, ""),
        (("sh", "-c", "exit 2"), 2, ""),
        (("sh", "-c", "kill -KILL $$"), 137, ""),
        (("/no/such/command",), 127, "acrdns lab: /no/such/command: no such file or directory\n"),
        (("/etc",), 126, "acrdns lab: /etc: permission denied\n"),
    ],
)
def test_it_exits_as_the_command_does(labs: Labs, command: tuple[str, ...], code: int, error: str) -> None:
    """Whatever the command is."""
    done = labs.lab("run", "public", "--from", "internet", "--", *command)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", error)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nowhere.yaml", "--from", "hub"), "nowhere.yaml"),
        (("public", "--from", "hubb"), "there is no vantage point 'hubb'"),
        (("public", "--from", "internet", "--clock", "noon"), "'noon' is no time"),
        (("public", "--from", "internet", "--client", "10.0.0"), "'10.0.0' is no IPv4 address"),
        (
            ("public", "--from", "internet", "--client", "10.0.0.9"),
            "10.0.0.9 is private, and no address of the internet",
        ),
        (("private-link", "--from", "hub", "--client", "10.9.0.9"), "10.9.0.9 is outside the address space of hub"),
        (("public", "--from", "internet", "touch", "-m"), "the command and its own options stand after --"),
        (("public", "--from", "internet", "--firewall", "/no/list"), "/no/list"),
    ],
)
def test_a_lab_that_cannot_start_runs_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    """It is exit code 2 and a line that says why, and the command was not run."""
    assert run(["lab", "run", *arguments, "--", "touch", str(tmp_path / "ran")]) == 2
    out, err = capsys.readouterr()
    assert (out, message in err) == ("", True), err
    assert not (tmp_path / "ran").exists()


def test_a_missing_library_is_named(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the way to install it, as exit code 2."""
    monkeypatch.setattr("acrdns.cli.lab.find_spec", lambda name: None if name == "uvloop" else name)
    assert run(["lab", "run", "public", "--from", "internet", "--", "true"]) == 2
    assert capsys.readouterr().err == "acrdns: the lab needs uvloop; install it: pip install 'acrdns[lab]'\n"


@pytest.mark.parametrize(
    "command",
    [
        ("run", "public", "--from", "internet", "--", "true"),
        ("shell", "public", "--from", "internet"),
        ("up", "public"),
        ("up", "public", "--detach"),
        ("exfiltrate", "public"),
    ],
)
def test_another_system_is_told_which_lab_runs_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    """It has no namespaces; one line names them, and the lab that does without."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert run(["lab", *command]) == 2
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert (out, line.startswith("acrdns: acrdns lab ")) == ("", True)
    assert "namespaces, which Linux alone has; here, use acrdns lab up TOPOLOGY --no-namespaces" in line


@pytest.mark.slow
def test_a_shell_is_the_user_s(labs: Labs, tmp_path: Path) -> None:
    """With its input, its directory and its exit code; what it writes stays."""
    script = tmp_path / "shell"
    script.write_text(f"#!/bin/sh\ncd {tmp_path} && getent ahostsv4 contoso.azurecr.io > found; exit 9\n")
    script.chmod(0o755)
    done = labs.lab("shell", "private-link", "--from", "hub", environment={"SHELL": str(script)})
    assert (done.returncode, done.stdout) == (9, ""), done.stderr
    assert (tmp_path / "found").read_text().startswith("10.0.0.7 ")


ORDERS = [
    b"garbage",
    b"[]",
    b"5",
    b'{"order": "nope"}',
    b'{"order": ["down"]}',
    b'{"order": "join"}',
    b'{"order": "join", "vantage": "nowhere", "client": null, "firewall": null}',
    b'{"order": "join", "vantage": "internet", "client": null, "firewall": null}',
    b'{"order": "load", "reference": "x", "image": null}',
    b'{"order": "clock", "when": 5}',
    b'{"order": "region", "region": 5, "down": 1, "lag": "x"}',
    b'{"order": "topology"}',
    b'{"order": "sockets"}',
    b'{"order": "down"}',
]
TALK = """
import json, os, socket, sys
for order in sys.argv[1:]:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(60)
        client.connect(os.environ["ACRDNS_LAB"])
        client.sendall(order.encode() + b"\\n")
        print(sorted(json.loads(client.makefile().readline())))
"""


@pytest.mark.slow
def test_orders_that_make_no_sense_are_refused(labs: Labs) -> None:
    """Each gets an error, and the lab goes on; it ends with its command alone."""
    command = (sys.executable, "-c", TALK, *(order.decode() for order in ORDERS))
    done = labs.lab("run", "public", "--from", "internet", "--", *command)
    assert (done.stdout.splitlines(), done.stderr) == (["['error']"] * len(ORDERS), "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("done", "missing"),
    [
        ("rm $etc/resolv.conf", "/etc/resolv.conf is not there,"),
        ("ln -sf ../run/none $etc/resolv.conf", "/run/none, which /etc/resolv.conf leads to, is not there,"),
        ("rm $etc/hosts", "/etc/hosts is not there,"),
        (": > $etc/resolv.conf; rm -r $etc/ssl", ""),
    ],
)
def test_a_machine_without_a_file(labs: Labs, tmp_path: Path, done: str, missing: str) -> None:
    """The line names it, and what to do; the bundle has variables that name it as well."""
    etc = tmp_path / "etc"
    subprocess.run(("cp", "-r", "/etc", etc), stderr=subprocess.DEVNULL, check=False)  # as far as it may be read
    there = f'etc={etc}; {done}; mount --bind {etc} /etc; exec "$@"'
    machine = Labs(("unshare", "--map-root-user", "--mount", "sh", "-c", there, "sh", *labs.command))
    ran = machine.run(
        "public", "internet", script="curl -s -o /dev/null -w '%{http_code}' https://contoso.azurecr.io/v2/"
    )
    assert ("make an empty file" in ran.stderr, missing in ran.stderr) == (bool(missing), True), ran.stderr
    assert (ran.stdout == "401") == ("resolv" not in missing)


LARGE = 150
"""Registries, each with a private endpoint: more sockets than a shell usually allows."""


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "code", "out"), [("-Sn 256", 0, "256\n401"), ("-n 256", 2, "")])
def test_a_large_topology_needs_many_sockets(labs: Labs, tmp_path: Path, limit: str, code: int, out: str) -> None:
    """The soft limit is the command's alone; where the hard one is too low, the lab says so."""
    names = [f"reg{number:05d}" for number in range(LARGE)]
    lines = ["version: 1", "registries:", *(f"  {name}: {{location: eastus}}" for name in names)]
    lines += ["networks: {hub: {address_space: [10.0.0.0/8]}}", "private_endpoints:"]
    for number, name in enumerate(names, 1):
        addresses = f"{{registry: 10.1.0.{number}, registry_data_eastus: 10.2.0.{number}}}"
        zone = "dns_zone_group: [privatelink.azurecr.io]"
        lines.append(f"  {name}: {{registry: {name}, network: hub, addresses: {addresses}, {zone}}}")
    lines.append("private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}")
    (tmp_path / "large.yaml").write_text("\n".join(lines))
    script = "ulimit -n; curl -s -o /dev/null -w '%{http_code}' https://reg00149.azurecr.io/v2/"
    limited = Labs(("sh", "-c", f'ulimit {limit}; exec "$@"', "sh", *labs.command))
    done = limited.run(str(tmp_path / "large.yaml"), "hub", script=script)
    assert (done.returncode, done.stdout) == (code, out), done.stderr
    assert ("raise ulimit -n" in done.stderr) == bool(code)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "code", "out", "error"),
    [(20, 2, "", "acrdns: the lab needs 58 open files, and may have 20: raise ulimit -n\n"), (64, 0, "64\n401", "")],
)
def test_few_open_files_are_enough_or_too_few(labs: Labs, limit: int, code: int, out: str, error: str) -> None:
    """What is needed is asked for before anything starts, and no more than that."""
    limited = Labs(("sh", "-c", f'ulimit -n {limit}; exec "$@"', "sh", *labs.command))
    script = "ulimit -n; curl -s -o /dev/null -w '%{http_code}' https://contoso.azurecr.io/v2/"
    done = limited.run("private-link", "hub", script=script)
    assert (done.returncode, done.stdout, done.stderr) == (code, out, error)
