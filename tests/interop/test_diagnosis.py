"""Faults are named where another server answers: NSD, which knows nothing of Extended DNS Errors or of topologies."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from acrdns.check.simulate import cases
from acrdns.cli import main
from acrdns.resolve.world import World
from acrdns.topology.load import load
from tests.free_ports import free_address
from tests.interop.fleet import Program, ask, until
from tests.interop.hierarchy import nsd_configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from acrdns.probe.observation import Observation

pytestmark = pytest.mark.interop

SUFFIX = "azurecr.io"
HEAD = f"$ORIGIN {SUFFIX}.\n$TTL 60\n@ SOA ns.{SUFFIX}. host.{SUFFIX}. 1 3600 300 2419200 60\n@ NS ns.{SUFFIX}.\n"
FAULTS = {
    "missing-record": "privatelink.azurecr.io/contoso",
    "vnet-without-zone-link": "hub",
    "stale-private-ip": "privatelink.azurecr.io/contoso.eastus.data",
    "ipv6-bypass": "privatelink.azurecr.io/contoso",
    "shadowed-private-zone": "eastus.data.privatelink.azurecr.io @ hub",
}


def _records(observation: Observation) -> Iterator[str]:
    """Return an answer as records of one zone: the aliases in it, then the addresses."""
    inside = [name for name in observation.chain if name.endswith(SUFFIX)]
    yield from (f"{name}. CNAME {target}." for name, target in pairwise(inside))
    yield from (f"{inside[-1]}. A {address}" for address in observation.addresses)
    yield from (f"{inside[-1]}. AAAA {address}" for address in observation.ipv6_addresses)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(
    fault: str, program: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """NSD has what the hub of the broken topology would be answered; the file that is checked is the right one."""
    broken = tmp_path / "broken.yaml"
    assert main.run(["break", fault, "hub-and-spoke", "--at", FAULTS[fault], "-o", str(broken)]) == 0
    records = [line for case in cases(World(load(str(broken))), "hub") for line in _records(case.observation)]
    (tmp_path / "zone").write_text(HEAD + "".join(f"{line}\n" for line in dict.fromkeys(records)))
    host, port = free_address()
    (tmp_path / "nsd.conf").write_text(nsd_configuration(tmp_path, [f"{host}@{port}"], {SUFFIX: tmp_path / "zone"}))
    nsd = Program([program("nsd"), "-d", "-c", str(tmp_path / "nsd.conf")], tmp_path)
    nsd.start()
    try:
        until("NSD answers", lambda: ask((host, port), SUFFIX, "SOA") is not None)
        capsys.readouterr()
        code = main.run(["check", "hub-and-spoke", "--from", f"hub={host}:{port}", "--format", "json"])
    finally:
        nsd.stop()
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    found = [[(each["fault"], each["subject"]) for each in entry["faults"]] for entry in document["diagnoses"]]
    assert [(fault, FAULTS[fault])] in found
    assert document["unexplained"] == []
