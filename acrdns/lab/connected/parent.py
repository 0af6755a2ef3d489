"""The requests of a connected registry to its parent: first a token at the login server, all else at the gateway."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from acrdns.lab.condition import SyncFailed, SyncReason
from acrdns.lab.plants import login_host
from acrdns.lab.storage.journal import JournalEntry
from acrdns.probe.pull.connection import RequestFailed
from acrdns.probe.pull.pull import refusal

if TYPE_CHECKING:
    from acrdns.lab.condition import SyncStep
    from acrdns.lab.connected.uplink import Uplink
    from acrdns.lab.plants import Activation, Plant
    from acrdns.probe.pull.connection import HttpAnswer
    from acrdns.probe.pull.result import PullCause
    from acrdns.topology.model import Topology

_GONE = 410
_SERVER_ERROR = 500
_NOT_FOUND = 404
_UNREACHED = ("name", "dns", "unreachable", "refused", "certificate")


class Parent:
    """The parent, as a connected registry reaches it."""

    def __init__(self, topology: Topology, plant: Plant, activation: Activation, uplink: Uplink) -> None:
        self._plant = plant
        self._activation = activation
        self._uplink = uplink
        self._login = login_host(topology, plant)
        self._bearer: dict[str, str] = {}

    async def sign_in(self) -> None:
        """Get an access token for the gateway. Raises SyncFailed."""
        name = self._activation.name
        pair = f"{self._activation.token}:{self._activation.password}".encode()
        headers = {
            "Authorization": f"Basic {base64.b64encode(pair).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        scope = f"gateway:{name}:config/read,message/read,message/write"
        form = urlencode({"service": self._login, "scope": scope}).encode()
        answer = await self._send("token", "POST", self._login, "/oauth2/token", headers, body=form)
        try:
            token = json.loads(answer.body)["access_token"]
        except (ValueError, KeyError, TypeError):
            raise self._failed("token", self._login, "other", f"{self._login} answers without a token") from None
        self._bearer = {"Authorization": f"Bearer {token}"}

    async def messages(self, after: int, wait: int) -> list[JournalEntry] | None:
        """Return the changes behind a number, or None where some have expired. Raises SyncFailed."""
        path = f"messages?{urlencode({'after': after, 'wait': wait})}"
        answer = await self._ask("messages", "GET", path, also=(_GONE,))
        if answer.status == _GONE:
            return None
        try:
            return [JournalEntry(**json.loads(line)) for line in answer.body.splitlines()]
        except (ValueError, TypeError):
            gateway = self._activation.gateway
            raise self._failed("messages", gateway, "other", f"the messages of {gateway} cannot be read") from None

    async def acknowledge(self, number: int) -> None:
        """Say that all changes up to a number are here. Raises SyncFailed."""
        await self._ask("messages", "PUT", f"messages/{number}", also=(204,))

    async def contents(self) -> dict[str, Any]:
        """Return all that the parent has for this connected registry. Raises SyncFailed."""
        found: dict[str, Any] = json.loads((await self._ask("messages", "GET", "contents")).body)
        return found

    async def manifest(self, repository: str, digest: str) -> tuple[bytes, str] | None:
        """Return the bytes and the type of a manifest, or None where it is gone. Raises SyncFailed."""
        query = urlencode({"repository": repository, "type": "manifest"})
        answer = await self._ask("content", "GET", f"content/{digest}?{query}", also=(_NOT_FOUND,))
        return None if answer.status == _NOT_FOUND else (answer.body, answer.headers.get("content-type", ""))

    async def fetch(self, repository: str, digest: str, sink: int) -> bool:
        """Write a layer into a file; return False where it is gone. Raises SyncFailed."""
        path = f"content/{digest}?{urlencode({'repository': repository})}"
        return (await self._ask("content", "GET", path, also=(_NOT_FOUND,), sink=sink)).status != _NOT_FOUND

    async def has(self, repository: str, digest: str, *, manifest: bool) -> bool:
        """Return whether the parent has a layer or manifest already. Raises SyncFailed."""
        query = {"repository": repository, **({"type": "manifest"} if manifest else {})}
        answer = await self._ask("content", "HEAD", f"content/{digest}?{urlencode(query)}", also=(_NOT_FOUND,))
        return answer.status != _NOT_FOUND

    async def put(self, repository: str, digest: str, body: bytes | int, media_type: str = "") -> None:
        """Send a layer, or a manifest with its type. Raises SyncFailed."""
        query = {"repository": repository, **({"type": "manifest"} if media_type else {})}
        headers = {"Content-Type": media_type or "application/octet-stream"}
        path = f"content/{digest}?{urlencode(query)}"
        await self._ask("content", "PUT", path, also=(201,), body=body, headers=headers)

    async def report(self, message: bytes) -> None:
        """Send a change that was made here. Raises SyncFailed."""
        await self._ask("messages", "POST", "messages", also=(201,), body=message)

    async def _ask(
        self,
        step: SyncStep,
        method: str,
        path: str,
        *,
        also: tuple[int, ...] = (),
        headers: dict[str, str] | None = None,
        body: bytes | int | None = None,
        sink: int = -1,
    ) -> HttpAnswer:
        path = f"/connected/{self._activation.name}/{path}"
        gateway, sent = self._activation.gateway, {**self._bearer, **(headers or {})}
        return await self._send(step, method, gateway, path, sent, also=also, body=body, sink=sink)

    async def _send(  # noqa: PLR0913 -- the parts of a request
        self,
        step: SyncStep,
        method: str,
        host: str,
        path: str,
        headers: dict[str, str],
        *,
        also: tuple[int, ...] = (),
        body: bytes | int | None = None,
        sink: int = -1,
    ) -> HttpAnswer:
        try:
            answer = await self._uplink.send(method, f"https://{host}{path}", headers, body=body, sink=sink)
        except RequestFailed as error:
            raise self._failed(step, host, error.cause, error.message) from None
        if answer.status in (200, *also):
            return answer
        cause, words = refusal("token" if step == "token" else "manifest", host, answer, at_login=True)
        raise self._failed(step, host, "unreachable" if answer.status >= _SERVER_ERROR else cause, words)

    def _failed(self, step: SyncStep, host: str, cause: PullCause, message: str) -> SyncFailed:
        if self._plant.parent and cause in _UNREACHED:
            step = "parent"
        return SyncFailed(SyncReason(step, host, cause, message))
