"""`acrdns lab run` and `acrdns lab shell`: a command, or a shell, in a network of the topology."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import TopologyArgument, vantage_of
from acrdns.errors import LabError

if TYPE_CHECKING:
    from acrdns.topology.model import Topology


def need_linux(what: str) -> None:
    """Raise LabError where the system has no namespaces at all."""
    if sys.platform != "linux":
        raise LabError(
            f"{what} needs network and mount namespaces, which Linux alone has; here, use acrdns lab up TOPOLOGY "
            "--no-namespaces and acrdns lab env, or a Linux virtual machine"
        )


class Patience(StrEnum):
    """How long a client waits for an address that is silent."""

    QUICK = "quick"
    NORMAL = "normal"
    AZURE = "azure"


_SYN_RETRIES = {Patience.QUICK: 1, Patience.NORMAL: 2, Patience.AZURE: None}
"""1 + 2 + 4 seconds with two retries; Linux's own 6 make two minutes."""


def _address(text: str | None) -> str | None:
    """Return an IPv4 address as it is; a usage error says so for anything else."""
    from ipaddress import IPv4Address

    try:
        return text and str(IPv4Address(text))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no IPv4 address; write one as 203.0.113.9") from None


_NOW = "+0s"
FromOption = Annotated[
    str,
    typer.Option("--from", metavar="VANTAGE", help="The network to be in.", autocompletion=completion.vantages),
]
ClientOption = Annotated[
    str | None,
    typer.Option("--client", metavar="ADDR", help="The client's address, instead of a derived one.", callback=_address),
]
ClockOption = Annotated[
    str, typer.Option("--clock", metavar="WHEN", help="Move the lab's clock: +21m, -90s, or a time.")
]
PatienceOption = Annotated[
    Patience, typer.Option("--patience", help="When silent addresses are given up: after 3 s, 7 s, or as in Azure.")
]
FirewallOption = Annotated[
    Path | None, typer.Option("--firewall", metavar="LIST", help="Drop what this list of hosts does not allow.")
]
StoreOption = Annotated[Path | None, typer.Option("--store", metavar="DIR", help="Keep the registries' content here.")]
RootOption = Annotated[bool, typer.Option("--as-root", help="Be root in there, as podman needs it.")]


def run(  # noqa: PLR0913 -- one argument an option, as the contract lists them
    topology: TopologyArgument,
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND...", help="The command, after --.")],
    *,
    from_: FromOption,
    client: ClientOption = None,
    clock: ClockOption = _NOW,
    patience: PatienceOption = Patience.NORMAL,
    firewall: FirewallOption = None,
    store: StoreOption = None,
    as_root: RootOption = False,
) -> int:
    """Run a command in a network of the topology, with its DNS and its registries; exit as the command does.

    Real clients log in, pull and push by the real names. The machine is left as it is, and nothing remains.
    """
    need_linux("acrdns lab run")
    import time

    from acrdns.check.firewall import allow_list
    from acrdns.check.firewall.rules import sources_of
    from acrdns.cli.target import read_topology
    from acrdns.lab.clock import offset
    from acrdns.lab.namespace.builder import Settings
    from acrdns.lab.namespace.surroundings import surroundings
    from acrdns.lab.runtime.join import join, joinable, say_that_it_is_alone, topology_of
    from acrdns.lab.runtime.run import RunOptions
    from acrdns.lab.runtime.run import run as run_alone
    from acrdns.lab.sites import lab_world

    loaded = read_topology(topology)
    vantage = vantage_of(loaded, from_)
    text = allow_list.text_of(firewall) if firewall else None
    clients = sources_of(loaded, vantage)
    allowed = allow_list.read(text, str(firewall), clients) if text is not None else None
    moved = offset(clock, time.time())
    _check_client(loaded, vantage, client)
    joined = joinable(loaded, os.environ) if store is None else None
    if store is not None:
        say_that_it_is_alone(loaded, os.environ)
    if joined is not None:
        loaded = topology_of(joined)
        if clock != _NOW:
            now = joined.order("clock", when=clock)["now"]
            print(f"acrdns lab: --clock moves the clock of the lab that is up, for all, to {now}", file=sys.stderr)
    around = surroundings(lab_world(loaded), vantage, client=client, firewall=allowed)
    settings = Settings(around, tuple(command), _SYN_RETRIES[patience], client, text, as_root)
    if joined is not None:
        return join(settings, joined)
    return run_alone(settings, loaded, RunOptions(moved, store))


def _check_client(topology: Topology, vantage: str, client: str | None) -> None:
    """Raise a usage error for a private address that no client at a vantage point can have."""
    from ipaddress import ip_address

    from acrdns.azure import INTERNET
    from acrdns.record import is_private

    if client is None or not is_private(client):
        return
    spaces = () if vantage == INTERNET else topology.vantage(vantage).address_space
    if vantage == INTERNET or (spaces and not any(ip_address(client) in space for space in spaces)):
        where = f"outside the address space of {vantage}" if spaces else "private, and no address of the internet"
        raise typer.BadParameter(f"{client} is {where}", param_hint="--client")


def shell(  # noqa: PLR0913 -- the same
    topology: TopologyArgument,
    *,
    from_: FromOption,
    client: ClientOption = None,
    clock: ClockOption = _NOW,
    patience: PatienceOption = Patience.NORMAL,
    firewall: FirewallOption = None,
    store: StoreOption = None,
    as_root: RootOption = False,
) -> int:
    """Start a shell in a network of the topology; the lab ends with it."""
    need_linux("acrdns lab shell")
    command = [os.environ.get("SHELL") or "/bin/sh"]
    return run(
        topology,
        command,
        from_=from_,
        client=client,
        clock=clock,
        patience=patience,
        firewall=firewall,
        store=store,
        as_root=as_root,
    )
