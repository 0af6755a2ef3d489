"""Options of `acrdns lab run`, each by what a real client notices of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lab.conftest import ROOT, Labs

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.interop

PULL = "skopeo copy -q docker://contoso.azurecr.io/hello-world:latest dir:/dev/shm/pulled"
RULES = """
version: 1
registries:
  contoso: {location: eastus, ip_rules: [203.0.113.0/24]}
"""
LINK = """
cd {folder}
token=$(curl -s -u "$ACRDNS_LAB_USER:$ACRDNS_LAB_PASSWORD" \
  'https://contoso.azurecr.io/oauth2/token?service=contoso.azurecr.io&scope=repository:hello-world:pull' |
  sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/')
layer=$(skopeo inspect docker://contoso.azurecr.io/hello-world:latest | grep -A1 '"Layers"' | grep -o 'sha256:[0-9a-f]*')
echo "$token" > token
curl -s -o /dev/null -w '%{{redirect_url}}' -H "Authorization: Bearer $token" \
  "https://contoso.azurecr.io/v2/hello-world/blobs/$layer" > link
"""
USE = """
cd {folder}
curl -s -o /dev/null -w '%{{http_code}} ' "$(cat link)"
curl -s -o /dev/null -w '%{{http_code}}' -H "Authorization: Bearer $(cat token)" \
  https://contoso.azurecr.io/v2/hello-world/tags/list
"""


@pytest.fixture(autouse=True)
def _skopeo(program: Callable[[str], str]) -> None:
    program("skopeo")
    program("curl")


@pytest.mark.parametrize(
    ("allowed", "code", "error"),
    [
        ("contoso.azurecr.io\ncontoso.eastus.data.azurecr.io\n", 0, ""),
        ("*.azurecr.io:443\n", 0, ""),
        ("contoso.azurecr.io\n*.blob.core.windows.net\n", 1, "10.0.0.8:443: connect: connection timed out"),
        ("contoso.eastus.data.azurecr.io\n", 1, "10.0.0.7:443: connect: connection timed out"),
        ("contoso.azurecr.io:80\n", 1, "10.0.0.7:443: connect: connection timed out"),
    ],
)
def test_a_firewall_drops_what_its_list_does_not_allow(
    labs: Labs, tmp_path: Path, allowed: str, code: int, error: str
) -> None:
    """Private addresses too; names still resolve."""
    (tmp_path / "list").write_text(allowed)
    done = labs.run("private-link", "hub", "--firewall", str(tmp_path / "list"), "--patience", "quick", script=PULL)
    assert (done.returncode, error in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize(("client", "status"), [(None, "403"), ("203.0.113.9", "401"), ("203.0.114.9", "403")])
def test_an_ip_rule_looks_at_the_client(labs: Labs, tmp_path: Path, client: str | None, status: str) -> None:
    """The registry admits its rule's range alone."""
    (tmp_path / "rules.yaml").write_text(RULES)
    options = ("--client", client) if client else ()
    script = "curl -s -o /dev/null -w '%{http_code}' https://contoso.azurecr.io/v2/"
    assert labs.run(str(tmp_path / "rules.yaml"), "internet", *options, script=script).stdout == status


def test_links_and_tokens_end_by_the_labs_clock(labs: Labs, tmp_path: Path) -> None:
    """A link is good for 20 minutes, a token for 75, in the next lab on the same store (facts.md behaviour 44)."""
    store = ("--store", str(tmp_path / "store"))
    assert labs.run("private-link", "hub", *store, script=LINK.format(folder=tmp_path)).returncode == 0
    assert (tmp_path / "link").read_text().startswith("https://contoso.eastus.data.azurecr.io/?t=")
    found = {
        clock: labs.run("private-link", "hub", *store, "--clock", clock, script=USE.format(folder=tmp_path)).stdout
        for clock in ("+0s", "+19m", "+21m", "+74m", "+76m")
    }
    assert found == {"+0s": "200 200", "+19m": "200 200", "+21m": "403 200", "+74m": "403 200", "+76m": "403 401"}


@pytest.mark.parametrize(("patience", "retries"), [("quick", "1"), ("normal", "2"), ("azure", None)])
def test_patience_is_how_often_linux_tries(labs: Labs, patience: str, retries: str | None) -> None:
    """1 + 2 seconds, 1 + 2 + 4, or as this machine does."""
    sysctl = "/proc/sys/net/ipv4/tcp_syn_retries"
    done = labs.run("public", "internet", "--patience", patience, script=f"cat {sysctl}")
    assert done.stdout.strip() == (retries or Path(sysctl).read_text().strip())


# Each client asks for the challenge of a login server, and says so if it trusts the certificate.
CLIENTS = {
    "skopeo": "skopeo inspect docker://contoso.azurecr.io/hello-world:latest",
    "curl": "curl -sSf -u $ACRDNS_LAB_USER:$ACRDNS_LAB_PASSWORD https://contoso.azurecr.io/v2/",
    "wget": "wget -q -O - --auth-no-challenge --user=$ACRDNS_LAB_USER --password=$ACRDNS_LAB_PASSWORD https://contoso.azurecr.io/v2/",
    "openssl": "openssl s_client -verify_return_error -brief -connect contoso.azurecr.io:443 </dev/null",
    "node": "node -e \"fetch('https://contoso.azurecr.io/v2/').then(r => process.exit(r.status == 401 ? 0 : 1), () => process.exit(2))\"",
    "python3": "python3 -c \"import http.client as h; c = h.HTTPSConnection('contoso.azurecr.io'); c.request('GET', '/v2/'); assert c.getresponse().status == 401\"",
    sys.executable: f"{sys.executable} -c \"import httpx; assert httpx.get('https://contoso.azurecr.io/v2/').status_code == 401\"",
}


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: Path(client).name)
def test_each_client_trusts_the_lab(labs: Labs, program: Callable[[str], str], client: str) -> None:
    """The bundle and the variables reach all of them."""
    program(client)
    done = labs.run("private-link", "hub", script=CLIENTS[client])
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def ordinary(labs: Labs, tmp_path_factory: pytest.TempPathFactory) -> Labs:
    """Return the means to run labs as a user without privileges."""
    if os.geteuid():
        return labs
    libraries = f"{ROOT}:{sysconfig.get_path('purelib')}"
    for python in (sys.executable, "/usr/bin/python3"):
        prefix = ("setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", "--", "env", f"PYTHONPATH={libraries}")
        command = (
            *prefix,
            "HOME=/nowhere",
            "XDG_RUNTIME_DIR=",
            "PYTHONDONTWRITEBYTECODE=1",
            python,
            "-m",
            "acrdns",
            "lab",
        )
        tried = subprocess.run((*command, "--help"), cwd="/", capture_output=True, check=False)
        if tried.returncode == 0:
            return Labs(command)
    pytest.skip("no Python that an ordinary user may run has this checkout's libraries")


def test_an_ordinary_user_runs_it_too(ordinary: Labs) -> None:
    """The command is that user, has no capability, and pulls; nothing of the machine can be undone."""
    done = ordinary.run(
        "private-link", "hub", script=f"id -u; grep CapEff /proc/self/status; {PULL} && umount /etc/resolv.conf"
    )
    uid = "1234" if os.geteuid() == 0 else str(os.geteuid())
    assert done.stdout.split() == [uid, "CapEff:", "0000000000000000"], done.stderr
    assert done.returncode != 0
    assert re.search(r"superuser|permitted", done.stderr)


def test_an_ordinary_user_may_look_like_root(ordinary: Labs, program: Callable[[str], str]) -> None:
    """As podman needs it, which pulls and pushes then."""
    program("podman")
    podman = 'podman --root "$d/root" --runroot "$d/run" --tmpdir "$d/tmp" --storage-driver vfs'
    script = f"""
    d=$(mktemp -d) && trap 'rm -rf "$d"' EXIT
    export HOME="$d" XDG_RUNTIME_DIR="$d"
    {podman} pull -q contoso.azurecr.io/hello-world:latest &&
    {podman} push -q contoso.azurecr.io/hello-world:latest contoso.azurecr.io/team/podman:v1 &&
    skopeo list-tags docker://contoso.azurecr.io/team/podman
    """
    done = ordinary.run("private-link", "hub", "--as-root", script=script)
    assert '"v1"' in done.stdout, done.stderr
