"""A state of Terraform: `terraform show -json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import inside, text_of
from acrdns.exchange.imports.terraform import resources
from acrdns.exchange.imports.terraform.take import take

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument

MAJOR = ("0", "1")
"""Major versions of the format that are read."""


def fits(value: Any) -> bool:
    """Return whether a value is such a state; one without `values` is empty."""
    return isinstance(value, dict) and "format_version" in value and ("values" in value or value.keys() <= _EMPTY)


_EMPTY = {"format_version", "terraform_version"}


def read(document: JsonDocument, context: Context) -> None:
    """Take every resource of the state."""
    if refused(document, context):
        return
    root = inside(document.value, "values", "root_module")
    if not root:
        context.notes.add(document.origin, "", "this state of Terraform is empty", "run it where the state is")
    take(resources.shown(root), document.origin, context)


def refused(document: JsonDocument, context: Context) -> bool:
    """Return whether the format is of a later major version, which may mean other things by the same words."""
    version = text_of(document.value, "format_version") or ""
    if version.partition(".")[0] in MAJOR:
        return False
    what = f"this is version {version or 'unknown'} of Terraform's JSON format"
    context.notes.add(document.origin, "", what, "versions 0 and 1 are read; ask for a newer acrdns")
    return True
