"""The picture of a topology and of a question's way through it, as SVG text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.teach.drawing.build import build
from acrdns.teach.drawing.svg import markup

if TYPE_CHECKING:
    from collections.abc import Collection

    from acrdns.resolve.chain import Resolution
    from acrdns.resolve.world import World
    from acrdns.teach.drawing.style import Theme


def draw(
    world: World,
    resolution: Resolution | None = None,
    *,
    against: Resolution | None = None,
    step: int | None = None,
    theme: Theme | None = "system",
    unfolded: Collection[str] = (),
    standalone: bool = True,
) -> str:
    """Return the picture as SVG text; the same input gives the same text.

    Without a resolution it shows networks, servers and zones alone. `against` is a second resolution of the same
    question. At `step`, counted from 1, later steps are faint. `theme` None leaves the style out, for a page that has
    `style.stylesheet()` in its own. `unfolded` are vantage points whose lanes stay whole where there are many.
    Without `standalone` the element has no namespace, as in HTML.
    """
    scene = build(world, resolution, against, unfolded)
    return markup(scene, step=step, theme=theme, standalone=standalone)
