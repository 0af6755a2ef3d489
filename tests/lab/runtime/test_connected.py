"""Connected registries in the lab: real clients, and sync through the plant's own network."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from acrdns.cli.schema import files
from tests.lab.conftest import SECONDS, Labs

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.xdist_group("lab")

CONNECTED = f"{sys.executable} -m acrdns lab connected"
LIST = f"{CONNECTED} --format json"
SYNC = f"{CONNECTED} factory --sync"
PLANT = """
version: 1
registries:
  contoso:
    location: eastus
    public_network_access_enabled: false
    connected_registries:
      factory:
        {{network: plant, mode: ReadWrite, login_server: factory.plant.example, address: 192.168.0.20, repositories: [hello-world], sync_schedule: "0 9 * * *"}}
networks:
  hub: {{address_space: [10.0.0.0/16], peerings: [plant]}}
  plant: {{kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], {network}}}
private_endpoints:
  pe: {{registry: contoso, network: hub, addresses: {{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}, dns_zone_group: [privatelink.azurecr.io]}}
private_dns_zones:
  privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}}}}}
private_resolvers:
  dns: {{network: hub, inbound_endpoints: [10.0.0.4]}}
dns_servers:
  192.168.0.53: {{network: plant, {server}}}
"""
FORWARDS = "conditional_forwarders: {azurecr.io: [10.0.0.4]}"


def described(rows: Any) -> Any:
    """Return the list of `lab connected`, which is as its schema says."""
    schema = json.loads(files()["lab-connected"].read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(rows)
    assert {key for row in rows for key in row} == set(schema["$defs"]["ConnectedRegistryRow"]["properties"])
    return rows


@pytest.mark.slow
def test_a_client_pulls_what_was_pushed_to_the_parent(
    labs: Labs, program: Callable[[str], str], tmp_path: Path
) -> None:
    """Through the cloud registry, its data endpoint, the connected registry and its child; and a push goes up."""
    program("skopeo")
    script = f"""
    set -e
    skopeo copy -q docker://factory.plant.example/hello-world:latest dir:{tmp_path}/first
    skopeo copy -q docker://contoso.azurecr.io/hello-world:latest docker://contoso.azurecr.io/hello-world:v2
    {SYNC}
    {CONNECTED} line-1 --sync
    skopeo copy -q docker://line-1.plant.example/hello-world:v2 dir:{tmp_path}/second
    skopeo copy -q docker://factory.plant.example/hello-world:v2 docker://factory.plant.example/hello-world:mine
    {SYNC}
    skopeo inspect --raw docker://contoso.azurecr.io/hello-world:mine > {tmp_path}/third
    {LIST}
    """
    done = labs.run("connected-registry", "plant", script=script)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "first/manifest.json").read_bytes() == (tmp_path / "second/manifest.json").read_bytes()
    assert "schemaVersion" in (tmp_path / "third").read_text()
    rows = described(json.loads(done.stdout))
    assert [(row["name"], row["parent"], row["activation"], row["state"]) for row in rows] == [
        ("factory", None, "Active", "Online"),
        ("line-1", "factory", "Active", "Online"),
    ]


@pytest.mark.parametrize(
    ("network", "server", "options", "expected"),
    [
        pytest.param("", FORWARDS, "", None, id="right", marks=pytest.mark.slow),
        pytest.param(
            "hosts: {contoso.azurecr.io: 10.0.0.99}",
            FORWARDS,
            "",
            ("token", "contoso.azurecr.io", "unreachable", "10.0.0.99 does not answer for contoso.azurecr.io"),
            id="login name leads to a silent address",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "hosts: {contoso.eastus.data.azurecr.io: 10.0.0.7}",
            FORWARDS,
            "",
            (
                "messages",
                "contoso.eastus.data.azurecr.io",
                "certificate",
                "the certificate at 10.0.0.7 does not do for contoso.eastus.data.azurecr.io",
            ),
            id="data name leads to the login server",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "",
            "conditional_forwarders: {eastus.data.azurecr.io: [10.0.0.4]}",
            "",
            ("token", "contoso.azurecr.io", "denied", "contoso.azurecr.io answers 403: DENIED"),
            id="login name is not forwarded",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "",
            FORWARDS + ", zones: {eastus.data.azurecr.io: {}}",
            "",
            (
                "messages",
                "contoso.eastus.data.azurecr.io",
                "name",
                "contoso.eastus.data.azurecr.io does not exist",
            ),
            id="data name does not exist",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "",
            FORWARDS,
            "contoso.azurecr.io\n",
            (
                "messages",
                "contoso.eastus.data.azurecr.io",
                "unreachable",
                "10.0.0.8 does not answer for contoso.eastus.data.azurecr.io",
            ),
            id="firewall",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_each_fault_that_breaks_sync_is_named(
    labs: Labs, tmp_path: Path, network: str, server: str, options: str, expected: tuple[str, ...] | None
) -> None:
    """With either name wrong in the plant, sync fails at its step, and says which name and why."""
    (tmp_path / "plant.yaml").write_text(PLANT.format(network=network, server=server))
    firewall = []
    if options:
        (tmp_path / "list").write_text(options)
        firewall = ["--firewall", str(tmp_path / "list")]
    done = labs.run(str(tmp_path / "plant.yaml"), "plant", *firewall, script=f"{SYNC}; echo $?; {LIST}")
    code, _, listed = done.stdout.partition("\n")
    row: dict[str, Any] = described(json.loads(listed))[0]
    if expected is None:
        assert (code, row["state"], row["reason"], done.stderr) == ("0", "Online", None, "")
        return
    step, host, cause, words = expected
    assert code == "1"
    assert row["reason"] | {"message": words} == {"step": step, "host": host, "cause": cause, "message": words}
    assert words in row["reason"]["message"]
    assert done.stderr == f"{step}: {row['reason']['message']}\n"
    assert row["state"] == ("Offline" if cause in ("name", "unreachable") else "Unhealthy")


@pytest.mark.slow
def test_exit_codes(labs: Labs) -> None:
    """0 where it is done, 1 where a sync fails, 2 where nothing was done; and the running lab says why."""
    orders = [
        ("factory --sync", 0, ""),
        ("factory --deactivate", 0, ""),
        ("factory --sync", 1, "activation: factory is not active: acrdns lab connected factory --activate STRING"),
        ("line-1 --sync", 1, "parent: factory, the parent of line-1, is not active"),
        ("factory --activate x", 2, "connection string"),
        ('factory --activate "$(@ line-1 --connection-string)"', 2, "is that of line-1, and not of factory"),
        ("factory --connection-string | @ factory --activate -", 0, ""),
        ("line-1 --sync", 0, ""),
        ("nobody --sync", 2, "there is no connected registry 'nobody'"),
        ("--sync", 2, "say which connected registry"),
        ("factory --sync --deactivate", 2, "one at a time"),
    ]
    lines = [f"@ {order} 2>&1 >/dev/null | tr '\\n' ' '; echo $?" for order, _, _ in orders]
    script = "set -o pipefail\n" + "\n".join(lines).replace("@", CONNECTED)
    done = labs.lab("run", "connected-registry", "--from", "plant", "--", "bash", "-c", script)
    said = done.stdout.splitlines()
    assert len(said) == len(orders), done.stdout + done.stderr
    for (order, code, words), line in zip(orders, said, strict=True):
        assert (order, line.rpartition(" ")[2]) == (order, str(code)), line
        assert words in line, line


@pytest.mark.slow
def test_a_schedule_goes_by_the_lab_s_clock(labs: Labs, tmp_path: Path) -> None:
    """Nothing is there before nine; when the clock is moved past nine it syncs by itself."""
    (tmp_path / "plant.yaml").write_text(PLANT.format(network="", server=FORWARDS))
    wait = f"until {LIST} | grep -q Online; do sleep 0.2; done"
    script = f"{LIST}; {sys.executable} -m acrdns lab clock 2030-01-01T09:00:05Z > /dev/null; {wait}; echo ,; {LIST}"
    done = labs.run(str(tmp_path / "plant.yaml"), "plant", "--clock", "2030-01-01T08:00:00Z", script=script)
    before, after = json.loads(f"[{done.stdout}]")
    assert [(row["state"], row["last_sync"], row["pending"]) for row in before] == [("Offline", None, 4)]
    assert after[0]["pending"] == 0
    assert after[0]["last_sync"].startswith("2030-01-01T09:00:")


@pytest.mark.slow
def test_without_namespaces_a_plant_syncs_through_its_proxy(
    labs: Labs, program: Callable[[str], str], tmp_path: Path
) -> None:
    """The proxy of its network resolves and connects, and a client gets what was pushed to the parent."""
    program("skopeo")
    chosen = {"XDG_RUNTIME_DIR": str(tmp_path), "ACRDNS_LAB": ""}
    assert labs.lab("up", "connected-registry", "--no-namespaces", "--detach", environment=chosen).returncode == 0
    try:
        listed = json.loads(labs.lab("connected", "--format", "json", environment=chosen).stdout)
        exports = labs.lab("env", "--from", "plant", environment=chosen).stdout
        pull = "skopeo inspect --raw docker://line-1.plant.example/hello-world:latest"
        done = subprocess.run(
            ["sh", "-c", exports + pull], capture_output=True, text=True, check=False, timeout=SECONDS
        )
    finally:
        assert labs.lab("down", environment=chosen).returncode == 0
    assert [row["state"] for row in listed] == ["Online", "Online"]
    assert "schemaVersion" in done.stdout, done.stderr


FAULTS = {
    "data endpoints off": (
        ("data_endpoint_enabled: true", "data_endpoint_enabled: false"),
        ("registry: 10.0.0.7, registry_data_eastus: 10.0.0.8", "registry: 10.0.0.7"),
        ["ACR115 contoso.eastus.data.azurecr.io"],
        ["ACR115 contoso.eastus.data.azurecr.io"],
        "messages: contoso.eastus.data.azurecr.io does not exist",
    ),
    "name not forwarded": (
        ("{azurecr.io: [10.0.0.4]}", "{contoso.azurecr.io: [10.0.0.4]}"),
        ("", ""),
        ["ACR107 plant"],
        ["ACR301 contoso.eastus.data.azurecr.io"],
        "messages: contoso.eastus.data.azurecr.io answers 403: DENIED",
    ),
    "parent out of reach": (
        ("peerings: [plant]", "peerings: []"),
        ("{azurecr.io: [10.0.0.4]}", "{}"),
        ["ACR116 contoso.azurecr.io"],
        ["ACR116 contoso.azurecr.io"],
        "token: contoso.azurecr.io answers 403: DENIED",
    ),
    "local name missing": (
        ("zones: {}", 'zones: {factory.plant.example: {"@": {AAAA: ["fd00::1"]}}}'),
        ("", ""),
        ["ACR316 factory.plant.example"],
        ["ACR316 factory.plant.example"],
        "parent: factory.plant.example has no address",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_lint_check_and_lab_connected_each_name_it(labs: Labs, tmp_path: Path, fault: str) -> None:
    """The file by lint, the answers in the plant by check, and the sync that fails, each with a message of its own."""
    one, other, linted, checked, words = FAULTS[fault]
    line = "line-1: {{network: plant, parent: factory, login_server: line-1.plant.example, address: 192.168.0.21, repositories: [hello-world]}}"
    text = PLANT.replace(
        "    connected_registries:\n", f"    data_endpoint_enabled: true\n    connected_registries:\n      {line}\n"
    )
    text = text.format(network="", server=f"{FORWARDS}, zones: {{}}").replace(*one).replace(*other)
    file = tmp_path / "plant.yaml"
    file.write_text(text)
    acrdns = f"{sys.executable} -m acrdns"
    name = "line-1" if fault == "local name missing" else "factory"
    script = f"{acrdns} lint {file} --format json; {acrdns} check {file} --from plant --format json; {CONNECTED} {name} --sync; echo $?"
    done = labs.run(str(file), "plant", script=script)
    decoder, found, rest = json.JSONDecoder(), [], done.stdout
    for _ in range(2):
        document, end = decoder.raw_decode(rest)
        rest = rest[end:].lstrip()
        found.append([f"{each['code']} {each['fqdn']}" for each in document["findings"]])
    assert found == [linted, checked]
    assert rest == "1\n"
    assert done.stderr.startswith(words), done.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("labs")
def test_the_files_of_the_working_directory_are_no_modules_of_the_lab(tmp_path: Path) -> None:
    """A `queue.py` of the user is not run by the processes of the lab, and sync works in its directory."""
    (tmp_path / "queue.py").write_text("raise SystemExit('the file of the user was run')\n")
    (tmp_path / "ipaddress.py").write_text("raise SystemExit('the file of the user was run')\n")
    program = Path(sys.executable).with_name("acrdns")
    command = (program, "lab", "run", "connected-registry", "--from", "plant", "--")
    done = subprocess.run(
        (*command, sys.executable, "-P", "-m", "acrdns", "lab", "connected", "factory", "--sync"),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
