"""CSV as the Resource Graph Explorer of the portal downloads it: cells hold JSON."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.kinds import arm_object
from acrdns.exchange.imports.notes import Origin
from acrdns.exchange.imports.text import MAX_OCTETS

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context


def fits(text: str) -> bool:
    """Return whether the first row names an identifier and a type."""
    first = text.lstrip("\n").partition("\n")[0]
    names = {cell.strip().strip('"').lower() for cell in first.split(",")}
    return {"id", "type"} <= names


def read(text: str, file: str, context: Context) -> None:
    """Take every row."""
    csv.field_size_limit(MAX_OCTETS)
    rows = csv.reader(text.lstrip("\n").splitlines(keepends=True))
    names = [_name(cell) for cell in next(rows)]
    origin = Origin("resource-graph", file, 1)
    if "properties" not in names:
        what = "the query left properties out, so that rows say little more than names"
        context.notes.add(origin, "", what, "add properties to the query's project")
    formatted = False
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            context.notes.add(Origin("", file, rows.line_num), "", f"this row is no CSV: {error}", "it is left out")
            continue
        value = {name: _cell(cell) for name, cell in zip(names, row, strict=False) if cell != ""}
        if "/" not in str(value.get("type", "")):
            formatted = formatted or bool(value)
        else:
            arm_object.take(value, Origin("resource-graph", file, rows.line_num), context, source="resource-graph")
            continue
        if formatted:
            what = "types are display names, not types of resources"
            context.notes.add(origin, "", what, "switch off Formatted results in the portal, and download it again")


def _name(cell: str) -> str:
    """Return a column's name as Resource Graph spells it; the portal may write it in capital letters."""
    lowered = cell.strip().lower()
    return {"resourcegroup": "resourceGroup", "subscriptionid": "subscriptionId"}.get(lowered, lowered)


def _cell(cell: str) -> Any:
    if cell[:1] in "{[":
        try:
            return json.loads(cell)
        except (ValueError, RecursionError):
            return cell
    return cell
