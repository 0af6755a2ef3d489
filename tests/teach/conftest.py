"""Chromium for the tests of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.teach.web.chromium import chromium

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser(program: Callable[[str], str]) -> Iterator[Browser]:
    """Return Chromium."""
    executable = program("chromium")
    pytest.importorskip("playwright")
    with chromium(executable) as started:
        yield started
