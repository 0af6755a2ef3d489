"""`lab run` and `lab shell`: a lab of its own for one command."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.errors import NamespaceError
from acrdns.lab.clock import LabClock
from acrdns.lab.namespace.enclosure import Enclosure, isolate
from acrdns.lab.runtime.dns import DnsProcess

if TYPE_CHECKING:
    from pathlib import Path

    from acrdns.lab.namespace.builder import Settings
    from acrdns.lab.namespace.enclosure import Passed
    from acrdns.lab.runtime.lab import Lab
    from acrdns.lab.state import LabState
    from acrdns.topology.model import Topology

_SIGNALS = (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
_OF_TERMINALS = (signal.SIGINT, signal.SIGQUIT)


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
            state = _state(topology, options, own)
            undo.callback(state.close)
            passed = enclosure.sockets()
        except NamespaceError as error:
            raise NamespaceError(f"{error}\n{_REMEDY}") from None
        import uvloop

        from acrdns.lab.runtime.lab import Lab

        loop = uvloop.new_event_loop()
        undo.callback(loop.close)
        return loop.run_until_complete(_run(Lab(state), enclosure, passed, dns))


def _state(topology: Topology, options: RunOptions, own: Path) -> LabState:
    from acrdns.lab.state import LabState

    directory = options.store or own / "store"
    directory.mkdir(parents=True, exist_ok=True)
    return LabState(topology, directory, LabClock(options.offset))


async def _run(lab: Lab, enclosure: Enclosure, passed: Passed, dns: DnsProcess) -> int:
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def read() -> None:
        code = enclosure.proceed()
        if code is not None:
            loop.remove_reader(enclosure.fileno())
            ended.set_result(code)

    at_terminal = _has_terminal()
    for number in _SIGNALS:
        # The terminal's own signals reach the command without help.
        passes = number in _OF_TERMINALS and at_terminal
        loop.add_signal_handler(number, (lambda _: None) if passes else enclosure.forward, number)
    with await lab.attach(enclosure.around, passed, dns):
        loop.add_reader(enclosure.fileno(), read)
        enclosure.go(lab.access)
        return await ended


def _has_terminal() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


_REMEDY = (
    "the lab needs user, mount and network namespaces: run it as root, or allow user namespaces (in a container: "
    "--cap-add SYS_ADMIN, on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0); "
    "acrdns lab up --no-namespaces needs none of that"
)
