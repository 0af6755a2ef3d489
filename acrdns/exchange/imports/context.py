"""The state that the steps of one import share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from acrdns.exchange.imports.azure_object import AzureObject, flat, truncated
from acrdns.exchange.imports.estate.estate import FoundEstate
from acrdns.exchange.imports.notes import Notes
from acrdns.exchange.imports.objects import reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.exchange.imports.estate.identifier import Identifier
    from acrdns.exchange.imports.notes import Origin

_GRAPH_ONLY = frozenset({"createdTime", "changedTime"})
"""Fields of `az resource list`, which lists what exists without saying what it is like."""


Moment = Literal["before", "during", "after"]
"""Of a plan of Terraform: as it is, without what is being replaced, and once all is done."""


@dataclass(slots=True)
class Context:
    """The estate so far, the notes so far, and what the user says about the format."""

    format: str = "auto"
    moment: Moment = "after"
    """The moment as of which a plan is read."""
    replaces: bool = False
    """Whether a plan deletes something before it creates it again."""
    estate: FoundEstate = field(default_factory=FoundEstate)
    notes: Notes = field(default_factory=Notes)
    parameters: dict[str, Any] = field(default_factory=dict)
    """Values of parameters of templates."""
    later: list[Callable[[], None]] = field(default_factory=list)
    """Steps that wait until all files are read."""

    def take(self, id_: Identifier, fields: dict[str, Any], origin: Origin, *, declared: bool = False) -> None:
        """Add an object with its fields as the input has them."""
        self.notes.objects += 1
        read = reader(id_.type)
        if read is None:
            self.notes.skipped_types[id_.type] += 1
            return
        if fields.keys() >= _GRAPH_ONLY and not fields.get("properties"):
            self.notes.skipped_types[f"{id_.type} without properties, as az resource list has them"] += 1
            return
        subject = f"{id_.type} {id_.name}"
        if truncated(fields):
            remedy = "write it again with ConvertTo-Json -Depth 20"
            self.notes.add(origin, subject, "PowerShell left out what is nested deeply (@{...})", remedy)
        try:
            found = AzureObject(id_, flat(fields), origin, declared)
        except RecursionError:
            self.notes.add(origin, subject, "it is nested too deeply to be an object of Azure", "it is left out")
            return
        if fields.keys() <= {"id", "name", "resourceGroup"}:
            return  # a reference to something that stands elsewhere
        for each in read(found, self.notes):
            self.estate.add(each, self.notes)
