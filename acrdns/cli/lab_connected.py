"""`acrdns lab connected`: connected registries of the running lab, their activation and their sync."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acrdns.cli.arguments import FORMAT
from acrdns.cli.lab_orders import StatusFormat, order

if TYPE_CHECKING:
    from collections.abc import Sequence


def connected(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A connected registry; left out: all of them.")
    ] = None,
    *,
    connection_string: Annotated[
        bool, typer.Option("--connection-string", help="Print the connection string that activates it.")
    ] = False,
    activate: Annotated[
        str | None,
        typer.Option("--activate", metavar="STRING", help="Activate it with a connection string; - reads stdin."),
    ] = None,
    deactivate: Annotated[bool, typer.Option("--deactivate", help="Let it sync no more.")] = False,
    sync: Annotated[bool, typer.Option("--sync", help="Sync now, whatever the schedule, and wait for it.")] = False,
    format_: Annotated[StatusFormat, FORMAT] = StatusFormat.TEXT,
) -> int:
    """List the connected registries of the running lab, or let one do something.

    Exit 1 where a sync fails; the step, the host and the cause are on stderr.
    """
    chosen = [
        action
        for action, wanted in (
            ("string", connection_string),
            ("activate", activate is not None),
            ("deactivate", deactivate),
            ("sync", sync),
        )
        if wanted
    ]
    if len(chosen) > 1:
        raise typer.BadParameter("one at a time: --connection-string, --activate, --deactivate or --sync")
    if chosen and name is None:
        raise typer.BadParameter("say which connected registry it is for", param_hint="NAME")
    string = sys.stdin.read() if activate == "-" else activate or ""
    found = order("connected", name=name, action=chosen[0] if chosen else "list", string=string)
    if "string" in found:
        print(found["string"])
        return 0
    if not chosen:
        _show(found["connected"], format_)
    elif reason := found["reason"]:
        print(reason, file=sys.stderr)
        return 1
    return 0


def _show(rows: Sequence[dict[str, Any]], format_: StatusFormat) -> None:
    if format_ is StatusFormat.JSON:
        print(json.dumps(rows, indent=2))
        return
    from acrdns.report.terminal import table

    if not rows:
        print("no connected registries in the topology")
        return
    head = ("connected registry", "mode", "parent", "activation", "state", "last sync", "pending")
    lines = [
        (
            f"{row['registry']}/{row['name']}",
            row["mode"],
            row["parent"] or row["registry"],
            row["activation"],
            row["state"],
            row["last_sync"] or "never",
            str(row["pending"]),
        )
        for row in rows
    ]
    print("\n".join(table([head, *lines])))
    for row in rows:
        if reason := row["reason"]:
            print(f"{row['registry']}/{row['name']}: {reason['step']}: {reason['message']}")
