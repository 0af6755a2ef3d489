"""A storage account that belongs to no registry of the file: its owner takes whatever comes, and hands it out again.

`lab exfiltrate` shows with it which allow-list lets layers leave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from acrdns.lab.data_endpoint.refusal import Refusal

if TYPE_CHECKING:
    from starlette.types import Receive, Scope

    from acrdns.lab.state import LabState

MAX_BLOB = 1 << 20


async def answer(state: LabState, scope: Scope, receive: Receive) -> Response:
    """Answer PUT and GET of a blob. Raises Refusal."""
    request = Request(scope, receive)
    name = f"foreign {scope['path']}"
    if request.method == "PUT":
        body = await request.body()
        if len(body) > MAX_BLOB:
            raise Refusal(
                413, "RequestBodyTooLarge", "The request body is too large and exceeds the maximum permissible limit."
            )
        state.store.set_note(name, body.hex())
        return Response(status_code=201)
    kept = state.store.note(name)
    if request.method != "GET" or kept is None:
        raise Refusal(404, "BlobNotFound", "The specified blob does not exist.")
    return Response(bytes.fromhex(kept), media_type="application/octet-stream")
