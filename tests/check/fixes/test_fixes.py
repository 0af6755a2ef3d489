"""Fixes: one catalogue, the same in every language, in the file and in the topology, and for `lint` and `check`."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import hcl2
import pycep
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check import fixes
from acrdns.check.facts import Facts
from acrdns.check.fixes import ACTIONS, action
from acrdns.check.fixes.add_zone_group import AddZoneGroup
from acrdns.check.fixes.enable_transit import EnableTransit, Joined
from acrdns.check.fixes.fix import PRIVATELINK, ZoneName, az
from acrdns.check.fixes.link_zone import LinkZone
from acrdns.check.fixes.placeholder import explained
from acrdns.check.fixes.set_dns_servers import SetDnsServers
from acrdns.check.fixes.set_link import SetLink, with_names
from acrdns.check.fixes.set_record import SetRecord
from acrdns.check.fixes.set_rule_targets import SetRuleTargets
from acrdns.check.fixes.set_ttl import SetTtl
from acrdns.check.lint import lint
from acrdns.check.rules import rules
from acrdns.check.simulate import cases
from acrdns.errors import TopologyError
from acrdns.resolve.world import World
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.text.rewrite import edited
from tests.check.situations import judged
from tests.examples import examples
from tests.scenarios.scenario import DIRECTORY, SCENARIOS, Scenario, read
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.check.finding import Finding
    from acrdns.check.fixes.fix import Fix
    from acrdns.topology.model import Topology

PAGES = [(rule.code, fix) for rule in rules() for fix in rule.page.fixes]


def test_every_action_is_in_the_table() -> None:
    """An action is the file of its name, and a class of its name."""
    files = {path.stem.replace("_", "-") for path in Path(fixes.__path__[0]).glob("*.py")}
    assert files - {"--init--", "fix", "placeholder"} == set(ACTIONS)
    assert [action(name).__name__ for name in ACTIONS] == [name.title().replace("-", "") for name in ACTIONS]


@pytest.mark.parametrize(("code", "fix"), PAGES, ids=[f"{code}-{type(fix).__name__}" for code, fix in PAGES])
def test_a_fix_can_be_pasted(code: str, fix: Fix) -> None:
    """A shell takes every word of a command as it is, and the other languages' parsers what is in theirs."""
    for command in fix.az:
        assert shlex.split(command)[0] == "az", code
        assert not re.search(r"[<>;&|$`]", command)
        assert not unexplained(command)
    are_read(fix.terraform, fix.bicep)


SERVERS = ("10.0.0.4", "10.0.0.5")


@pytest.mark.parametrize(
    "fix",
    [
        SetDnsServers("hub", SERVERS),
        SetTtl(PRIVATELINK, "contoso", 10, SERVERS),
        SetRecord(PRIVATELINK, "contoso", add=SERVERS),
        SetRuleTargets("corp", "azurecr.io", SERVERS),
        AddZoneGroup("contoso-pe", PRIVATELINK, has_others=True),
    ],
)
def test_lists_of_several_are_written_in_each_language(fix: Fix) -> None:
    """Bicep wants commas between the items of a list on one line, which no grammar of others asks for."""
    are_read(fix.terraform, fix.bicep)


@cache
def bicep_parser() -> pycep.BicepParser:
    """Return a parser of Bicep that others have written; the compiler is in no registry of Python, Node or Debian."""
    return pycep.BicepParser()


@cache
def are_read(terraform: str, bicep: str) -> None:
    """Assert that both are in their languages' grammar. What is no whole resource says first where it belongs."""
    hcl2.loads(terraform + "\n")
    comments, code = partition_comments(bicep)
    if code and not code.startswith("resource "):
        assert comments.startswith("// in ")
        code = f"var it = [\n{code}\n]" if code.startswith("{") else f"var it = {{\n{code}\n}}"
    bicep_parser().parse(text=f"{comments}{code}\n")
    inside = re.sub(r"resource \w+ \S+ =|^//.*$", "", re.sub(r"'[^']*'", "''", code), flags=re.MULTILINE)
    assert not re.search(r"['\]})\w] +(['{\[]|\w+:)", inside), bicep


def partition_comments(bicep: str) -> tuple[str, str]:
    """Return the comments at the top, and what comes after."""
    code = re.sub(r"\A(//.*(\n|\Z))*", "", bicep)
    return bicep.removesuffix(code), code


@pytest.mark.parametrize(
    ("key", "group"),
    [
        ("", "RESOURCE_GROUP"),
        ("privatelink.azurecr.io", "RESOURCE_GROUP"),
        ("privatelink.azurecr.io@rg-east", "rg-east"),
        ("privatelink.azurecr.io@rg_(east).1@0000-11", "rg_(east).1"),
        ("east-zone", "RESOURCE_GROUP_OF_EAST_ZONE"),
        ("east@rg", "RESOURCE_GROUP_OF_EAST_RG"),
        ("privatelink.azurecr.io@two words", "RESOURCE_GROUP_OF_PRIVATELINK_AZURECR_IO_TWO_WORDS"),
    ],
)
def test_a_resource_group_that_the_key_has_is_used(key: str, group: str) -> None:
    """An import writes it there, where two zones have one name."""
    assert ZoneName("privatelink.azurecr.io", key).group == group
    assert ZoneName.new("privatelink.azurecr.io", "far").group == "RESOURCE_GROUP_OF_PRIVATELINK_AZURECR_IO_OF_FAR"


def unexplained(command: str) -> list[str]:
    """Return the words in capital letters of which no report says what the reader has to put there."""
    return [word for word in re.findall(r"\b[A-Z][A-Z_]{2,}\b", command) if not list(explained(word))]


def can_be_pasted(fix: Fix) -> None:
    """Assert that every word of the commands is one word for a shell, made up neither of signs nor of Python's values."""
    for command in fix.az:
        parts = list(shlex.shlex(command, posix=True, punctuation_chars=True))
        assert parts[0] == "az"
        assert not [part for part in parts if part and set(part) <= set("();<>|&")], command
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "", command)
        assert not re.search(r"[<>$`*?~{}\[\]!#]|\bNone\b", bare), command
        assert not unexplained(command), command
    assert not re.search(r"<\w|\bNone\b|\w\(\w+='", f"{fix.text}{fix.terraform}{fix.bicep}"), fix.text


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1))
def test_names_of_users_stay_one_word(name: str) -> None:
    """Whatever a network is called, the command says it, and nothing else."""
    assert shlex.split(az("network vnet show", "-n", name)) == ["az", "network", "vnet", "show", "-n", name]


def found(scenario: Scenario) -> list[Finding]:
    """Return the findings of lint, and of check at every vantage point of the simulation."""
    topology = scenario.topology()
    return [*scenario.all_findings(), *(each for vantage in topology.vantages for each in checked(topology, vantage))]


def checked(topology: Topology, vantage: str) -> tuple[Finding, ...]:
    """Return what check finds at a vantage point of the simulation."""
    facts = Facts(topology, vantage, cases(World(topology), vantage))
    return judged(facts).findings


LOADED = [scenario for scenario in SCENARIOS if not scenario.refused]


@pytest.mark.parametrize("scenario", LOADED, ids=lambda scenario: scenario.file.stem)
def test_a_fix_is_the_same_in_the_file_and_in_the_topology(scenario: Scenario) -> None:
    """Every fix that is proposed for a scenario can be made in its text, which then loads as the topology that it gives.

    Its commands can be pasted into a shell.
    """
    for finding in found(scenario):
        text, topology = scenario.text, loads(scenario.text, scenario.file.name)
        for fix in finding.fixes:
            can_be_pasted(fix)
            are_read(fix.terraform, fix.bicep)
            text = edited(text, fix.edits(topology), scenario.file.name)
            topology = fix.apply(topology)
            assert loads(text, scenario.file.name) == topology, (finding.code, fix)


# What is left says so: the zone is there, linked to no network.
STAYS = {"ACR207"}


@pytest.mark.parametrize("scenario", LOADED, ids=lambda scenario: scenario.file.stem)
def test_a_fix_mends_what_was_found(scenario: Scenario) -> None:
    """With the fixes of a finding made, lint no longer has it; one of the same name may be there for another server."""
    before = Counter((finding.code, finding.fqdn) for finding in scenario.findings())
    unchanged = scenario.topology()
    for finding in scenario.findings():
        topology = unchanged
        for fix in finding.fixes:
            topology = fix.apply(topology)
        if topology != unchanged and finding.code not in STAYS:
            left, key = Counter((each.code, each.fqdn) for each in lint(topology)), (finding.code, finding.fqdn)
            assert left[key] < before[key]


# scenario, what lint says, the vantage point that check runs at, and what it says there of the same cause
SAME = [
    ("unlinked-network", "ACR101", "hub", "ACR301"),
    ("unlinked-without-zone", "ACR101", "hub", "ACR301"),
    ("peering-changes-nothing", "ACR101", "spoke", "ACR301"),
    ("public-resolver", "ACR107", "hub", "ACR301"),
    ("forwarder-to-public-dns", "ACR107", "hub", "ACR301"),
    ("on-premises-public-dns", "ACR107", "office", "ACR301"),
    ("forwarder-in-unlinked-network", "ACR108", "dns", "ACR301"),
    ("inbound-endpoint-in-unlinked-network", "ACR108", "office", "ACR301"),
    ("on-premises-privatelink-forwarding", "ACR109", "office", "ACR301"),
    ("shadowed-zone", "ACR201", "hub", "ACR305"),
    ("stale-private-ip", "ACR203", "hub", "ACR302"),
    ("swapped-records", "ACR303", "hub", "ACR303"),
    ("shared-address", "ACR304", "hub", "ACR304"),
    ("missing-data-record", "ACR204", "hub", "ACR305"),
    ("replica-without-record", "ACR204", "hub", "ACR305"),
    ("link-in-progress", "ACR206", "hub", "ACR301"),
    ("zone-of-public-name", "ACR207", "hub", "ACR305"),
    ("third-party-hidden", "ACR208", "hub", "ACR305"),
    ("redirect-masks-missing-record", "ACR209", "hub", "ACR301"),
    ("wrong-zone-linked", "ACR214", "hub", "ACR305"),
]


@pytest.mark.parametrize(("name", "cause", "vantage", "shown"), SAME, ids=[f"{row[1]}-{row[0]}" for row in SAME])
def test_check_and_lint_give_the_same_command(name: str, cause: str, vantage: str, shown: str) -> None:
    """Whoever asks, the file's cause has one fix."""
    topology = read(DIRECTORY / f"{name}.yaml").topology()
    of_lint = {finding.fix for finding in lint(topology) if finding.code == cause}
    of_check = {finding.fix for finding in checked(topology, vantage) if finding.code == shown}
    assert of_check
    assert of_check <= of_lint


@examples(1, 2)
@given(topologies())
def test_a_fix_of_any_topology_is_the_same_in_its_file(topology: Topology) -> None:
    """Whatever a file says: unless Azure would refuse the result, the edited text loads as the fixed topology.

    The fixes of a finding are made one after another: one may concern a zone that an earlier one creates.
    """
    for finding in islice(lint(topology), 3):
        text, now = dumps(topology), topology
        for fix in finding.fixes:
            try:
                after = edited(text, fix.edits(now), topology.file)
                loaded = loads(after, topology.file)
            except TopologyError:
                continue
            text, now = after, fix.apply(now)
            assert replace(loaded, assumptions=topology.assumptions) == now, fix


def test_a_link_that_was_there_has_a_placeholder_and_a_new_one_its_name() -> None:
    """The file does not know the names of links."""
    redirect = SetLink(ZoneName("privatelink.azurecr.io"), "hub-1", "resolution_policy", "NxDomainRedirect")
    alone, (_, after) = with_names([redirect]), with_names([LinkZone(redirect.zone, "hub-1"), redirect])
    assert " -n LINK_OF_HUB_1 " in alone[0].az[0]
    assert " -n hub-1-link " in after.az[0]


def test_transit_has_the_same_steps_in_each_language() -> None:
    """Spokes need forwarded traffic and routes to the appliance; a site needs the gateway, and no route."""
    pairs = (Joined("aks", "shared", spaces=("10.1.0.0/16", "10.0.0.0/16")),)
    fix = EnableTransit("hub", (*pairs, Joined("aks", "office", frozenset({"office"}))))
    assert fix.terraform.count('resource "azurerm_route"') == fix.bicep.count(": a route to ") == 2
    assert [text.count("10.0.0.0/16") for text in ("".join(fix.az), fix.terraform, fix.bicep)] == [1, 1, 1]
    assert "allow_forwarded_traffic = true" in fix.terraform
    assert "office-by-way-of" not in fix.terraform
