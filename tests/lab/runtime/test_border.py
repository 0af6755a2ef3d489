"""The lists of all samples, applied in the lab: all works behind a list, and one line less breaks just what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.check.firewall.rules import firewall
from acrdns.topology.load import load
from acrdns.traffic import SYNC, management_host
from tests.lab.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.check.firewall.rules import FirewallRule
    from acrdns.topology.model import Topology
    from tests.lab.conftest import Labs

pytestmark = pytest.mark.slow

SAMPLES = sorted(path.stem for path in Path(ROOT, "zones").glob("*.yaml"))
PROGRAM = Path(__file__).with_name("border.py")
FREE, ALL, NEEDED = "*", "all lines", "those that something in the lab is behind"
NOT_IN_THE_LAB = {"tasks"}
Found = dict[str, dict[str, list[str]]]


@dataclass
class Border:
    """The lists of one vantage point, and what was found behind each."""

    topology: Topology
    vantage: str

    def __post_init__(self) -> None:
        self.rules = firewall(self.topology, self.vantage).rules
        # The lab has no Entra ID and no registry of Microsoft's, and nothing connects to the bare suffix.
        self.tried = [rule for rule in self.rules if rule.scope == "registry" or rule.host.of == "Resource Manager"]
        self.regions = sorted({r for each in self.topology.registries.values() for r in each.regions})
        self.plants = [
            connected.name
            for registry in self.topology.registries.values()
            for connected in registry.connected_registries.values()
            if connected.network == self.vantage
        ]

    @property
    def job(self) -> dict[str, Any]:
        """The job of the program inside: each region serves alone for once."""
        lines = {rule.host.name: f"{rule.host.name}:{rule.port}\n" for rule in self.rules}
        needed = [rule.host.name for rule in self.tried]
        lists = {FREE: "*\n", ALL: "".join(lines.values())}
        lists |= {left: "".join(line for name, line in lines.items() if name != left) for left in needed}
        lists[NEEDED] = "".join(lines[name] for name in needed)
        states = {region: [each for each in self.regions if each != region] for region in self.regions}
        return {
            "lists": lists,
            "entries": [rule.host.name for rule in self.rules if rule.host.kind in ("login", "regional", "connected")],
            "management": management_host(self.topology.cloud),
            "plants": self.plants,
            "regions": self.regions,
            "states": states,
        }

    def judge(self, found: dict[str, Found]) -> None:
        """Hold what was found against what the rules say."""
        for state, lists in found.items():
            assert lists[ALL] == lists[FREE] == lists[NEEDED], state
        for rule in self.tried:
            broken: set[str] = set()
            possible: set[str] = set()
            for lists in found.values():
                free, left = lists[FREE], lists[rule.host.name]
                broken |= self._broken(rule, free, left)
                possible |= {name.split()[-1] for name in free if name.split()[0] in self._entries(rule)}
            says = set(rule.operations) - NOT_IN_THE_LAB
            if not self._serves(rule):
                says -= {"layer-pull"}
            assert broken == says & (possible | set(SYNC)), rule.host.name

    def _entries(self, rule: FirewallRule) -> set[str]:
        """Return the hosts that one asks to reach the registries of a rule."""
        if rule.scope == "service":
            return {"management"}
        return {each.host.name for each in self.tried if set(each.registries) & set(rule.registries)}

    def _broken(self, rule: FirewallRule, free: dict[str, list[str]], left: dict[str, list[str]]) -> set[str]:
        """Return the operations that a line less breaks: those that connect to its host, and no others."""
        broken = set()
        for name, touched in free.items():
            if name.startswith("sync of"):
                step = {"token": "sync-auth", "messages": "sync-messages", "content": "sync-messages"}
                assert touched == [""], "all syncs work without a firewall"
                broken |= {step[reason] for reason in left[name] if reason}
                continue
            connects = any(rule.host.name == host or _below(host, rule) for host in touched)
            assert (name not in left) == connects, (rule.host.name, name, touched)
            if connects:
                assert set(name.split()[-1:]) <= set(rule.operations), (rule.host.name, name)
                broken.add(name.split()[-1])
        return broken

    def _serves(self, rule: FirewallRule) -> bool:
        """Return whether a data endpoint's region serves when it is the only one that is up."""
        if rule.host.kind != "data":
            return True
        registries = [self.topology.registries[key] for key in rule.registries]
        return any(rule.host.of in each.routed_regions or each.regional_endpoints_enabled for each in registries)


def _below(host: str, rule: FirewallRule) -> bool:
    return rule.host.wildcard and host.endswith(f".{rule.host.domain}")


@contextmanager
def up(labs: Labs, sample: str, runtime: Path) -> Iterator[dict[str, str]]:
    """Keep a lab up, and yield the environment in which it is found."""
    environment = {"XDG_RUNTIME_DIR": str(runtime)}
    command = (*labs.command, "up", sample)
    lab = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True)
    assert lab.stdout is not None
    with lab, lab.stdout:
        assert "ready\n" in lab.stdout, "the lab has ended before it was ready"
        try:
            yield environment
        finally:
            lab.terminate()
            lab.wait()


@pytest.mark.parametrize("sample", SAMPLES)
def test_one_line_less_breaks_just_what_it_says(labs: Labs, tmp_path: Path, sample: str) -> None:
    """From every vantage point of a sample, with each region serving alone."""
    topology = load(sample)
    worked: set[str] = set()
    (tmp_path / "list").write_text("*\n")
    options = ["--firewall", str(tmp_path / "list"), "--patience", "quick"]
    if rules := [rule for registry in topology.registries.values() for rule in registry.ip_rules]:
        options += ["--client", str(next(ip_network(rules[0]).hosts()))]  # others are refused by the registry itself
    with up(labs, sample, tmp_path) as environment:
        for vantage in topology.vantages:
            border = Border(topology, vantage)
            (tmp_path / "job").write_text(json.dumps(border.job))
            command = (sys.executable, str(PROGRAM), str(tmp_path / "job"))
            done = labs.lab("run", sample, "--from", vantage, *options, "--", *command, environment=environment)
            assert done.returncode == 0, done.stderr
            found = json.loads(done.stdout)
            border.judge(found)
            worked |= {name.split()[-1] for lists in found.values() for name in lists[ALL]}
    assert worked >= {"login", "token", "manifest", "layer-pull", "layer-push", "referrers", "management"}


SHARED = """
registries:
  contoso: {location: eastus, public: {addresses: {registry: [20.45.122.144]}}}
  fabrikam: {location: eastus, public: {addresses: {registry: [20.45.122.144]}}}
"""
ASK = """
for host in contoso.azurecr.io fabrikam.azurecr.io; do
  curl -so /dev/null --connect-timeout 5 -w "$host %{http_code}" https://$host/v2/; echo " $?"
done
curl -ksSo /dev/null https://20.45.122.144/v2/; echo "no name $?"
"""
NO_TLS, SILENT = 35, 28
"""Exit codes of curl: the connection ends in the handshake, as behind Azure Firewall; nothing answers."""


def test_two_names_at_one_address_need_a_line_each(labs: Labs, tmp_path: Path, program: Callable[[str], str]) -> None:
    """A firewall looks at the name in the ClientHello; a connection without a name is not let through."""
    program("curl")
    (tmp_path / "shared.yaml").write_text(SHARED)
    (tmp_path / "one").write_text("contoso.azurecr.io\n")
    (tmp_path / "both").write_text("*.azurecr.io:443\n")
    (tmp_path / "address").write_text("20.45.122.144\n")
    (tmp_path / "none").write_text("")
    change = f"{sys.executable} -m acrdns lab firewall {tmp_path}"
    script = "\n".join((ASK, *(f"{change}/{name}; {ASK}" for name in ("both", "address", "none", "one"))))
    done = labs.run(
        str(tmp_path / "shared.yaml"),
        "internet",
        "--firewall",
        str(tmp_path / "one"),
        "--patience",
        "quick",
        script=script,
    )
    assert done.returncode == 0, done.stderr
    works, silent = ("401 0", "401 0", "0"), (f"000 {SILENT}", f"000 {SILENT}", f"{SILENT}")
    one, both = ("401 0", f"000 {NO_TLS}", f"{NO_TLS}"), ("401 0", "401 0", f"{NO_TLS}")
    asked = ("contoso.azurecr.io", "fabrikam.azurecr.io", "no name")
    expected = [
        f"{name} {said}" for found in (one, both, works, silent, one) for name, said in zip(asked, found, strict=True)
    ]
    assert done.stdout.splitlines() == expected


def test_only_a_command_with_a_list_changes_it(labs: Labs, tmp_path: Path) -> None:
    """The others, and those who ask from outside, get an error that says so."""
    change = f"{sys.executable} -m acrdns lab firewall {tmp_path}/list"
    (tmp_path / "list").write_text("*\n")
    environment = {"XDG_RUNTIME_DIR": str(tmp_path)}
    done = labs.run("public", "internet", script=change, environment=environment)
    assert (done.returncode, done.stderr) == (
        2,
        "acrdns: this command has no firewall: start it with acrdns lab run --firewall LIST\n",
    )
    done = labs.lab("firewall", str(tmp_path / "list"), environment=environment)
    assert done.returncode == 2
    assert "no lab answers" in done.stderr
