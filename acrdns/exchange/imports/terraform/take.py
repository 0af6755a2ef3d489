"""Resources of Terraform to objects of the estate."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import children, text_of
from acrdns.exchange.imports.terraform import azapi, azurerm

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.notes import Origin
    from acrdns.exchange.imports.terraform.references import Configuration
    from acrdns.exchange.imports.terraform.resources import TerraformResource

_SILENT = frozenset({"azurerm_subnet", "azurerm_virtual_wan"})
"""Types that other resources refer to, and that a topology has nothing of."""


def take(
    resources: Iterable[TerraformResource], file: Origin, context: Context, configuration: Configuration | None = None
) -> None:
    """Take every resource that stands for something of a topology; the others are counted."""
    for resource in resources:
        origin = replace(file, source="terraform", line=0, column=0, address=resource.address)
        lost = configuration.fill(resource) if configuration else []
        if resource.type in azapi.RESOURCES:
            id_, fields = azapi.identity(resource.values), azapi.fields(resource.values)
        elif azurerm.known(resource.type):
            id_, fields = (
                azurerm.identity_of(resource.type, resource.values),
                azurerm.fields(resource.type, resource.values),
            )
        else:
            if resource.type not in _SILENT:
                context.notes.objects += 1
                context.notes.skipped_types[resource.type] += 1
            continue
        for key in lost:
            what = f"{key} is known after apply, and the configuration does not say from which resource it comes"
            context.notes.add(origin, resource.address, what, "import the state after apply, or output of az")
        if id_ is None:
            what = "its name, or what it is in, is not known, or is marked sensitive"
            context.notes.add(origin, resource.address, what, "it is left out")
            continue
        _note_members(resource, origin, context)
        replicas = fields.pop("replications", ())
        context.take(id_, fields, origin, declared=True)
        _take_replicas(id_, replicas, origin, context)


def _take_replicas(id_: Identifier, replicas: Any, origin: Origin, context: Context) -> None:
    if isinstance(replicas, list):
        for each in replicas:
            if region := text_of(each, "location"):
                context.take(id_.child("replications", region), each, origin, declared=True)


def _note_members(resource: TerraformResource, origin: Origin, context: Context) -> None:
    """Note static addresses of one member: some modules write `registry` for all of them."""
    members = [text_of(each, "member_name") for each in children(resource.values, "ip_configuration")]
    if resource.type == "azurerm_private_endpoint" and len(members) != len(set(members)):
        what = "several of its ip_configuration blocks have one member_name"
        context.notes.add(origin, resource.address, what, "the first is taken; registry_data_<region> are others")
