"""Configurations for one vantage point, one program a file: pins of names, or a forwarder for the registry's domain.

A module has `HELP`, `PINS` (whether it can pin names) and `FORWARDS` (whether it can forward a domain), and a function
for each: `pinned(export)` and `forwarded(export)`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PROGRAMS = ("hosts", "dnsmasq", "unbound", "coredns", "bind-rpz", "resolved", "windows-nrpt", "windows-dns")
"""Every program, in the order of `acrdns export --help`."""


def program(name: str) -> Any:
    """Return the module of a program. Raises KeyError."""
    if name not in PROGRAMS:
        raise KeyError(name)
    return import_module(f"{__name__}.{name.replace('-', '_')}")
