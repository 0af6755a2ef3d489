"""Join a lab that is up: the command's sockets are served there."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from acrdns.errors import LabError, NamespaceError
from acrdns.lab.namespace.enclosure import Enclosure, isolate
from acrdns.lab.namespace.files import LabAccess
from acrdns.lab.runtime.command import REMEDY, command
from acrdns.lab.runtime.control import ControlClient
from acrdns.lab.runtime.lab import digest
from acrdns.lab.runtime.place import place
from acrdns.serve.processes.nameless import nameless_file
from acrdns.topology.load import loads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acrdns.lab.namespace.builder import Settings
    from acrdns.topology.model import Topology


def joinable(topology: Topology, environment: Mapping[str, str]) -> ControlClient | None:
    """Return a connection to the lab that is up with a topology's file, or None.

    Raises LabError where the file has changed since: the lab would answer by what it said before.
    """
    path = place(environment)
    if not path.exists():
        return None
    try:
        client = ControlClient(str(path))
        status = client.order("status")
    except LabError:
        return None
    if status["file"] != os.path.realpath(topology.file):
        client.close()
        return None
    if not status["namespaces"]:
        client.close()
        _say("the lab that is up has no namespaces and cannot be joined; this is a lab of its own")
        return None
    if status["digest"] != digest(topology):
        client.close()
        raise LabError(
            f"{topology.file} has changed since the lab came up with it; end that lab with acrdns lab down and start "
            "it again, or have a lab of your own with --store DIR"
        )
    return client


def say_that_it_is_alone(topology: Topology, environment: Mapping[str, str]) -> None:
    """Say that a command with a store of its own does not join the lab that is up with its topology."""
    path = place(environment)
    with suppress(LabError):
        client = ControlClient(str(path))
        if client.order("status")["file"] == os.path.realpath(topology.file):
            _say("a lab is up with this topology; with --store this is another one")
        client.close()


def _say(line: str) -> None:
    sys.stderr.write(f"acrdns lab: {line}\n")


def topology_of(client: ControlClient) -> Topology:
    """Return the topology of a lab as it is now: its file may have been changed by the management plane."""
    with os.fdopen(nameless_file("topology"), "r+", encoding="utf-8") as file:
        client.order("topology", descriptors=[file.fileno()])
        file.seek(0)
        return loads(file.read(), "the running lab")


def join(settings: Settings, client: ControlClient, *, own: bool = False) -> int:
    """Run a command in a lab that is up and return its exit code. Raises LabError where it cannot be joined.

    `own` says that the command is a part of the lab, which its status does not show.
    The process must have one thread, the main one.
    """
    around = settings.around
    with ExitStack() as undo:
        undo.callback(client.close)
        try:
            isolate()
            enclosure = Enclosure(settings)
            undo.callback(enclosure.close)
            passed = enclosure.sockets()
        except NamespaceError as error:
            raise NamespaceError(f"{error}\n{REMEDY}") from None
        undo.callback(passed.close)
        asked = {"vantage": around.vantage, "client": settings.client, "firewall": settings.firewall, "own": own}
        certificate, user, password, hosts = client.order("join", descriptors=passed.descriptors, **asked)["access"]
        return asyncio.run(_run(enclosure, client, LabAccess(certificate, user, password, tuple(hosts))))


async def _run(enclosure: Enclosure, client: ControlClient, access: LabAccess) -> int:
    """Run the command, and change its network as the lab asks for it."""
    loop = asyncio.get_running_loop()

    def read() -> None:
        while (said := client.receive()) is not None:
            if "change" in said:
                enclosure.change(*said["change"])
            if not client.waiting:
                return
        loop.remove_reader(client.fileno())
        _say("the lab that this command has joined has ended; nothing answers any more")

    def pass_on(descriptors: list[int]) -> None:
        client.send("sockets", descriptors)
        for descriptor in descriptors:
            os.close(descriptor)

    enclosure.on_sockets = pass_on
    loop.add_reader(client.fileno(), read)
    return await command(enclosure, access)
