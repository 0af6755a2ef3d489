"""Take the picture of the page for README.md, in Chromium: page.png, and page.svg, the drawing that it shows.

Run it as `.venv/bin/python -m scripts.pictures.page` when a test says that the drawing is another one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from urllib.request import urlopen

from tests.teach.web.chromium import Watched, chromium, settled, web

HERE = Path(__file__).parent
TOPOLOGY = "hub-and-spoke-resolver"
SHOWN = "?from=office&name=contoso.azurecr.io&type=A&step=3"
SIZE = {"width": 1280, "height": 1000}


def main() -> int:
    """Write both files."""
    program = which("chromium")
    if program is None:
        print(
            "scripts/pictures/page.py: chromium is not installed; scripts/setup --interop installs it", file=sys.stderr
        )
        return 2
    with web(TOPOLOGY) as origin, chromium(program) as browser:
        with urlopen(f"{origin}/picture.svg{SHOWN}", timeout=60) as reply:  # noqa: S310 -- the page's own
            (HERE / "page.svg").write_bytes(reply.read())
        watched = Watched(browser, origin, viewport=SIZE, reduced_motion="reduce")
        page = watched.open(f"/{SHOWN}")
        settled(page)
        page.screenshot(path=HERE / "page.png")
        watched.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
