"""One request to a login server: who is asked, by whom, for which replica."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.datastructures import Headers

from acrdns.lab.registry_api.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope

    from acrdns.lab.state import LabState
    from acrdns.lab.storage.content import RepositoryAt
    from acrdns.topology.model import Registry

MAX_FORM = 1 << 16
"""Bytes of a form: tokens of Entra ID have a few thousand."""

_FIELDS = 100


class DisconnectError(Exception):
    """The client has gone in the middle of its request."""


@dataclass(slots=True)
class Call:
    """One request."""

    state: LabState
    scope: Scope
    receive: Receive
    registry: Registry
    region: str
    """Region of the replica that serves."""
    host: str
    """The Host header as it came, which may have a port."""

    @property
    def method(self) -> str:
        """The request's method."""
        method: str = self.scope["method"]
        return method

    @property
    def login_server(self) -> str:
        """The name that the client asked for, without a port: the login server or a regional endpoint."""
        return self.host.partition(":")[0].lower()

    @property
    def headers(self) -> Headers:
        """The request's headers."""
        return Headers(scope=self.scope)

    def place(self, repository: str) -> RepositoryAt:
        """Return a repository in the replica that serves."""
        return self.state.place(self.registry.name, self.region, repository)

    def query(self) -> dict[str, list[str]]:
        """Return the parameters of the query, empty values too. Raises ApiError where there are too many."""
        try:
            return parse_qs(
                self.scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=_FIELDS
            )
        except ValueError:
            raise ApiError("UNSUPPORTED", f"a query has at most {_FIELDS} parameters", status=400) from None

    def parameter(self, name: str) -> str | None:
        """Return a parameter of the query, or None; the first where there are several."""
        if not self.scope["query_string"]:
            return None
        return self.query().get(name, [None])[0]

    async def pieces(self) -> AsyncIterator[bytes]:
        """Return the body piece by piece. Raises DisconnectError where the client goes before its end."""
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise DisconnectError
            if piece := message.get("body", b""):
                yield piece
            more = message.get("more_body", False)

    async def body(self, limit: int, error: ApiError) -> bytes:
        """Return the whole body. Raises the error given where it is longer than a limit in bytes."""
        length = self.headers.get("content-length", "")
        if length.isdigit() and int(length) > limit:
            raise error
        body = bytearray()
        async for piece in self.pieces():
            body += piece
            if len(body) > limit:
                raise error
        return bytes(body)

    async def form(self) -> dict[str, list[str]]:
        """Return the fields of a form in the body (application/x-www-form-urlencoded)."""
        too_long = ApiError("UNSUPPORTED", f"a form has at most {MAX_FORM} bytes", status=413)
        body = await self.body(MAX_FORM, too_long)
        try:
            return parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_FIELDS)
        except ValueError as error:
            raise ApiError("UNSUPPORTED", "the body is no form", status=400) from error
