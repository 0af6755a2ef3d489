"""Private zones as code for those who mend the estate, one language a file. Nothing is deleted.

A module has `HELP` and `render(zones)`. Names that only the reader knows stand in capital letters, or are variables.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

LANGUAGES = ("az", "terraform", "bicep")
"""Every language, in the order of `acrdns export --help`."""


def language(name: str) -> Any:
    """Return the module of a language. Raises KeyError."""
    if name not in LANGUAGES:
        raise KeyError(name)
    return import_module(f"{__name__}.{name}")
