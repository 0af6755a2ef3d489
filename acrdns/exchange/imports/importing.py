"""An import as a whole: inputs in, the text of a topology and the notes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.exchange.imports import reading, writer
from acrdns.exchange.imports.context import Context
from acrdns.exchange.imports.sections import assembly as assembling
from acrdns.exchange.imports.sections import (
    assumed,
    endpoints,
    networks,
    observed,
    registries,
    resolvers,
    servers,
    zone_facts,
    zones,
)
from acrdns.exchange.imports.sections.sketch import Sketch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.exchange.imports.context import Moment
    from acrdns.exchange.imports.notes import Notes
    from acrdns.exchange.imports.reading import Input

JUDGED = ("registries", "networks", "private_endpoints", "private_dns_zones")
"""Sections of which one has to have something, so that there is anything to judge."""


@dataclass(frozen=True, slots=True)
class Imported:
    """The result of an import."""

    text: str
    """The topology file; empty where no input had anything of one."""
    notes: Notes
    replaces: bool = False
    """Whether a plan deletes something before it creates it again."""


def imported(
    inputs: Iterable[Input],
    format_: str = "auto",
    *,
    moment: Moment = "after",
    spaces: Mapping[str, Sequence[str]] | None = None,
) -> Imported:
    """Make one topology of all inputs. `format_` settles what the contents leave open.

    `moment`: a plan is read as of then. `spaces`: addresses that are known after apply are made
    up; these are address spaces of networks that the input may lack, by key.
    """
    context = Context(format_, moment)
    sketch = _sketch(inputs, context, spaces)
    replaces = context.replaces
    del context  # the estate goes before the text is made
    if not any(sketch.data[section] for section in JUDGED):
        return Imported("", sketch.notes, replaces)
    return Imported(writer.write(sketch), sketch.notes, replaces)


def _sketch(inputs: Iterable[Input], context: Context, spaces: Mapping[str, Sequence[str]] | None) -> Sketch:
    """Return the topology as plain data."""
    for source in inputs:
        reading.read(source, context)
    while context.later:
        context.later.pop(0)()
    context.estate.join(context.notes)
    sketch = Sketch(context.notes)
    cloud = assembling.cloud_of(context.estate, sketch)
    assembly = assembling.Assembly(context.estate, sketch, cloud)
    if cloud.name != "AzureCloud":
        sketch.data = {"version": 1, "cloud": cloud.name, **{k: v for k, v in sketch.data.items() if k != "version"}}
    assembling.network_keys(assembly)
    assembly.labels = registries.labels(assembly)
    endpoints.resolve(assembly)
    found = zone_facts.zones_of(assembly)
    zone_facts.settle(assembly, found)
    registries.write(assembly)
    observed.write(assembly)
    if spaces is not None:
        assumed.serve(assembly, spaces)
    networks.write(assembly)
    if spaces is not None:
        assumed.fill(assembly, spaces)
    endpoints.write(assembly)
    zones.write(assembly, found)
    resolvers.write(assembly)
    servers.write(assembly)
    return sketch
