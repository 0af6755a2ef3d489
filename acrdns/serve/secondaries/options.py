"""The options of transfers: who may have zones, who is sent NOTIFY, and with which key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from stat import S_IROTH, S_IWOTH
from typing import TYPE_CHECKING

from acrdns.errors import InputError, Place, Problem
from acrdns.serve.listen.addresses import networks, parse
from acrdns.wire.transfer.access import Access

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.address import Address
    from acrdns.wire.transfer.keyfile import Key


@dataclass(frozen=True, slots=True)
class NotifyTarget:
    """A secondary, and the vantage point whose zones it is notified of; "" for all."""

    address: Address
    vantage: str = ""


@dataclass(frozen=True, slots=True)
class Transfers:
    """The options of transfers."""

    access: Access
    secondaries: tuple[NotifyTarget, ...] = ()
    journal: str | None = None
    """The directory that remembers serials; None: they come from the clock."""


def transfers(
    allow: Sequence[str], notify: Sequence[str], key_file: str | None, journal: str | None
) -> Transfers | None:
    """Return the options of transfers, or None without any. Raises InputError and ListenError."""
    if not (allow or notify or key_file or journal):
        return None
    keys = {key.name: key for key in read_keys(key_file)} if key_file else {}
    access = Access(networks(allow, "--allow-transfer"), keys)
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
    """Return a warning if every user can read or change a key file, with the remedy; "" if not.

    The key is used all the same: containers often mount secrets so. A group may read it, as BIND's keys are installed.
    """
    mode = Path(path).stat().st_mode
    verb = "change" if mode & S_IWOTH else "read" if mode & S_IROTH else ""
    return f"every user of this machine can {verb} the key in {path}; run: chmod 600 {quote(path)}" if verb else ""


def _secondary(text: str) -> NotifyTarget:
    vantage, _, address = text.rpartition("=")
    return NotifyTarget(parse(address, "--notify"), vantage)
