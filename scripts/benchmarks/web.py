"""What the page of `acrdns web` costs: octets, first paint, and a switch to the new picture, in Chromium.

Three topologies: a sample of five networks, twenty networks, and twenty networks with 200 registries. Octets are those
of page, styles, scripts and picture together, as sent and compressed with gzip. First paint is what the browser reports
(first-contentful-paint): cold for the first page of a fresh server and browser context, warm for later ones. A switch
is the time from a click on a checkbox until the picture that the page shows is another one.

Limits: 100 KiB as sent and 30 KiB compressed with twenty networks and few registries; first paint 1 s cold and 0.5 s
warm; a switch 0.3 s with all. What is over a limit makes the exit code 1. The medians are those of a shared machine.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from pathlib import Path
from shutil import which
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.request import urlopen

from scripts.benchmarks._estate import Estate
from tests.teach.web.chromium import Watched, chromium, settled, web

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = {
    "a sample": "",
    "20 networks": Estate(4, 20, 1, unlinked=1).text(),
    "20 networks, 200 registries": Estate(200, 20, 1, unlinked=1).text(),
}
LIMITS = {"sent": 100 * 1024, "compressed": 30 * 1024, "cold": 1.0, "warm": 0.5, "switch": 0.3}
PARTS = "performance.getEntriesByType('resource').map(each => each.name)"
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
SWITCH = """box => new Promise(done => {
    const start = performance.now();
    const seen = new MutationObserver(() => {
        if (!document.querySelector('#undo, #alerts p')) return;
        seen.disconnect();
        requestAnimationFrame(() => setTimeout(() => done((performance.now() - start) / 1000)));
    });
    seen.observe(document.querySelector('main'), { childList: true, subtree: true, attributes: true });
    box.click();
})"""


def main(arguments: list[str]) -> int:
    """Measure, print a table, and write JSON where asked."""
    parser = argparse.ArgumentParser(prog="scripts/bench web", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="pages and switches of each kind")
    parser.add_argument("--json", metavar="FILE", help="write every figure there as well")
    options = parser.parse_args(arguments)
    program = which("chromium")
    if program is None:
        print("scripts/bench web: chromium is not installed; scripts/setup --interop installs it", file=sys.stderr)
        return 2
    with TemporaryDirectory(prefix="acrdns-bench-") as folder, chromium(program) as browser:
        found = {name: measure(browser, text, Path(folder), options.rounds) for name, text in SIZES.items()}
    print(f"{'':30}{'sent':>8}{'gzip':>8}{'cold':>8}{'warm':>8}{'switch':>8}")
    over = []
    for name, row in found.items():
        shown = {key: median(values) for key, values in row.items()}
        sizes = "".join(f"{shown[key] / 1024:7.1f}K" for key in ("sent", "compressed"))
        print(f"{name:30}{sizes}" + "".join(f"{shown[key]:7.2f}s" for key in ("cold", "warm", "switch")))
        over += [f"{name}: {key}" for key, value in shown.items() if value > LIMITS[key]]
    if options.json:
        Path(options.json).write_text(json.dumps({"limits": LIMITS, "rows": found}, indent=2) + "\n", encoding="utf-8")
    for each in over:
        print(f"over the limit: {each}")
    return 1 if over else 0


def measure(browser: Browser, text: str, folder: Path, rounds: int) -> dict[str, list[float]]:
    """Return the figures of one topology."""
    file = folder / "topology.yaml"
    file.write_text(text, encoding="utf-8")
    found: dict[str, list[float]] = {"sent": [], "compressed": [], "cold": [], "warm": [], "switch": []}
    for _ in range(max(rounds // 3, 1)):
        with web(str(file) if text else "hub-and-spoke-resolver") as origin:
            watched = Watched(browser, origin)
            page = watched.open()
            settled(page)
            found["cold"].append(page.evaluate(PAINT))
            parts = [fetched(url) for url in [page.url, *page.evaluate(PARTS)]]
            found["sent"].append(sum(map(len, parts)))
            found["compressed"].append(sum(len(gzip.compress(octets, 9)) for octets in parts))
            for _ in range(rounds):
                page.goto(origin)
                settled(page)
                found["warm"].append(page.evaluate(PAINT))
                box = page.locator("#part-links input[name=network]:checked").nth(1)
                found["switch"].append(box.evaluate(SWITCH))
                settled(page)
            watched.close()
    return found


def fetched(url: str) -> bytes:
    """Return what the page sends for an address of it."""
    with urlopen(url, timeout=60) as reply:  # noqa: S310 -- the page's own
        octets: bytes = reply.read()
    return octets
