"""The picture of the question's way. Each fact in it stands in the steps and tables, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import htpy as h
from markupsafe import Markup

from acrdns.teach.drawing.picture import draw

if TYPE_CHECKING:
    from acrdns.teach.web.view import PageView


def picture(view: PageView) -> h.Element:
    """Return the picture. On a narrow screen it is folded, and the list of steps does its work."""
    step = view.current if view.state.step else None
    world, lanes = view.version.world, view.state.lanes
    drawn = draw(world, view.resolution, step=step, theme=None, unfolded=lanes, standalone=False)
    return h.details("#picture")[
        h.summary["Picture"],
        h.div(".scroll", tabindex="0", role="region", aria_label="Picture of the way")[
            Markup(drawn)  # noqa: S704 -- the drawing escapes every text
        ],
        h.p(".take")[h.a("#export-picture", href=view.state.url("/picture.svg"), download=True)["Export the picture"]],
    ]


def exported(view: PageView) -> str:
    """Return the picture as a document of its own, with the style in it."""
    step = view.current if view.state.step else None
    return draw(view.version.world, view.resolution, step=step, unfolded=view.state.lanes)
