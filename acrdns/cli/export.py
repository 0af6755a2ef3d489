"""`acrdns export`: configurations of other programs."""

from __future__ import annotations

import typer

from acrdns.cli import export_azure, export_client, export_secondary, export_zonefile

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Write configurations of other programs.")
for program in export_client.names():
    app.command(program)(export_client.command(program))
for language in export_azure.LANGUAGES:
    app.command(language)(export_azure.command(language))
for program in export_secondary.HELP:
    app.command(program)(export_secondary.command(program))
app.command("zonefile")(export_zonefile.zonefile)
