"""What is served at one address: which questions are answered without the whole way there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from acrdns.names import name, wire
from acrdns.resolve.world import World
from acrdns.serve.listen.addresses import ZONE_FILES
from acrdns.serve.sources import ClientSelection, ServingState, Sources, load
from acrdns.topology.load import loads
from acrdns.zone.view import view
from acrdns.zone.zone import build
from tests.resolve.asking import PRIVATE_LINK
from tests.wire.exchange import CLIENT, NOW, records
from tests.wire.strategies import OPT, query

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.serve.service import Service

ZONE = """
corp.example      SOA    ns1.corp.example host.corp.example 1 3600 300 2419200 60
www.corp.example  A      192.0.2.2
"""
STATE = ServingState(
    World(loads(PRIVATE_LINK, "sources.yaml")),
    view([build(name("corp.example"), "file", "corp.example", records(ZONE))]),
)


def served(vantage: str, *, zone_files: bool = True, selection: ClientSelection | None = None) -> Service:
    """Serve at an address of a vantage point."""
    return STATE.service(vantage, zone_files=zone_files, cookies=None, on_error=print, selection=selection)


def is_quick(service: Service, text: str) -> bool:
    """Ask for a name three times, and tell whether the last answer is a quick one; all of them must be right."""
    packet = query(7, 0x0100, wire(text), 1, OPT)
    answers = [service.answering.learnt(packet[2:], packet[2:].lower()) for _ in range(3)]
    resolved = replace(service.responder, memo=None).reply(packet, tcp=False, client=CLIENT, now=NOW)
    assert resolved is not None
    assert set(answers) <= {None, resolved.packet[2:]}
    return answers[-1] is not None


@pytest.mark.parametrize(
    ("vantage", "zone_files", "text", "quick"),
    [
        ("hub", True, "contoso.azurecr.io", True),
        ("hub", True, "www.corp.example", True),
        ("hub", True, "no.corp.example", True),
        ("hub", True, "corp.example", False),
        ("hub", False, "contoso.azurecr.io", True),
        ("hub", False, "www.corp.example", True),
        (ZONE_FILES, True, "www.corp.example", True),
        (ZONE_FILES, True, "contoso.azurecr.io", True),
        ("gone", False, "contoso.azurecr.io", False),
    ],
)
def test_what_is_quick(vantage: str, zone_files: bool, text: str, quick: bool) -> None:
    """Zone files are, and vantage points that are there, also at one address; an apex is like no other name."""
    assert is_quick(served(vantage, zone_files=zone_files), text) is quick


def test_clients_that_are_told_apart() -> None:
    """By their address: nobody's answer is anybody else's. By EDNS Client Subnet: who sends none is as all others."""
    assert not is_quick(served("hub", selection=ClientSelection(ecs=False, by_client=True)), "contoso.azurecr.io")
    assert is_quick(served("hub", selection=ClientSelection(ecs=True, by_client=False)), "contoso.azurecr.io")


def test_what_answers_need_is_made_while_loading(tmp_path: Path) -> None:
    """Whose addresses there are takes long to collect in a large estate, and the first question does not wait for it."""
    file = tmp_path / "topology.yaml"
    file.write_text(PRIVATE_LINK)
    world = load(Sources(str(file))).world
    assert world is not None
    assert {"ownership", "boundaries"} <= vars(world).keys()
