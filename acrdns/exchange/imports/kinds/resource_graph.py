"""The answer of `az graph query` and of the REST interface of Resource Graph: rows, which are objects of Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.azure_object import number_of
from acrdns.exchange.imports.kinds import arm_object

if TYPE_CHECKING:
    from acrdns.exchange.imports.context import Context
    from acrdns.exchange.imports.documents import JsonDocument


def fits(value: Any) -> bool:
    """Return whether a value is an answer of Resource Graph."""
    counts = ("count", "total_records", "totalRecords")
    return (
        isinstance(value, dict) and isinstance(value.get("data"), list | dict) and any(key in value for key in counts)
    )


def read(document: JsonDocument, context: Context) -> None:
    """Take every row, and note where rows are missing."""
    value = document.value
    rows = _rows(value["data"])
    total = next((n for key in ("total_records", "totalRecords") if (n := number_of(value, key)) is not None), None)
    more = next((value[key] for key in ("skip_token", "$skipToken", "skipToken") if value.get(key)), None)
    if more or (total is not None and total > len(rows)):
        of = f" of {total}" if total is not None else ""
        remedy = "ask for the others with --skip-token, and import them too"
        context.notes.add(document.origin, "", f"this is one page, with {len(rows)}{of} rows", remedy)
        context.estate.incomplete.add(document.origin.file)
    for row in rows:
        arm_object.take(row, document.origin, context, source="resource-graph")


def _rows(data: Any) -> list[Any]:
    """Return the rows as objects; the format `table` has columns and rows."""
    if isinstance(data, list):
        return data
    columns = [column.get("name") for column in data.get("columns") or () if isinstance(column, dict)]
    return [dict(zip(columns, row, strict=False)) for row in data.get("rows") or () if isinstance(row, list)]
