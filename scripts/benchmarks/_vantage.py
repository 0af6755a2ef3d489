"""A vantage point of an estate, for `serve`: ours answers from the topology, NSD from zone files of the same view.

`acrdns export zonefile --from` writes those. Their answers are held against the engine, asked in this process.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question as Asked
from acrdns.resolve.world import World
from acrdns.topology.load import load
from scripts.benchmarks._estate import Estate
from scripts.benchmarks._servers import Field, Served
from scripts.benchmarks._traffic import Traffic

if TYPE_CHECKING:
    from pathlib import Path

    from scripts.benchmarks._servers import Answer
    from scripts.benchmarks._traffic import Question

VANTAGE = "hub-0"
"""It sees a fifth of the registries by their private addresses, and the others by longer public chains."""


def view(folder: Path, registries: int) -> Field:
    """Write an estate's topology and what NSD serves of it into a folder, and the questions."""
    folder.mkdir()
    estate, file, zones = Estate(registries), folder / "estate.yaml", folder / "zones"
    file.write_text(estate.text(), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "acrdns", "export", "zonefile", str(file), "--from", VANTAGE, "--output", str(zones)],
        check=True, capture_output=True,
    )  # fmt: skip
    by_apex = {f"{path.name.removesuffix('.zone')}.": path for path in zones.iterdir()}
    names = [f"{owner}." for owner in estate.names()]
    served = Served(by_apex, (str(file),), names[0], f"{VANTAGE}=")
    return Field(VANTAGE, served, Traffic(folder, names), Engine(file))


class Engine:
    """What the vantage point gets, step by step."""

    def __init__(self, file: Path) -> None:
        self._world = World(load(str(file)))

    def __call__(self, question: Question) -> Answer:
        """Answer a question."""
        found = self._world.resolve(VANTAGE, Asked(name(question[0]), question[1])).response
        data = ((rrset.type, text) for rrset in found.answer for text in rrset.texts())
        return found.rcode, {text + "." if number == Type.CNAME else text for number, text in data}
