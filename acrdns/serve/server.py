"""The server: binds, forks those who answer UDP, answers TCP itself, and swaps what is served when files change.

    server      loads and watches files, answers TCP (asyncio), starts workers again that have died
    |-- worker  answers UDP in batches, and does nothing else; N of them share the clients of an address
    `-- log     writes the query log (only with --log-queries or --query-socket)

A reload forks new workers, which hold what was loaded and the same sockets, and then stops the old ones: a query that
neither has taken waits in its socket. Each client gets an answer, and none gets half an answer of each.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from acrdns.serve import bindings
from acrdns.serve.bindings import Binding
from acrdns.serve.listen.addresses import ZONE_FILES
from acrdns.serve.listen.sockets import allow_descriptors
from acrdns.serve.observe.querylog import LogPipe, QueryLog
from acrdns.serve.processes.workers import Workers
from acrdns.serve.reload import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    WATCH_SECONDS,
    Failure,
    Watcher,
    load_in_thread,
    need_descriptor,
    refuse_pipes,
)
from acrdns.serve.secondaries.feed import Feed
from acrdns.serve.secondaries.role import PrimaryRole
from acrdns.serve.service import Served
from acrdns.serve.sources import load
from acrdns.serve.tcp import TcpLimits, TcpServer
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
    from acrdns.serve.service import PassesOn, Service
    from acrdns.serve.sources import ServingState
    from acrdns.serve.upstream.ask import Upstream

_SPARE = 16
"""Descriptors for files that are loaded, HTTP clients and NOTIFY."""


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
        self._state = self._load_first()
        self._watcher.also(self._state.included)
        for warning in self._state.warnings:
            report(warning)
        bound = bindings.bind_all(options.listens, self._state.vantages, options.workers, options.upstreams)
        self._first = bound[0][0]
        self._fixed = bool(options.listens) or bound[0][1].passed_on
        """Whether only what was bound at the start is served."""
        self._log = self._open_log()
        self._take_on_user()
        self._primary = PrimaryRole(options.transfers, self._first, report) if options.transfers else None
        if self._primary is not None:
            self._state = self._with_feed(self._state, [vantage for vantage, _ in bound])
        self._bindings = [self._binding(vantage, each) for vantage, each in bound]
        if self._status is not None:
            self._status.join()  # a process with one thread is forked safely
        self._log_writer = Workers(1, self._log.job, report, "query log writer") if self._log is not None else None
        notes = self._log.notes if self._log is not None else None
        limits = TcpLimits(connections=self._allow_descriptors())
        self._tcp = TcpServer(LogPipe(notes) if notes is not None else None, limits, options.allowed)
        gate = Gate.of(options, self._cookies)
        work = UdpWork(gate, notes, self._ledger, self._selected, self._upstream, self._service)
        self._workers = Workers(options.workers, lambda number: work.job(self._bindings, number), report)
        self._serving = False
        self._reloading: asyncio.Task[None] | None = None
        self._again = False
        self._pause = FIRST_PAUSE
        """Seconds until a reload that lacked resources is tried again."""
        self._next_error = 0.0
        """When the next error of the loop is reported."""

    @property
    def places(self) -> tuple[VantageAddress, ...]:
        """Each vantage point with its address and real port."""
        return bindings.places(self._bindings)

    def _open_log(self) -> QueryLog | None:
        """Open what the query log is written to, with the rights of who started the server."""
        if self._options.query_socket is None:
            return QueryLog(self._options.log) if self._options.log else None
        from acrdns.serve.observe.query_socket import QuerySocket

        return QueryLog(self._options.log, QuerySocket(self._options.query_socket, self._options.user))

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

    def _load_first(self) -> ServingState:
        """Read all files, with the rights of the user that this process is going to be."""
        if self._options.user is None:
            return load(self._options.sources)
        from acrdns.serve.listen.privileges import acting_as

        with acting_as(self._options.user, self._options.sources.files):
            return load(self._options.sources)

    def _take_on_user(self) -> None:
        """Drop the privileges of root, now that everything is bound."""
        if self._options.user is not None:
            from acrdns.serve.listen.privileges import take_on

            take_on(self._options.user, self._options.sources.files, self._report)

    def _binding(self, vantage: str, bound: BoundSockets) -> Binding:
        meter = self._ledger.meter(vantage, "tcp", self._selected()) if self._ledger is not None else None
        return Binding(vantage, bound, Served(self._service(vantage, self._report, self._upstream), meter))

    def _selected(self) -> tuple[str, ...]:
        """Return the vantage points that may answer at any address."""
        return self._state.vantages if self._options.selection is not None else ()

    def _service(self, vantage: str, on_error: Callable[[str], None], upstream: PassesOn | None) -> Service:
        return self._state.service(
            vantage,
            zone_files=vantage in (self._first, ZONE_FILES),
            cookies=self._cookies,
            on_error=on_error,
            access=self._primary.access if self._primary else None,
            upstream=upstream,
            selection=self._options.selection,
            kept=self._options.kept,
            shortcuts=self._options.shortcuts,
        )

    def _load(self, served: tuple[str, ...]) -> ServingState:
        """Read all files, and make the feed of secondaries; runs in a thread while answers go on."""
        need_descriptor()
        refuse_pipes(self._options.sources.files)
        state = load(self._options.sources)
        if self._primary is None:
            return state
        vantages = served if self._fixed else (*served, *state.vantages)
        return self._with_feed(state, dict.fromkeys(vantages))

    def _with_feed(self, state: ServingState, vantages: Iterable[str]) -> ServingState:
        assert self._primary is not None
        return replace(state, feed=self._primary.feed(state.world, state.zones, vantages))

    def _make_upstream(self) -> Upstream | None:
        if self._options.upstreams:
            from acrdns.serve.upstream.ask import Upstream

            return Upstream(self._options.upstreams, answers_special=not self._options.pass_special)
        return None

    def _allow_descriptors(self) -> int:
        """Return how many TCP connections there may be, so that a reload always has the descriptors that it needs."""
        workers = self._options.workers * (2 if self._upstream is None else 4)
        upstream = 0 if self._upstream is None else self._upstream.most_sockets
        return allow_descriptors(_SPARE + 2 * len(self._bindings) + 2 * workers, upstream)

    def run(self, ready: Callable[[], None]) -> None:
        """Answer until SIGTERM or SIGINT. `ready` is called once every address answers."""
        try:
            asyncio.run(self._run(ready))
        finally:
            for binding in self._bindings:
                binding.bound.close()
            if self._status is not None:
                self._status.close()

    async def _run(self, ready: Callable[[], None]) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._report_error)
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        if self._log_writer is not None:
            await self._log_writer.start()
        if self._status is not None:
            await self._status.listen()
        for binding in self._bindings:
            await self._tcp.listen(binding.bound.tcp, binding.served)
        await self._workers.start()
        self._serving = True
        if self._options.watch:
            loop.call_later(WATCH_SECONDS, self._watch)
        ready()
        self._notify(Feed())
        await ended.wait()
        self._serving = False
        if self._primary is not None:
            await self._primary.close()
        await self._tcp.close()
        await self._workers.close()
        if self._upstream is not None:
            self._upstream.close()
        if self._log is not None and self._log_writer is not None:
            self._log.close()
            await self._log_writer.close()

    def _report_error(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Report an error that no code waits for, one line a second at most."""
        now = time.monotonic()
        if now >= self._next_error:
            self._next_error = now + 1.0
            self._report(f"{context['message']}: {context.get('exception')}")

    def _watch(self) -> None:
        asyncio.get_running_loop().call_later(WATCH_SECONDS, self._watch)
        if self._watcher.changed():
            self._reload()

    def _reload(self) -> None:
        self._again = True  # a reload that runs may have read the files already
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.get_running_loop().create_task(self._reload_all())

    async def _reload_all(self) -> None:
        while self._again:
            self._again = False
            failure = await self._try_reload()
            if self._ledger is not None:
                self._ledger.reloads["failed" if failure else "ok"] += 1
            if failure is None:
                self._pause = FIRST_PAUSE
                self._report(f"reloaded {', '.join(self._options.sources.files)}")
                continue
            for problem in failure.problems:
                self._report(problem)
            if not failure.passes:
                self._report("not reloaded: the old answers stay until the file loads")
                continue
            self._report(f"not reloaded: the old answers stay; it is tried again in {self._pause:.0f} s")
            asyncio.get_running_loop().call_later(self._pause, self._reload)
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    async def _try_reload(self) -> Failure | None:
        """Load all files and serve them. Return why that failed, or None; after a failure all answers are as before."""
        children = [each for each in (self._workers, self._log_writer) if each is not None]
        try:
            for each in children:
                each.hold()
            served = tuple(binding.vantage for binding in self._bindings)
            await self._swap(await load_in_thread(partial(self._load, served)))
        except Exception as error:  # noqa: BLE001 -- a reload never ends the server
            return Failure.of(error)
        finally:
            for each in children:
                each.release()
        return None

    async def _swap(self, state: ServingState) -> None:
        """Let UDP and TCP answer from another state, both or neither."""
        before, bindings = self._state, self._bindings
        self._state = state
        try:
            self._bindings = [*bindings]
            self._bind_new()
            services = [self._service(each.vantage, self._report, self._upstream) for each in bindings]
            generation = self._workers.prepare()
        except BaseException:
            for each in self._bindings[len(bindings) :]:
                each.bound.close()
            self._state, self._bindings = before, bindings
            raise
        for each, service in zip(bindings, services, strict=True):
            each.served.service = service
            if self._ledger is not None and each.served.meter is not None:
                self._ledger.add(each.served.meter, "tcp", self._selected())
        self._watcher.also(state.included)
        for each in self._bindings[len(bindings) :]:
            await self._tcp.listen(each.bound.tcp, each.served)
            self._report(f"{each.vantage} has appeared and is served on {each.bound.address}")
        await self._workers.switch(generation)
        self._notify(before.feed)
        for warning in state.warnings:
            self._report(warning)

    def _notify(self, before: Feed) -> None:
        """Notify secondaries of changed zones; those of each view from its first address."""
        if self._primary is not None:
            sources = {binding.vantage: binding.bound.address.host for binding in reversed(self._bindings)}
            self._primary.notify(self._state.feed, before, sources)

    def _bind_new(self) -> None:
        """Bind the next free ports for networks that have appeared; with `--listen`, no others are served."""
        served = {binding.vantage for binding in self._bindings}
        for vantage in () if self._fixed else self._state.vantages:
            if vantage not in served:
                bound = bindings.open_next(self._bindings, vantage, self._options.workers, self._report)
                if bound is not None:
                    self._bindings.append(self._binding(vantage, bound))
