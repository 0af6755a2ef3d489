"""A raw state of Terraform: `terraform state pull`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import number_of
from acrdns.exchange.imports.terraform import resources
from acrdns.exchange.imports.terraform.take import take

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument

VERSION = 4
"""The version that is read, since Terraform 0.12."""


def fits(value: Any) -> bool:
    """Return whether a value is a raw state."""
    return isinstance(value, dict) and "version" in value and "lineage" in value


def read(document: JsonDocument, context: Context) -> None:
    """Take every instance that is not deposed."""
    version = number_of(document.value, "version")
    if version != VERSION:
        what = f"this raw state has version {version}, and {VERSION} is read"
        context.notes.add(document.origin, "", what, "import terraform show -json, or upgrade Terraform")
        return
    if not document.value.get("resources"):
        context.notes.add(document.origin, "", "this state of Terraform is empty", "run it where the state is")
    take(resources.of_state(document.value), document.origin, context)
