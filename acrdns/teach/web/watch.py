"""The query log of a running `acrdns serve`, read from its socket; it is connected to again when it comes back."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

_KEPT = 100
_SECONDS = 0.5
"""How long to wait before the socket is tried again."""
_TEXTS = ("time", "vantage", "transport", "client", "name", "type", "rcode")


@dataclass
class QueryWatch:
    """The last queries of a server, the newest first."""

    path: str
    attached: bool = False
    queries: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=_KEPT))
    count: int = 0
    """How many have come so far."""
    lost: int = 0
    """How many the server could not hand over."""

    async def follow(self) -> None:
        """Read until cancelled."""
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(self.path)
            except (OSError, ValueError):
                await asyncio.sleep(_SECONDS)
                continue
            self.attached = True
            try:
                while line := await reader.readline():
                    self._take(line)
            except (OSError, ValueError):
                pass  # a line longer than any query's: not a query log
            finally:
                self.attached = False
                writer.close()
            await asyncio.sleep(_SECONDS)

    def _take(self, line: bytes) -> None:
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            return
        if not isinstance(fields, dict):
            return
        if isinstance(fields.get("lost"), int):
            self.lost += fields["lost"]
        if isinstance(fields.get("vantage"), str):
            self.count += 1
            self.queries.appendleft({name: str(fields.get(name) or "") for name in _TEXTS})
