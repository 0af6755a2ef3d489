"""A plan of Terraform: `terraform show -json PLANFILE`.

It is read as of one moment: before it is carried out, after it, or `during`: what it deletes before it creates it
again (`["delete", "create"]`) is gone then. A resource that `prior_state` has and `resource_changes` does not is no
part of the plan (`-target`), and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, inside, text_of
from acrdns.exchange.imports.kinds.terraform_show import refused
from acrdns.exchange.imports.terraform import azapi, azurerm, resources
from acrdns.exchange.imports.terraform.references import Configuration
from acrdns.exchange.imports.terraform.take import take

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument
    from acrdns.exchange.imports.terraform.resources import TerraformResource

_REPLACED = ["delete", "create"]
_PLACES = ("azurerm_virtual_network", "azurerm_virtual_hub")


def fits(value: Any) -> bool:
    """Return whether a value is a plan."""
    return (
        isinstance(value, dict)
        and "format_version" in value
        and ("planned_values" in value or "resource_changes" in value)
    )


def read(document: JsonDocument, context: Context) -> None:
    """Take what is there at the context's moment."""
    value = document.value
    if refused(document, context):
        return
    changes = children(value, "resource_changes")
    prior = list(resources.shown(inside(value, "prior_state", "values", "root_module")))
    if "prior_state" not in value:
        prior = list(resources.changed(changes, "before"))
    if context.moment == "before":
        take(prior, document.origin, context)
        return
    replaced = _replaced(changes)
    context.replaces = context.replaces or bool(replaced)
    if context.moment == "during":
        # A network stays as a place to ask from: Terraform replaces what is in it, too.
        left = [each for each in prior if each.data or each.address not in replaced or each.type in _PLACES]
        context.estate.gone |= _keys(prior) - _keys(left)
        take(left, document.origin, context)
        return
    _note_state(document, replaced, context)
    planned = list(resources.shown(inside(value, "planned_values", "root_module")))
    if "planned_values" not in value:
        planned = list(resources.changed(changes, "after"))
    # Data sources that are read while planning stand in the state before alone.
    known = {each.address for each in planned}
    settled = _mentioned(changes) - _forgotten(changes)
    stays = [
        each for each in prior if each.address not in known and (each.data or (changes and each.address not in settled))
    ]
    everything = [*planned, *stays]
    context.estate.gone |= _keys(prior) - _keys(everything)
    configuration = Configuration(inside(value, "configuration", "root_module"), everything)
    take(everything, document.origin, context, configuration)


def _replaced(changes: list[dict[str, Any]]) -> dict[str, str]:
    """Return the addresses of what is absent for a while, as they are before, and those that they have afterwards."""
    return {
        text_of(each, "previous_address") or address: address
        for each in changes
        if inside(each, "change").get("actions") == _REPLACED
        and (azurerm.known(text_of(each, "type") or "") or each.get("type") in azapi.RESOURCES)
        and (address := text_of(each, "address") or "-")
    }


def _mentioned(changes: list[dict[str, Any]]) -> set[str]:
    """Return the addresses, new and old, of which the plan says what becomes of them."""
    return {
        text for each in changes for key in ("address", "previous_address") if (text := text_of(each, key)) is not None
    }


def _forgotten(changes: list[dict[str, Any]]) -> set[str]:
    """Return the addresses of what Terraform no longer manages, and does not delete (`removed`, `destroy = false`)."""
    return {text_of(each, "address") or "-" for each in changes if inside(each, "change").get("actions") == ["forget"]}


def _note_state(document: JsonDocument, replaced: dict[str, str], context: Context) -> None:
    """Note a plan that is no whole plan, and what is absent for a while: Terraform deletes it before it creates it."""
    value = document.value
    if value.get("errored") is True:
        context.notes.add(
            document.origin, "", "planning ended with an error, so that the plan is not whole", "plan again"
        )
    elif value.get("complete") is False:
        what = "the plan is not whole (-target, or deferred changes); what it leaves out stays as it is"
        context.notes.add(document.origin, "", what, "plan without -target")
    for address in replaced.values():
        what = "it is deleted before it is created again; names that need it are wrong in between"
        context.notes.add(document.origin, address, what, "set create_before_destroy, or pull nothing meanwhile")


def _keys(found: Iterable[TerraformResource]) -> set[str]:
    """Return the keys of the identifiers of what Terraform manages."""
    identities = (
        azapi.identity(each.values) if each.type in azapi.RESOURCES else azurerm.identity(each.type, each.values)
        for each in found
        if not each.data
    )
    return {identity.key for identity in identities if identity is not None}
