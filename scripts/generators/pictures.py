"""The pictures of README.md, each drawn by the command that stands below it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.teach.drawing.picture import draw
from acrdns.topology.load import load

if TYPE_CHECKING:
    from pathlib import Path


def outputs(root: Path) -> dict[str, str]:  # noqa: ARG001 - every generator has the same arguments
    """Return the picture of `acrdns graph hub-and-spoke-resolver contoso.azurecr.io --from office`."""
    world = World(load("hub-and-spoke-resolver"))
    question = Question(names.name("contoso.azurecr.io"), Type.A)
    return {"scripts/pictures/hub-and-spoke-resolver.svg": draw(world, world.resolve("office", question)) + "\n"}
