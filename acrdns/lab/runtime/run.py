"""`lab run` and `lab shell`: a lab of its own for one command."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.errors import NamespaceError
from acrdns.lab.clock import LabClock
from acrdns.lab.namespace.enclosure import Enclosure, isolate
from acrdns.lab.runtime.command import REMEDY, command
from acrdns.lab.runtime.serving.dns import DnsProcess

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.lab.namespace.builder import Settings
    from acrdns.lab.namespace.enclosure import Passed
    from acrdns.lab.runtime.lab import Lab
    from acrdns.topology.model import Topology


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of `lab run` that are not about the command's surroundings."""

    offset: float = 0
    """Seconds that the lab's clock is before this machine's."""
    store: Path | None = None
    """Where the store is; None: one that ends with the lab."""


def run(settings: Settings, topology: Topology, options: RunOptions) -> int:
    """Run a command in its surroundings and return its exit code. Raises LabError where the lab cannot start.

    The process must have one thread, the main one.
    """
    with ExitStack() as undo:
        try:
            own = isolate()
            enclosure = Enclosure(settings)
            undo.callback(enclosure.close)
            dns = DnsProcess()
            undo.callback(dns.close)
            # From here on there may be threads. To import all this takes as long as the helper needs.
            clock = LabClock(options.offset)
            from acrdns.lab.state import LabState
            from acrdns.lab.storage.database import named_errors

            directory = options.store or own / "store"
            undo.enter_context(named_errors(directory))
            state = LabState(topology, directory, clock)
            undo.callback(state.close)
            passed = enclosure.sockets()
        except NamespaceError as error:
            raise NamespaceError(f"{error}\n{REMEDY}") from None
        import uvloop

        from acrdns.lab.runtime.lab import Lab

        loop = uvloop.new_event_loop()
        undo.callback(loop.close)
        return loop.run_until_complete(_run(Lab(state, clock), enclosure, passed, dns, settings.firewall))


async def _run(lab: Lab, enclosure: Enclosure, passed: Passed, dns: DnsProcess, firewall: str | None) -> int:
    from acrdns.lab.runtime.orders import Orders
    from acrdns.lab.runtime.plants.syncing import Syncing

    orders = Orders(lab)
    attachment = await lab.attach(enclosure.around, passed, dns, orders.handle, enclosure.change)
    enclosure.on_sockets = lambda found: attachment.serve([socket.socket(fileno=each) for each in found])
    attachment.firewall = firewall
    orders.syncing = Syncing(lab, orders.handle, attachment)
    try:
        return await command(enclosure, lab.access)
    finally:
        orders.syncing.close()
        attachment.close()
