"""`acrdns lab`: the data plane, and commands inside a simulated network."""

from __future__ import annotations

import typer

from acrdns.cli import lab_run

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="Let real clients pull through a simulated network."
)
app.command("run")(lab_run.run)
app.command("shell")(lab_run.shell)
