"""What `acrdns serve` does as the primary of secondaries, besides answering: serials, journal and NOTIFY."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from shlex import quote
from stat import S_IROTH, S_IWOTH
from typing import TYPE_CHECKING

from acrdns.errors import InputError, ListenError, Place, Problem
from acrdns.serve.listen.addresses import parse
from acrdns.serve.secondaries.feed import Feeder, views_of
from acrdns.serve.secondaries.journal import Journal
from acrdns.wire.transfer.access import Access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from ipaddress import IPv4Network, IPv6Network

    from acrdns.serve.listen.addresses import Address
    from acrdns.serve.secondaries.feed import Feed
    from acrdns.serve.secondaries.notify import Notifier
    from acrdns.serve.sources import ServingState
    from acrdns.wire.transfer.keyfile import Key


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """Whom to tell, and of which vantage point's zones; of all of them where it is empty."""

    address: Address
    vantage: str = ""


@dataclass(frozen=True, slots=True)
class Transfers:
    """What `acrdns serve` was asked for about transfers."""

    access: Access
    secondaries: tuple[NotifyTarget, ...] = ()
    journal: str | None = None
    """The directory that remembers serials; None: they come from the clock."""


class PrimaryRole:
    """Keeps the histories of all views, and tells secondaries of news."""

    def __init__(self, transfers: Transfers, first: str, report: Callable[[str], None]) -> None:
        """Open the journal; `first` is the vantage point with the zone files. Raises InputError."""
        self.access = transfers.access
        self._secondaries = transfers.secondaries
        self._first = first
        self._report = report
        self._feeder = Feeder(Journal(transfers.journal) if transfers.journal else None)
        self._notifier: Notifier | None = None

    def fed(self, state: ServingState, vantages: Iterable[str]) -> ServingState:
        """Return a state what secondaries are fed with. On return it is in the journal. Raises InputError."""
        files = state.zones.zones.values() if state.zones else ()
        views = views_of(state.world, files, vantages, self._first)
        return replace(state, feed=self._feeder.feed(views, int(time.time())))

    def tell(self, feed: Feed, before: Feed, sources: Mapping[str, str]) -> None:
        """Tell secondaries of news, each view's from its own address. Needs a running asyncio loop."""
        if not self._secondaries:
            return
        if self._notifier is None:
            from acrdns.serve.secondaries.notify import Notifier

            key = next(iter(self.access.keys.values()), None)
            self._notifier = Notifier(self._secondaries, key, self._report)
        for vantage, fresh in feed.news(before).items():
            if vantage in sources:
                self._notifier.tell(vantage, sources[vantage], fresh)

    async def close(self) -> None:
        """Stop telling."""
        if self._notifier is not None:
            await self._notifier.close()


def transfers(
    allow: Sequence[str], notify: Sequence[str], key_file: str | None, journal: str | None
) -> Transfers | None:
    """Read the options of transfers; None where nothing is asked for. Raises InputError and ListenError."""
    if not (allow or notify or key_file or journal):
        return None
    keys = {key.name: key for key in read_keys(key_file)} if key_file else {}
    access = Access(tuple(_network(text) for text in allow), keys)
    return Transfers(access, tuple(_secondary(text) for text in notify), journal)


def read_keys(path: str) -> tuple[Key, ...]:
    """Read a key file. Raises InputError."""
    from acrdns.wire.transfer.keyfile import SHAPE, parse

    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InputError([Problem(Place(path, 1), "", f"cannot be read: {reason.lower()}", SHAPE)]) from None
    return parse(text, path)


def exposure(path: str) -> str:
    """Say that every user can read or change a key file, and the remedy; empty where none can.

    It is used all the same: secrets are often mounted so, where nobody else is on the machine. A group may read it, as
    BIND's keys are installed.
    """
    mode = Path(path).stat().st_mode
    verb = "change" if mode & S_IWOTH else "read" if mode & S_IROTH else ""
    return f"every user of this machine can {verb} the key in {path}; run: chmod 600 {quote(path)}" if verb else ""


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ListenError(f"--allow-transfer {text}: this is no address; write ADDR or ADDR/BITS") from None


def _secondary(text: str) -> NotifyTarget:
    vantage, _, address = text.rpartition("=")
    return NotifyTarget(parse(address, "--notify"), vantage)
