"""The answer of `az acr show-endpoints`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, text_of
from acrdns.exchange.imports.endpoint_names import endpoint_name
from acrdns.exchange.imports.estate.estate import ShownEndpoints

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument


def fits(value: Any) -> bool:
    """Return whether a value is the answer of this command."""
    return isinstance(value, dict) and "loginServer" in value and isinstance(value.get("dataEndpoints"), list)


def read(document: JsonDocument, context: Context) -> None:
    """Keep the regions with data endpoints. `*.blob.core.windows.net` means that there are none."""
    context.notes.objects += 1
    hosts = [text_of(each, "endpoint") or "" for each in children(document.value, "dataEndpoints")]
    names = [found for host in hosts if (found := endpoint_name(host))]
    context.estate.shown.append(
        ShownEndpoints(
            document.origin,
            (text_of(document.value, "loginServer") or "").lower(),
            tuple(member.removeprefix("registry_data_") for _, member, _ in names if "_data_" in member),
            bool(document.value.get("regionalEndpoints")),
        )
    )
