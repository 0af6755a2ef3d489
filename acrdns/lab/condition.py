"""The condition of a connected registry, as `lab connected` shows it; kept in the store."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from acrdns.lab.plants import read_connection_string

if TYPE_CHECKING:
    from acrdns.lab.plants import Activation, Plant
    from acrdns.lab.storage.store import Store
    from acrdns.probe.pull.result import PullCause

SyncStep = Literal["activation", "token", "messages", "content", "parent"]
_OFFLINE = ("name", "dns", "unreachable", "refused")
"""Causes for which the parent cannot be reached; with any other it was reached, and refused (assumption)."""


@dataclass(frozen=True, slots=True)
class SyncReason:
    """Why a connected registry is not in step with its parent."""

    step: SyncStep
    host: str
    cause: PullCause
    message: str

    def __str__(self) -> str:
        return f"{self.step}: {self.message}"


class SyncFailed(Exception):  # noqa: N818 -- a result of a sync
    """A sync that ended before it was done."""

    def __init__(self, reason: SyncReason) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Condition:
    """The condition of one connected registry."""

    def __init__(self, store: Store, plant: Plant) -> None:
        self._store = store
        self._name = plant.name

    @property
    def activation(self) -> Activation | None:
        """Return what its connection string says; None while it is not active."""
        text = self._store.note(f"activation {self._name}")
        return read_connection_string(text) if text else None

    @property
    def activation_status(self) -> str:
        """Return `Active` or `Inactive`."""
        return "Inactive" if self.activation is None else "Active"

    def activate(self, connection_string: str) -> None:
        """Keep a connection string; an empty one deactivates it."""
        self._store.set_note(f"activation {self._name}", connection_string)

    @property
    def last_sync(self) -> float | None:
        """Return when it was in step with its parent for the last time, by the lab's clock."""
        text = self._store.note(f"last sync {self._name}")
        return float(text) if text else None

    @property
    def reason(self) -> SyncReason | None:
        """Return why it is not; None where nothing is wrong."""
        text = self._store.note(f"sync reason {self._name}")
        return SyncReason(**json.loads(text)) if text else None

    @property
    def state(self) -> str:
        """Return `Online`, `Offline` or `Unhealthy`."""
        reason = self.reason
        if self.activation is None or (reason is None and self.last_sync is None):
            return "Offline"
        if reason is None:
            return "Online"
        return "Offline" if reason.cause in _OFFLINE or reason.step == "activation" else "Unhealthy"

    def synced(self, now: float) -> None:
        """Record that it is in step."""
        self._store.set_note(f"last sync {self._name}", str(now))
        self._store.set_note(f"sync reason {self._name}", "")

    def failed(self, reason: SyncReason) -> None:
        """Record that it is not."""
        self._store.set_note(f"sync reason {self._name}", json.dumps(asdict(reason)))
