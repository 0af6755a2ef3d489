"""`lab up`: a lab that stays, for as many commands and vantage points as join it."""

from __future__ import annotations

import asyncio
import shutil
import signal
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from acrdns.errors import LabError, NamespaceError
from acrdns.lab.clock import LabClock
from acrdns.lab.namespace import kernel
from acrdns.lab.namespace.enclosure import isolate
from acrdns.lab.namespace.surroundings import surroundings
from acrdns.lab.runtime.command import REMEDY
from acrdns.lab.runtime.control import ControlServer
from acrdns.lab.runtime.place import kept, listen, make_directory
from acrdns.lab.runtime.remains import watch

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from acrdns.lab.runtime.lab import Lab
    from acrdns.lab.state import LabState
    from acrdns.topology.model import Topology

    Row = tuple[str, ...]

_LOOK = 2.0
"""Seconds between two looks whether the socket is still there: nobody can end a lab that cannot be found."""


def up(
    topology: Topology, path: Path, store: Path | None, show: Callable[[Sequence[Row]], None], *, namespaces: bool
) -> None:
    """Keep a lab up until a signal or an order ends it; `show` gets the table when it is ready. Raises LabError."""
    with ExitStack() as undo:
        kernel.check_descriptors(0)
        kernel.allow_descriptors()
        files, content = path.parent / "acrdns-lab-files", path.parent / "acrdns-lab-store"
        make_directory(path.parent)
        # Before there is a socket to leave behind, and before `isolate`: the files are outside its namespaces.
        undo.enter_context(watch(path, files, content))
        listener = listen(path)
        undo.callback(listener.close)
        is_there = undo.enter_context(kept(path))
        undo.callback(path.unlink, missing_ok=True)  # before it is closed: another lab may be up there right after
        directory = store or _store(content, undo, namespaces=namespaces)
        from acrdns.lab.state import LabState
        from acrdns.lab.storage.database import named_errors

        undo.enter_context(named_errors(directory))
        clock = LabClock()
        state = LabState(topology, directory, clock)
        undo.callback(state.close)
        import uvloop

        loop = uvloop.new_event_loop()
        undo.callback(loop.close)
        loop.run_until_complete(_up(state, clock, listener, is_there, show, None if namespaces else files))


def _store(store: Path, undo: ExitStack, *, namespaces: bool) -> Path:
    """Return the directory of a store that ends with the lab: in a namespace of its own, else the one given."""
    try:
        return isolate() / "store"
    except NamespaceError as error:
        if namespaces:
            raise NamespaceError(f"{error}\n{REMEDY}") from None
    shutil.rmtree(store, ignore_errors=True)  # left by a lab that was killed
    undo.callback(shutil.rmtree, store, ignore_errors=True)
    return store


async def _up(
    state: LabState,
    clock: LabClock,
    listener: socket.socket,
    is_there: Callable[[], bool],
    show: Callable[[Sequence[Row]], None],
    files: Path | None,
) -> None:
    from acrdns.lab.runtime.lab import Lab
    from acrdns.lab.runtime.orders import Orders
    from acrdns.lab.runtime.plants.syncing import Syncing

    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, ended.set)
    lab = Lab(state, clock)
    with ExitStack() as undo:
        rows = _reach(state) if files is None else await _outside(lab, files, undo)
        orders = Orders(lab, ended.set)
        undo.callback(ControlServer(listener, orders.handle).close)
        orders.syncing = Syncing(lab, orders.handle)
        undo.callback(orders.syncing.close)
        show(rows)
        while not ended.is_set() and is_there():
            with suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), _LOOK)


def _reach(state: LabState) -> list[Row]:
    """Return what will answer at each vantage point: its DNS servers and its endpoints."""
    rows: list[Row] = [("vantage point", "address", "answers")]
    for vantage in state.topology.vantages:
        around = surroundings(state.world, vantage)
        rows += [(vantage, f"{resolver.address}:53", "DNS") for resolver in around.resolvers]
        rows += [(vantage, f"{each.address}:443", " ".join(each.hosts)) for each in around.endpoints]
    return rows


async def _outside(lab: Lab, files: Path, undo: ExitStack) -> list[Row]:
    """Serve all vantage points on this machine's loopback addresses, without a namespace."""
    from acrdns.lab.runtime.outside import Outside

    outside = Outside(lab, files)
    undo.callback(outside.close)
    try:
        return await outside.serve()
    except OSError as error:
        raise LabError(f"the lab cannot listen: {error.strerror or error}") from None
