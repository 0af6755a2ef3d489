"""Lists of `acrdns firewall`, applied in the lab to real clients: all works with the list, one line less breaks what it says."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.check.firewall.rules import firewall
from acrdns.report.firewall import json as as_json
from acrdns.topology.load import load

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from acrdns.check.firewall.rules import FirewallRule
    from tests.lab.conftest import Labs

pytestmark = [pytest.mark.interop, pytest.mark.slow]

# Each operation that a client carries out prints its name; all of them at once, since a silent address takes seconds.
OPERATIONS = r"""
R=$1; U="$ACRDNS_LAB_USER:$ACRDNS_LAB_PASSWORD"; T="https://$R/oauth2/token?service=$R&scope=repository:hello-world:pull"
try() { name=$1; shift; if "$@" >/dev/null 2>&1; then echo "$name"; fi & }
login() { curl -s -o /dev/null -w '%{http_code}' "https://$R/v2/" | grep 401; }
referrers() {
  token=$(curl -s -u "$U" "$T" | sed 's/.*access_token": *"\([^"]*\).*/\1/')
  curl -sf -H "Authorization: Bearer $token" "https://$R/v2/hello-world/referrers/sha256:$(printf '%064d' 0)"
}
management() { curl -s -o /dev/null -w '%{http_code}' "https://$2/" | grep -v 000; }
try login login
try token curl -sf -o /dev/null -u "$U" "$T"
try manifest skopeo inspect --raw "docker://$R/hello-world:latest"
try layer-pull skopeo copy -q "docker://$R/hello-world:latest" "dir:$3/pulled"
try layer-push skopeo copy -q "dir:$3/source" "docker://$R/pushed:1"
try referrers referrers
try management management "$@"
wait
"""
ACRDNS = f"{sys.executable} -m acrdns"
NOT_TRIED = {"tasks", "sync-auth", "sync-messages"}


@pytest.fixture(autouse=True)
def _clients(program: Callable[[str], str]) -> None:
    program("skopeo")
    program("curl")


class Tried:
    """Runs the operations from a vantage point of a sample, behind a list."""

    def __init__(self, labs: Labs, folder: Path, sample: str, vantage: str, host: str) -> None:
        self._labs = labs
        self._folder = folder
        self._sample = sample
        self._vantage = vantage
        self._host = host
        (folder / "operations").write_text(OPERATIONS)
        labs.run(
            "public",
            "internet",
            script=f"skopeo copy -q docker://contoso.azurecr.io/hello-world:latest dir:{folder}/source",
        )
        assert (folder / "source/manifest.json").is_file()

    def with_list(self, rules: tuple[FirewallRule, ...] | None, first: str = "") -> set[str]:
        """Return the operations that work; `first` is done before."""
        options = []
        if rules is not None:
            text = "".join(f"{rule.host.name}:{rule.port}\n" for rule in rules)
            (self._folder / "list").write_text(text)
            options = ["--firewall", str(self._folder / "list")]
        script = f"{first} sh {self._folder}/operations {self._host} management.azure.com {self._folder}"
        done = self._labs.run(self._sample, self._vantage, *options, "--patience", "quick", script=script)
        assert done.returncode == 0, done.stderr
        return set(done.stdout.split())


@pytest.mark.parametrize(
    ("sample", "vantage", "host"),
    [
        ("private-link", "hub", "contoso.azurecr.io"),
        ("public", "internet", "contoso.azurecr.io"),
    ],
)
def test_one_line_less_breaks_what_it_says(labs: Labs, tmp_path: Path, sample: str, vantage: str, host: str) -> None:
    """With a private endpoint, and without dedicated data endpoints."""
    tried = Tried(labs, tmp_path, sample, vantage, host)
    topology = load(sample)
    rules = firewall(topology, vantage).rules
    free = tried.with_list(None)
    assert free == {"login", "token", "manifest", "layer-pull", "layer-push", "referrers", "management"}
    assert tried.with_list(rules) == free
    for left in rules:
        if left.scope == "registry" or "management" in left.operations:
            if left.scope == "service" and left.host.of != "Resource Manager":
                continue  # the lab has no Entra ID
            kept = tuple(rule for rule in rules if rule != left)
            assert free - tried.with_list(kept) == set(left.operations) - NOT_TRIED, left.host.name


def test_the_line_of_a_replica_counts_when_it_serves(labs: Labs, tmp_path: Path) -> None:
    """With its home region down, layers come from the next one."""
    tried = Tried(labs, tmp_path, "geo-replicated", "internet", "contoso.azurecr.io")
    rules = firewall(load("geo-replicated"), "internet").rules
    without = tuple(rule for rule in rules if rule.host.name != "contoso.westus.data.azurecr.io")
    down = f"{ACRDNS} lab region eastus --down >/dev/null;"
    free = tried.with_list(rules)
    assert tried.with_list(rules, down) == free
    assert tried.with_list(without) == free
    assert free - tried.with_list(without, down) == {"layer-pull"}


def test_sync_needs_the_two_hosts_that_the_list_has(labs: Labs, tmp_path: Path) -> None:
    """The login server for its token, the data endpoint for messages and content; the JSON is a list, too."""
    found = firewall(load("connected-registry"), "plant")
    document: dict[str, Any] = json.loads(as_json.render(found))

    def synced(left: str) -> tuple[int, str]:
        kept = [rule for rule in document["rules"] if rule["host"] != left]
        (tmp_path / "list").write_text(json.dumps({**document, "rules": kept}))
        options = ("--firewall", str(tmp_path / "list"), "--patience", "quick")
        done = labs.run("connected-registry", "plant", *options, script=f"{ACRDNS} lab connected factory --sync")
        return done.returncode, done.stderr.partition(":")[0]

    assert synced("") == (0, "")
    assert synced("contoso.azurecr.io") == (1, "token")
    assert synced("contoso.eastus.data.azurecr.io") == (1, "messages")
