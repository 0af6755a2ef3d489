"""An import in a test: values in, notes and the loaded topology out, and the answers that it gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.importing import Imported, imported
from acrdns.exchange.imports.reading import Input
from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

FIXTURES = Path(__file__).parent / "az"
GROUP = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-contoso"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
ADDRESSES = {
    "contoso.azurecr.io": "10.0.0.7",
    "contoso.eastus.data.azurecr.io": "10.0.0.4",
    "contoso.westeurope.data.azurecr.io": "10.0.0.5",
}


def fixture(stem: str) -> Any:
    """Return a file as az writes it."""
    return json.loads((FIXTURES / f"{stem}.json").read_text(encoding="utf-8"))


def fixtures() -> list[Input]:
    """Return the whole estate, as az lists it."""
    files = (path for path in sorted(FIXTURES.glob("az_*.json")) if "show_endpoints_no" not in path.name)
    return [Input(path.name, path.read_bytes()) for path in files]


def of(*values: Any, format_: str = "auto") -> Imported:
    """Import values, a file each: JSON values, or texts as they are."""
    octets = (each if isinstance(each, bytes) else _octets(each) for each in values)
    return imported((Input(f"{at}.json", each) for at, each in enumerate(octets)), format_)


def _octets(value: Any) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def topology(result: Imported) -> Topology:
    """Load the topology."""
    return loads(result.text, "OUT")


def said(result: Imported) -> list[str]:
    """Return the notes, as they are reported."""
    return [str(note) for note in result.notes.notes]


def answers(loaded: Topology, vantage: str) -> dict[str, str]:
    """Return the address that each endpoint has for a vantage point; empty for none."""
    world = World(loaded)
    found = {}
    for fqdn in ADDRESSES:
        answer = world.resolve(vantage, Question(name(fqdn), Type.A)).response.answer
        found[fqdn] = answer[-1].texts()[0] if answer and answer[-1].type == Type.A else ""
    return found
