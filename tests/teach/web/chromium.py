"""Chromium of the distribution, driven by Playwright, which sees nothing of the world but one address."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

ARGUMENTS = (
    "--no-sandbox",  # as root, which containers are
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
)
SECONDS = 60_000.0
"""Milliseconds that anything may take before the test fails."""


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Start the browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS))
        yield browser
        browser.close()


@contextmanager
def web(*arguments: str, cwd: Path | None = None) -> Iterator[str]:
    """Run `acrdns web` at a free port, and return its address without the last slash."""
    program = Path(sys.executable).with_name("acrdns")
    command = [str(program), "web", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=cwd) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip().removesuffix("/")
            server.terminate()
            assert server.wait(60) == 0
        finally:
            server.kill()


class Watched:
    """A context of the browser, with everything that it complains of and asks for."""

    def __init__(self, browser: Browser, origin: str, **options: Any) -> None:
        self.origin = origin
        self.context: BrowserContext = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.set_default_timeout(SECONDS)
        self.console: list[str] = []
        self.elsewhere: list[str] = []
        self.context.on("console", lambda message: self.console.append(f"{message.type}: {message.text}"))
        self.context.on("weberror", lambda error: self.console.append(str(error.error)))
        self.context.on("request", self._note)

    def _note(self, request: Any) -> None:
        if not request.url.startswith(self.origin + "/"):
            self.elsewhere.append(request.url)

    def open(self, path: str = "/") -> Page:
        """Return a new page at an address."""
        page = self.context.new_page()
        page.goto(self.origin + path)
        return page

    def close(self) -> None:
        """End it: nobody complained, and nobody else was asked."""
        self.context.close()
        assert not self.console, self.console
        assert not self.elsewhere, self.elsewhere


def settled(page: Page) -> None:
    """Wait until the page shows what was asked for."""
    page.wait_for_load_state("networkidle")
    page.locator("body:not([aria-busy])").wait_for()
