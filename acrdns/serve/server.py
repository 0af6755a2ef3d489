"""The server: binds, forks those who answer UDP, answers TCP itself, and swaps what is served when files change.

    server      loads and watches files, answers TCP (asyncio), starts workers again that have died
    |-- worker  answers UDP in batches, and does nothing else; N of them share the clients of an address
    `-- log     writes the query log (only with --log-queries)

A reload forks new workers, which hold what was loaded and the same sockets, and then stops the old ones: a query that
neither has taken waits in its socket. Nobody is ever without an answer, or gets half an answer of each.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from acrdns.serve import bindings
from acrdns.serve.bindings import Binding
from acrdns.serve.listen.addresses import ZONE_FILES
from acrdns.serve.listen.sockets import MOST_CONNECTIONS, allow_connections
from acrdns.serve.observe.querylog import LogPipe, start
from acrdns.serve.processes.workers import Workers
from acrdns.serve.reload import WATCH_SECONDS, Loading, Watcher
from acrdns.serve.secondaries.feed import Feed
from acrdns.serve.secondaries.role import PrimaryRole
from acrdns.serve.service import Served
from acrdns.serve.sources import load
from acrdns.serve.tcp import TcpServer
from acrdns.serve.udp.gate import Gate
from acrdns.serve.udp.worker import UdpWork
from acrdns.wire.clients.cookie import SECRET, CookieJar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from acrdns.serve.listen.addresses import VantageAddress
    from acrdns.serve.listen.sockets import BoundSockets
    from acrdns.serve.observe.counters import Ledger
    from acrdns.serve.observe.status import Status
    from acrdns.serve.options import Options
    from acrdns.serve.processes.spawn import Child
    from acrdns.serve.service import PassesOn, Service
    from acrdns.serve.sources import ServingState
    from acrdns.serve.upstream.ask import Upstream


class Server:
    """One `acrdns serve`. Binds when it is made; `run` answers until a signal ends it.

    `report` is given each line that concerns the running server. Raises InputError and ListenError.
    """

    def __init__(self, options: Options, report: Callable[[str], None]) -> None:
        self._options = options
        self._report = report
        self._cookies = CookieJar(secrets.token_bytes(SECRET))
        self._watcher = Watcher(options.sources.files)
        self._upstream = self._make_upstream()
        self._ledger: Ledger | None = None
        self._status = self._open_status()
        self._state = load(options.sources)
        self._watcher.also(self._state.included)
        for warning in self._state.warnings:
            report(warning)
        bound = bindings.bind_all(options.listens, self._state.vantages, options.workers, options.upstreams)
        self._first = bound[0][0]
        self._fixed = bool(options.listens) or bound[0][1].passed_on
        """Whether only what was bound at the start is served."""
        self._take_on_user()
        self._primary = PrimaryRole(options.transfers, self._first, report) if options.transfers else None
        if self._primary is not None:
            self._state = self._with_feed(self._state, [vantage for vantage, _ in bound])
        self._bindings = [self._binding(vantage, each) for vantage, each in bound]
        if self._status is not None:
            self._status.join()  # a process with one thread is forked safely
        self._writer: Child | None = None
        self._log: int | None = None
        if options.log:
            self._writer, self._log = start(options.log, report)
        self._tcp = TcpServer(self._log_pipe(), allowed=options.allowed)
        gate = Gate.of(options, self._cookies)
        work = UdpWork(gate, self._log, self._ledger, self._upstream, self._service)
        self._workers = Workers(options.workers, lambda number: work.job(self._bindings, number), report)
        self._serving = False
        self._loading: Loading | None = None
        self._busy = False
        self._again = False

    @property
    def places(self) -> tuple[VantageAddress, ...]:
        """Each vantage point with its address and real port."""
        return bindings.places(self._bindings)

    # --- starting ---------------------------------------------------------------------------------------------------

    def _open_status(self) -> Status | None:
        """Answer about readiness from now on: loading may take a while."""
        if self._options.metrics is None:
            return None
        from acrdns.serve.observe.counters import Ledger
        from acrdns.serve.observe.status import Status

        self._ledger = Ledger()
        status = Status(self._options.metrics, self._ledger, self._is_ready)
        self._report(f"metrics and readiness are on http://{status.address}")
        status.answer_early()
        return status

    def _is_ready(self) -> bool:
        return getattr(self, "_serving", False) and self._workers.complete

    def _take_on_user(self) -> None:
        """Drop the privileges of root, now that everything is bound."""
        if self._options.user is not None:
            from acrdns.serve.listen.privileges import take_on

            take_on(self._options.user, self._options.sources.files, self._report)

    # --- what is served where ---------------------------------------------------------------------------------------

    def _binding(self, vantage: str, bound: BoundSockets) -> Binding:
        meter = self._ledger.meter(vantage, "tcp") if self._ledger is not None else None
        return Binding(vantage, bound, Served(self._service(vantage, self._report, self._upstream), meter))

    def _service(self, vantage: str, complain: Callable[[str], None], upstream: PassesOn | None) -> Service:
        with_zones = vantage in (self._first, ZONE_FILES)
        access = self._primary.access if self._primary else None
        return self._state.service(
            vantage,
            zone_files=with_zones,
            cookies=self._cookies,
            complain=complain,
            access=access,
            upstream=upstream,
            selection=self._options.selection,
            kept=self._options.kept,
            shortcuts=self._options.shortcuts,
        )

    def _load(self, served: tuple[str, ...]) -> ServingState:
        """Read all files, and make what secondaries are fed with; runs beside the answering."""
        state = load(self._options.sources)
        if self._primary is None:
            return state
        vantages = served if self._fixed else (*served, *state.vantages)
        return self._with_feed(state, dict.fromkeys(vantages))

    def _with_feed(self, state: ServingState, vantages: Iterable[str]) -> ServingState:
        assert self._primary is not None
        return replace(state, feed=self._primary.feed(state.world, state.zones, vantages))

    def _make_upstream(self) -> Upstream | None:
        if not self._options.upstreams:
            return None
        from acrdns.serve.upstream.ask import Upstream

        return Upstream(self._options.upstreams, answers_special=not self._options.pass_special)

    def _log_pipe(self) -> LogPipe | None:
        return LogPipe(self._log) if self._log is not None else None

    # --- running ----------------------------------------------------------------------------------------------------

    def run(self, ready: Callable[[], None]) -> None:
        """Answer until SIGTERM or SIGINT. `ready` is called once every address answers."""
        allow_connections(MOST_CONNECTIONS + (self._upstream.most_sockets if self._upstream else 0))
        try:
            asyncio.run(self._run(ready))
        finally:
            for binding in self._bindings:
                binding.bound.close()
            if self._status is not None:
                self._status.close()
            if self._writer is not None and self._log is not None:
                os.close(self._log)  # the log ends where nobody can write to it any more
                self._writer.stop()
                self._writer.reap()

    async def _run(self, ready: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        if self._status is not None:
            await self._status.listen()
        for binding in self._bindings:
            await self._tcp.listen(binding.bound.tcp, binding.served)
        self._workers.start()
        self._serving = True
        if self._options.watch:
            loop.call_later(WATCH_SECONDS, self._watch)
        ready()
        self._tell(Feed())
        await ended.wait()
        self._serving = False
        if self._primary is not None:
            await self._primary.close()
        await self._tcp.close()
        await self._workers.close()
        if self._upstream is not None:
            self._upstream.close()

    def _watch(self) -> None:
        if self._watcher.changed():
            self._reload()
        asyncio.get_running_loop().call_later(WATCH_SECONDS, self._watch)

    # --- reloading --------------------------------------------------------------------------------------------------

    def _reload(self) -> None:
        if self._busy:
            self._again = True  # what is being read may be old already
            return
        self._busy = True
        loop = asyncio.get_running_loop()
        self._workers.hold()
        served = tuple(binding.vantage for binding in self._bindings)
        self._loading = Loading(partial(self._load, served), loop, self._loaded)
        self._loading.start()

    def _loaded(self) -> None:
        assert self._loading is not None
        self._loading.join()  # a process with one thread is forked safely
        loaded, self._loading = self._loading, None
        if loaded.state is not None:
            self._swapping = asyncio.get_running_loop().create_task(self._swap(loaded.state))
            return
        self._count_reload("failed")
        for problem in loaded.problems:
            self._report(problem)
        self._report("not reloaded: the old answers stay until the file loads")
        self._workers.release()
        self._settle()

    async def _swap(self, state: ServingState) -> None:
        before, self._state = self._state.feed, state
        self._watcher.also(state.included)
        await self._open_new()
        for binding in self._bindings:
            binding.served.service = self._service(binding.vantage, self._report, self._upstream)
        await self._workers.replace()
        self._tell(before)
        self._count_reload("ok")
        for warning in state.warnings:
            self._report(warning)
        self._report(f"reloaded {', '.join(self._options.sources.files)}")
        self._settle()

    def _tell(self, before: Feed) -> None:
        """Notify secondaries of what is new, now that all workers have it; each view from its first address."""
        if self._primary is not None:
            sources = {binding.vantage: binding.bound.address.host for binding in reversed(self._bindings)}
            self._primary.notify(self._state.feed, before, sources)

    def _count_reload(self, result: str) -> None:
        if self._ledger is not None:
            self._ledger.reloads[result] += 1

    def _settle(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._reload()

    async def _open_new(self) -> None:
        """Open the next free ports for networks that have appeared; with `--listen`, only those named are served."""
        if self._fixed:
            return
        served = {binding.vantage for binding in self._bindings}
        for vantage in self._state.vantages:
            bound = None
            if vantage not in served:
                bound = bindings.open_next(self._bindings, vantage, self._options.workers, self._report)
            if bound is not None:
                binding = self._binding(vantage, bound)
                self._bindings.append(binding)
                await self._tcp.listen(bound.tcp, binding.served)
                self._report(f"{vantage} has appeared and is served on {bound.address}")
