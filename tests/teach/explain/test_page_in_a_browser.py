"""The page of `explain --html` in Chromium: readable at any width and in any colour, and whole by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns import names
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.teach.explain.explained import explained
from acrdns.teach.explain.page import render
from acrdns.topology.load import load
from tests.teach.web.chromium import Watched

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.xdist_group("browser")]
LEAVING = """() => [...document.querySelectorAll("svg g.box, svg g.client, svg g.lane")].flatMap((group) => {
    const box = group.querySelector("rect").getBBox();
    return [...group.querySelectorAll("text")].filter((text) => {
        const at = text.getBBox();
        return at.x < box.x || at.x + at.width > box.x + box.width || at.y < box.y || at.y + at.height > box.y + box.height + 1;
    }).map((text) => text.textContent);
})"""
"""The texts that are not inside their box, as the browser measures them."""
CASES = {
    "hub-and-spoke-resolver": ("office", ""),
    "two-regions": ("east", "west"),
    "broken/ruleset-loop": ("spoke-aks", ""),
    "virtual-wan": ("branch", "internet"),
    "clients-in-a-network": ("aks/laptops", ""),
}


@pytest.mark.parametrize("sample", CASES)
def test_a_page(browser: Browser, sample: str, tmp_path: Path) -> None:
    """No text leaves its box, nothing scrolls sideways but boxes, and axe finds nothing; no script runs."""
    from axe_playwright_python.sync_playwright import Axe

    world = World(load(sample))
    question = Question(names.name("contoso.azurecr.io"), Type.A)
    first, second = CASES[sample]
    against = world.resolve(second, question) if second else None
    page = render(world, explained(world, world.resolve(first, question), against))
    (tmp_path / "chain.html").write_text(page, encoding="utf-8")
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            # axe is a script, which the page's policy forbids.
            watched = Watched(
                browser,
                f"file://{tmp_path}",
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                bypass_csp=True,
            )
            opened = watched.open("/chain.html")
            assert opened.evaluate(LEAVING) == []
            assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(
                opened, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
            )
            assert found.response["violations"] == [], found.generate_report()
            watched.close()
