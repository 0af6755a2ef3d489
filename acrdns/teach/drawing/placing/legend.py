"""The legend below the lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.teach.drawing.measure import width
from acrdns.teach.drawing.scene import Dot, Label, Stroke

if TYPE_CHECKING:
    from acrdns.teach.drawing.scene import Scene

_SAMPLE = 40


def entry(scene: Scene, x: float, y: float, look: str, text: str) -> float:
    """Add one entry at a place, and return the place of the next."""
    if look == "!":
        scene.labels.append(Label(x, y + 4, "!", "state", "broken"))
        x += 12
    elif look.startswith("dot "):
        scene.dots.append(Dot((x + 6, y), look.removeprefix("dot "), "", "", ""))
        x += 20
    else:
        scene.lines.append(Stroke(((x, y), (x + _SAMPLE, y)), look, (), arrow=look != "leads"))
        x += _SAMPLE + 8
    scene.labels.append(Label(x, y + 4, text, "small", "muted"))
    return x + width(text, "small") + 22
