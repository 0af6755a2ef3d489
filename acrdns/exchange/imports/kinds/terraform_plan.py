"""A plan of Terraform: `terraform show -json PLANFILE`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, inside, text_of
from acrdns.exchange.imports.kinds.terraform_show import refused
from acrdns.exchange.imports.terraform import azurerm, resources
from acrdns.exchange.imports.terraform.references import Configuration
from acrdns.exchange.imports.terraform.take import take

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument


def fits(value: Any) -> bool:
    """Return whether a value is a plan."""
    return (
        isinstance(value, dict)
        and "format_version" in value
        and ("planned_values" in value or "resource_changes" in value)
    )


def read(document: JsonDocument, context: Context) -> None:
    """Take what will be, once the plan is carried out."""
    value = document.value
    if refused(document, context):
        return
    if context.before:
        prior = resources.shown(inside(value, "prior_state", "values", "root_module"))
        take(prior, document.origin, context)
        return
    _note_state(document, context)
    planned = list(resources.shown(inside(value, "planned_values", "root_module")))
    # Data sources that are read while planning stand in the state before alone.
    known = {each.address for each in planned}
    prior = resources.shown(inside(value, "prior_state", "values", "root_module"))
    context.estate.gone |= _keys(inside(value, "prior_state", "values", "root_module")) - _keys(
        inside(value, "planned_values", "root_module")
    )
    read_before = [each for each in prior if each.data and each.address not in known]
    everything = [*planned, *read_before]
    configuration = Configuration(inside(value, "configuration", "root_module"), everything)
    take(everything, document.origin, context, configuration)


def _note_state(document: JsonDocument, context: Context) -> None:
    """Note a plan that is no whole plan, and what is absent for a while: Terraform deletes it before it creates it."""
    value = document.value
    if value.get("errored") is True:
        context.notes.add(
            document.origin, "", "planning ended with an error, so that the plan is not whole", "plan again"
        )
    elif value.get("complete") is False:
        what = "the plan is not whole (-target, or deferred changes); what it leaves out stays as it is"
        context.notes.add(document.origin, "", what, "plan without -target")
    for each in children(value, "resource_changes"):
        type_, address = text_of(each, "type") or "", text_of(each, "address") or "-"
        if inside(each, "change").get("actions") == ["delete", "create"] and azurerm.known(type_):
            what = "it is deleted before it is created again; names that need it are wrong in between"
            context.notes.add(document.origin, address, what, "set create_before_destroy, or pull nothing meanwhile")


def _keys(module: dict[str, Any]) -> set[str]:
    """Return the keys of the identifiers of what Terraform manages in a module and below it."""
    found = (azurerm.identity(each.type, each.values) for each in resources.shown(module) if not each.data)
    return {identity.key for identity in found if identity is not None}
