"""Saved answers of acrdns: JSON lines of `--save`, and the JSON of `acrdns observe`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, text_of, texts_of
from acrdns.exchange.imports.endpoint_names import endpoint_name
from acrdns.exchange.imports.estate.estate import ObservedEndpoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument
    from acrdns.exchange.imports.notes import Origin

_KINDS = ("run", "observation")


def fits(value: Any) -> bool:
    """Return whether a value is an observation, or many."""
    return isinstance(value, dict) and (value.get("kind") in _KINDS or isinstance(value.get("observations"), list))


def read(document: JsonDocument, context: Context) -> None:
    """Keep the endpoints that were asked for. Lines of other kinds say nothing of an estate."""
    for each in children(document.value, "observations") or [document.value]:
        if fqdn := text_of(each, "fqdn"):
            keep(fqdn, texts_of(each, "chain") or (), texts_of(each, "addresses") or (), document.origin, context)


def keep(fqdn: str, chain: Sequence[str], addresses: Sequence[str], origin: Origin, context: Context) -> None:
    """Keep an answer about an endpoint of a registry; addresses were seen, and not configured."""
    host = endpoint_name(fqdn)
    if host is None:
        return
    context.notes.objects += 1
    names = [fqdn, *chain]
    private = any(".privatelink." in f".{name.lower()}" for name in names)
    origin = replace(origin, source="observation")
    context.estate.observed.append(ObservedEndpoint(origin, *host, private, tuple(addresses)))
