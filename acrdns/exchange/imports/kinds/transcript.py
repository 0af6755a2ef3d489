"""Output of dig, nslookup, Resolve-DnsName and others, as `acrdns observe` reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.exchange.imports.kinds import master_file
from acrdns.exchange.imports.kinds.observed import keep
from acrdns.exchange.imports.notes import Origin
from acrdns.probe import collected

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context

_SUFFIXES = tuple(cloud.registry for cloud in CLOUDS.values())
_OF_DIG = (";; ->>HEADER<<-", "<<>> DiG", ";; ANSWER SECTION")
"""Comments that tell output of dig, which is a master file, too, from a zone."""
_MOST = 1 << 22
"""Characters of output of a tool; more is something else."""


def fits(text: str) -> bool:
    """Return whether answers about registries can be read from a text."""
    lowered = text.lower() if len(text) <= _MOST else ""
    if master_file.fits(text) and not any(mark in text for mark in _OF_DIG):
        return False
    return any(suffix in lowered for suffix in _SUFFIXES) and bool(collected.read(text.encode(), "").answers)


def read(text: str, file: str, context: Context) -> None:
    """Keep the endpoints that were asked for."""
    for answer in collected.read(text.encode(), file).answers:
        line = answer.source.line if answer.source else 0
        keep(answer.fqdn, answer.chain, answer.addresses, Origin("observation", file, line), context)
