"""`acrdns export`: what others are configured with."""

from __future__ import annotations

import typer

from acrdns.cli import export_secondary, export_zonefile

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Write what other programs are configured with.")
app.command("nsd")(export_secondary.nsd)
app.command("knot")(export_secondary.knot)
app.command("bind")(export_secondary.bind)
app.command("zonefile")(export_zonefile.zonefile)
