"""The causes in a file, which take longest to find, are handed on within a run, and kept no longer."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from acrdns.check import lint as module
from acrdns.check.lint import CausesInFile, causes_in_file, lint
from acrdns.cli import main
from acrdns.teach.web.diagnose import diagnosed
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.check.facts import Facts
    from acrdns.check.proof.proved import Proved
    from acrdns.topology.model import Topology

UNLINKED = """
version: 1
registries:
  contoso: {location: eastus, public: {addresses: {registry: [20.45.122.144]}}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [one, two]}
  one: {address_space: [10.1.0.0/16]}
  two: {address_space: [10.2.0.0/16]}
private_endpoints:
  pe:
    {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8},
     dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {}, two: {}}}
"""
CLOSED = """
version: 1
registries: {contoso: {location: eastus, public_network_access_enabled: false}}
networks: {hub: {address_space: [10.0.0.0/16]}}
"""
OBSERVED = "one contoso.azurecr.io 20.45.122.144\none contoso.eastus.data.azurecr.io 20.45.122.150\n"


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[Topology]:
    """Return the topologies in which causes are looked for from now on."""
    seen: list[Topology] = []
    look = module.causes

    def causes(facts: Facts) -> list[Proved]:
        seen.append(facts.topology)
        return look(facts)

    monkeypatch.setattr(module, "causes", causes)
    return seen


def _assert_once(searched: list[Topology]) -> None:
    assert searched
    assert [topology for number, topology in enumerate(searched) if topology in searched[:number]] == []


def test_a_diagnosis(tmp_path: Path, searched: list[Topology]) -> None:
    """Answers that the file explains are compared with how it is meant, too."""
    estate, seen = tmp_path / "estate.yaml", tmp_path / "seen.txt"
    estate.write_text(UNLINKED)
    seen.write_text(OBSERVED)
    assert main.run(["diagnose", str(estate), str(seen)]) == 1
    _assert_once(searched)


def test_a_diagnosis_on_a_page(searched: list[Topology]) -> None:
    """The same of the lines of a form."""
    found, wrong = diagnosed(loads(UNLINKED, "estate.yaml"), OBSERVED)
    assert wrong == 2
    assert found.diagnoses[0].in_file
    _assert_once(searched)


def test_a_repair_that_cannot_be(tmp_path: Path, searched: list[Topology]) -> None:
    """What no edit mends is shown as `lint` finds it."""
    estate = tmp_path / "estate.yaml"
    estate.write_text(CLOSED)
    assert main.run(["fix", str(estate)]) == 1
    _assert_once(searched)


def test_they_are_those_of_lint(searched: list[Topology]) -> None:
    """In a file that is so small that fixes are tried, they are found once for both."""
    topology = loads(UNLINKED, "estate.yaml")
    causes = CausesInFile(topology)
    assert {each.finding for each in causes()} == set(causes.findings)
    assert len(searched) == 1
    assert causes.findings == lint(topology)
    assert [each.finding for each in causes()] == [each.finding for each in causes_in_file(topology)]


def test_nothing_is_kept_of_a_topology() -> None:
    """Neither it nor what was found in it, once nobody has it any more."""
    topology = loads(UNLINKED, "estate.yaml")
    known = weakref.ref(topology)
    assert lint(topology)
    del topology
    gc.collect()
    assert known() is None
