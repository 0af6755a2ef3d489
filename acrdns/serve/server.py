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
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from acrdns.errors import ListenError
from acrdns.serve import udp
from acrdns.serve.addresses import DEFAULT_HOST, ZONE_FILES, Address, Place, plan
from acrdns.serve.feed import Feed
from acrdns.serve.primary import PrimaryRole
from acrdns.serve.querylog import LogPipe, make_pipe, write
from acrdns.serve.reload import WATCH_SECONDS, Loading, Watcher
from acrdns.serve.service import Desk
from acrdns.serve.sockets import Bound, bind
from acrdns.serve.sources import load
from acrdns.serve.spawn import spawn
from acrdns.serve.tcp import TcpServer, allow_connections
from acrdns.serve.workers import Workers
from acrdns.wire.cookie import SECRET, CookieJar

if TYPE_CHECKING:
    from collections.abc import Callable

    from acrdns.serve.primary import Transfers
    from acrdns.serve.querylog import Format
    from acrdns.serve.service import Service
    from acrdns.serve.sources import Sources, State, Telling
    from acrdns.serve.spawn import Child, Voice
    from acrdns.serve.upstream import Upstream

_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class Options:
    """What `acrdns serve` was asked for."""

    sources: Sources
    listens: tuple[str, ...] = ()
    watch: bool = False
    log: Format | None = None
    workers: int = 1
    transfers: Transfers | None = None
    """None: nothing is transferred."""
    telling: Telling | None = None
    """None: all clients of an address are at its vantage point."""
    upstreams: tuple[Address, ...] = ()
    """Real resolvers for names outside the simulated zones; none: such names are refused."""


@dataclass(frozen=True, slots=True)
class _Post:
    """A vantage point, the sockets of one of its addresses, and what is served there over TCP now."""

    vantage: str
    bound: Bound
    desk: Desk


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
        self._state = load(options.sources)
        self._posts: list[_Post] = []
        places = plan(options.listens, self._state.vantages)
        self._first = places[0].vantage
        self._primary = PrimaryRole(options.transfers, self._first, report) if options.transfers else None
        if self._primary is not None:
            self._state = self._primary.fed(self._state, [place.vantage for place in places])
        try:
            for place in places:
                self._posts.append(self._open(place))
        except ListenError:
            for post in self._posts:
                post.bound.close()
            raise
        self._writer: Child | None = None
        self._log: int | None = None
        if options.log:
            self._writer, self._log = _start_log(options.log, report)
        self._tcp = TcpServer(self._log_pipe())
        self._workers = Workers(options.workers, self._work, report)
        self._loading: Loading | None = None
        self._busy = False
        self._again = False

    @property
    def places(self) -> tuple[Place, ...]:
        """Who is served where, with real ports."""
        return tuple(Place(post.vantage, post.bound.address) for post in self._posts)

    # --- what is served where ---------------------------------------------------------------------------------------

    def _open(self, place: Place) -> _Post:
        return _Post(place.vantage, bind(place.address, self._options.workers), Desk(self._service(place.vantage)))

    def _service(self, vantage: str) -> Service:
        with_zones = vantage in (self._first, ZONE_FILES)
        access = self._primary.access if self._primary else None
        return self._state.service(
            vantage,
            zone_files=with_zones,
            cookies=self._cookies,
            complain=self._report,
            access=access,
            upstream=self._upstream,
            telling=self._options.telling,
        )

    def _load(self, served: tuple[str, ...]) -> State:
        """Read all files, and make what secondaries are fed with; runs beside the answering."""
        state = load(self._options.sources)
        if self._primary is None:
            return state
        vantages = served if self._options.listens else (*served, *state.vantages)
        return self._primary.fed(state, dict.fromkeys(vantages))

    def _work(self, number: int) -> tuple[Callable[[int, Voice], None], list[int]]:
        """Give what worker `number` does, and the descriptors that it needs for it."""
        posts = list(self._posts)
        keep = [post.bound.udp[number].fileno() for post in posts]
        if self._log is not None:
            keep.append(self._log)
        return partial(self._answer_udp, posts, number), keep

    def _answer_udp(self, posts: list[_Post], number: int, stop: int, voice: Voice) -> None:
        self._report = voice.say
        self._upstream = self._make_upstream()  # its threads and its cache are this process's own
        listeners = []
        for post in posts:
            address = post.bound.address
            desk = Desk(self._service(post.vantage))
            listeners.append(udp.Listener(post.bound.udp[number], desk, address.is_ipv6, address.is_wildcard))
        udp.run(listeners, stop, self._log_pipe())

    def _make_upstream(self) -> Upstream | None:
        if not self._options.upstreams:
            return None
        from acrdns.serve.upstream import Upstream

        return Upstream(self._options.upstreams)

    def _log_pipe(self) -> LogPipe | None:
        return LogPipe(self._log) if self._log is not None else None

    # --- running ----------------------------------------------------------------------------------------------------

    def run(self, ready: Callable[[], None]) -> None:
        """Answer until SIGTERM or SIGINT. `ready` is called once every address answers."""
        allow_connections()
        try:
            asyncio.run(self._run(ready))
        finally:
            for post in self._posts:
                post.bound.close()
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
        for post in self._posts:
            await self._tcp.listen(post.bound.tcp, post.desk)
        self._workers.start()
        if self._options.watch:
            loop.call_later(WATCH_SECONDS, self._watch)
        ready()
        self._tell(Feed())
        await ended.wait()
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
        served = tuple(post.vantage for post in self._posts)
        self._loading = Loading(partial(self._load, served), partial(_call_soon, loop, self._loaded))
        self._loading.start()

    def _loaded(self) -> None:
        assert self._loading is not None
        self._loading.join()  # a process with one thread is forked safely
        loaded, self._loading = self._loading, None
        if loaded.state is not None:
            self._swapping = asyncio.get_running_loop().create_task(self._swap(loaded.state))
            return
        for problem in loaded.problems:
            self._report(problem)
        self._report("not reloaded: the old answers stay until the file loads")
        self._workers.release()
        self._settle()

    async def _swap(self, state: State) -> None:
        before, self._state = self._state.feed, state
        await self._open_new()
        for post in self._posts:
            post.desk.service = self._service(post.vantage)
        await self._workers.replace()
        self._tell(before)
        self._report(f"reloaded {', '.join(self._options.sources.files)}")
        self._settle()

    def _tell(self, before: Feed) -> None:
        """Tell secondaries what is new, now that everybody answers with it; each view from its first address."""
        if self._primary is not None:
            sources = {post.vantage: post.bound.address.host for post in reversed(self._posts)}
            self._primary.tell(self._state.feed, before, sources)

    def _settle(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._reload()

    async def _open_new(self) -> None:
        """Give networks that have appeared the next free ports; with `--listen`, only those named are served."""
        if self._options.listens:
            return
        served = {post.vantage for post in self._posts}
        for vantage in self._state.vantages:
            if vantage not in served:
                post = self._open_next(vantage)
                if post is not None:
                    self._posts.append(post)
                    await self._tcp.listen(post.bound.tcp, post.desk)
                    self._report(f"{vantage} has appeared and is served on {post.bound.address}")

    def _open_next(self, vantage: str) -> _Post | None:
        last = max(post.bound.address.port for post in self._posts)
        for port in range(last + 1, _LAST_PORT + 1):
            try:
                return self._open(Place(vantage, Address(DEFAULT_HOST, port)))
            except ListenError:
                continue
        self._report(f"{vantage} has appeared, but no port above {last} is free for it")
        return None


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the server has ended meanwhile
        loop.call_soon_threadsafe(callback)


def _start_log(form: Format, out: Callable[[str], None]) -> tuple[Child, int]:
    reader, writer = make_pipe()

    def work(_stop: int, _voice: Voice) -> None:
        write(reader, form, out)

    child = spawn(work, [reader])
    os.close(reader)
    return child, writer
