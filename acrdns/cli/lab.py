"""`acrdns lab`: the data plane, and commands inside a simulated network."""

from __future__ import annotations

import typer

from acrdns.cli import lab_orders, lab_run, lab_up

HELP = "Let real clients pull through a simulated network."
app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=HELP)
for command in (
    *(lab_run.run, lab_run.shell, lab_up.up, lab_orders.env, lab_orders.status, lab_orders.down),
    *(lab_orders.clock, lab_orders.region, lab_orders.load),
):
    app.command(command.__name__)(command)
