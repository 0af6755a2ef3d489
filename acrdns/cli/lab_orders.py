"""The orders of `acrdns lab`, such as `status` and `region`: to the lab of ACRDNS_LAB, or to the one that is up."""

from __future__ import annotations

import json
import os
import shlex
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from acrdns.cli.arguments import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


class StatusFormat(StrEnum):
    """How the status is written."""

    TEXT = "text"
    JSON = "json"


def order(what: str, *, descriptors: Sequence[int] = (), **arguments: Any) -> dict[str, Any]:
    """Return the answer to an order of the lab that ACRDNS_LAB names, else of the one that is up."""
    from acrdns.lab.runtime.control import ControlClient
    from acrdns.lab.runtime.place import found

    client = ControlClient(found(os.environ))
    try:
        return client.order(what, descriptors=descriptors, **arguments)
    finally:
        client.close()


def status(*, format_: Annotated[StatusFormat, FORMAT] = StatusFormat.TEXT) -> None:
    """Show the running lab: its topology, its clock, its regions, and what differs from the file."""
    found = order("status")
    if format_ is StatusFormat.JSON:
        print(json.dumps(found, indent=2))
        return
    print(f"topology  {found['file']}")
    print(f"clock     {found['clock']}")
    print(f"attached  {', '.join(found['vantages']) or 'no vantage point'}")
    for region, state in found["regions"].items():
        print(f"region    {region}: {'down' if state['down'] else 'up'}, lag {state['lag_seconds']:g} s")
    if found["bouncing"]:
        print("bouncing  each connection to a login server reaches another replica")
    for line in found["changes"]:
        print(f"changed   {line}")


def down() -> None:
    """End the lab that is up, and wait for its end."""
    from acrdns.lab.runtime.control import ControlClient
    from acrdns.lab.runtime.place import found

    client = ControlClient(found(os.environ))
    client.order("down")
    client.wait()
    client.close()


def env(*, from_: Annotated[str, typer.Option("--from", metavar="VANTAGE", help="The network to be in.")]) -> None:
    """Print the exports that lead clients into a lab without namespaces, for `eval "$(acrdns lab env --from hub)"`."""
    for name, value in order("environment", vantage=from_)["variables"].items():
        print(f"export {name}={shlex.quote(value)}")


def clock(when: Annotated[str, typer.Argument(metavar="WHEN", help="+21m, -90s, or a time.")]) -> None:
    """Move the lab's clock, which links, tokens and schedules go by, and print its time."""
    print(order("clock", when=when)["now"])


def region(
    name: Annotated[str, typer.Argument(metavar="REGION", help="A region with a replica.")],
    *,
    down: Annotated[bool, typer.Option("--down", help="Take it down.")] = False,
    up: Annotated[bool, typer.Option("--up", help="Take it up again.")] = False,
    lag: Annotated[
        str | None, typer.Option("--lag", metavar="DURATION", help="How long after a push its replicas have it: 30s.")
    ] = None,
) -> None:
    """Take a region down or up, or let its replicas lag behind; login servers' names follow."""
    if down and up:
        raise typer.BadParameter("say --down or --up, not both", param_hint="--down")
    if not down and not up and lag is None:
        raise typer.BadParameter("say --down, --up or --lag", param_hint="REGION")
    seconds = _duration(lag).total_seconds() if lag is not None else None
    order("region", region=name, down=down if down or up else None, lag=seconds)


def bounce(*, off: Annotated[bool, typer.Option("--off", help="End it.")] = False) -> None:
    """Let each connection to a login server reach another replica than the one before, as alternating answers do.

    A push whose requests come to several replicas fails there: an upload is known to one replica alone, and with a lag
    a manifest's layers are not in the others yet.
    """
    order("bounce", on=not off)


def _duration(text: str) -> timedelta:
    from acrdns.topology.schema.times import duration

    iso = text.upper() if text[:1] in "Pp" else f"P{'' if text.endswith('d') else 'T'}{text.upper()}"
    length = duration(iso)
    if length is None:
        raise typer.BadParameter(f"{text!r} is no duration; write 30s, 5m, 1h or PT30S", param_hint="--lag")
    return length


def firewall(
    list_: Annotated[Path, typer.Argument(metavar="LIST", help="The list that holds from now on.")],
) -> None:
    """Change the allow-list of the command that this is given in, which was started with --firewall."""
    from acrdns.check.firewall.allow_list import text_of

    order("firewall", text=text_of(list_), file=str(list_))


def load(
    source: Annotated[str, typer.Argument(metavar="oci:DIR[:NAME]", help="An OCI image layout.")],
    reference: Annotated[str, typer.Argument(metavar="REFERENCE", help="contoso.azurecr.io/repository:tag.")],
) -> None:
    """Put an image from an OCI layout into a registry of the lab, and print its digest."""
    kind, _, path = source.partition(":")
    if kind != "oci" or not path:
        raise typer.BadParameter(f"{source!r} is no OCI layout; write oci:DIR or oci:DIR:NAME", param_hint="SOURCE")
    name = None
    if not Path(path).is_dir():
        path, _, name = path.rpartition(":")
    try:
        directory = os.open(path or source, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise typer.BadParameter(f"{source}: {(error.strerror or '').lower()}", param_hint="SOURCE") from None
    try:
        print(order("load", descriptors=[directory], reference=reference, image=name or None)["digest"])
    finally:
        os.close(directory)
