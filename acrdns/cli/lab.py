"""`acrdns lab`: the data plane, and commands inside a simulated network."""

from __future__ import annotations

from importlib.util import find_spec

import typer

from acrdns.cli import lab_connected, lab_exfiltrate, lab_orders, lab_run, lab_up
from acrdns.errors import LabError

NEEDS = ("cronsim", "cryptography", "httptools", "starlette", "trustme", "uvicorn", "uvloop")
HELP = "Let real clients pull through a simulated network."
app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help=HELP)


@app.callback()
def _needs() -> None:
    missing = [module for module in NEEDS if find_spec(module) is None]
    if missing:
        raise LabError(f"the lab needs {', '.join(missing)}; install it: pip install 'acrdns[lab]'")


for command in (
    *(lab_run.run, lab_run.shell, lab_up.up, lab_orders.env, lab_orders.status, lab_orders.down),
    *(lab_orders.clock, lab_orders.region, lab_orders.bounce, lab_orders.load, lab_orders.firewall),
    *(lab_connected.connected, lab_exfiltrate.exfiltrate),
):
    # A time that the clock goes back by begins as an option does.
    settings = {"ignore_unknown_options": True} if command is lab_orders.clock else None
    app.command(command.__name__, context_settings=settings)(command)
