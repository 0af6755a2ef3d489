"""The colours: contrast on page and lane, computed from the style (WCAG 2.2, relative luminance)."""

from __future__ import annotations

import re
from itertools import product

import pytest

from acrdns.teach.drawing.style import DARK, LIGHT, Colours, Theme, stylesheet


def _luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_contrast(colours: Colours) -> None:
    """Text has at least 6:1 on page and lane, lines 3.4:1, and numbers 5.9:1 on their discs."""
    texts = (colours.text, colours.muted, colours.private, colours.public, colours.broken, colours.path)
    for text, ground in product(texts, (colours.page, colours.lane)):
        assert contrast(text, ground) >= 6, (text, ground)
    for ground in (colours.page, colours.lane):
        assert contrast(colours.line, ground) >= 3.4, ground
    assert contrast(colours.on_path, colours.path) >= 5.9


@pytest.mark.parametrize("theme", ["system", "light", "dark"])
def test_every_rule_is_below_the_picture(theme: Theme) -> None:
    """A page that has the style in its own sheet keeps its own look."""
    sheet = re.sub(r"@keyframes[^}]*\}[^}]*\}\}", "", stylesheet(theme))
    selectors = re.findall(r"(?:^|\})\s*([^{}@]+)\{", sheet)
    assert selectors
    assert all(part.strip().startswith(".chain") for each in selectors for part in each.split(","))
