"""Blobs at the login server: HEAD answers itself, GET leads to the data endpoint of the replica that serves."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import Response

from acrdns.lab.data_endpoint.link import make_link
from acrdns.lab.data_endpoint.stream import file_answer
from acrdns.lab.registry_api.access.authorize import on, require
from acrdns.lab.registry_api.errors import ApiError
from acrdns.lab.registry_api.locks import check_unlocked
from acrdns.lab.storage.digest import is_digest
from acrdns.lab.storage.journal import LOCAL

if TYPE_CHECKING:
    from acrdns.lab.data_endpoint.stream import FileAnswer
    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts

_FOUND = 302


async def blob(call: Call, path: PathParts) -> Response | FileAnswer:
    """Answer HEAD, GET and DELETE of `/v2/<name>/blobs/<digest>` (end-2, end-10)."""
    require(call, on(path.repository, "delete" if call.method == "DELETE" else "pull"))
    if not is_digest(path.reference):
        raise ApiError("DIGEST_INVALID", "the digest is malformed or unknown", {"digest": path.reference[:200]})
    place = call.place(path.repository)
    content = call.state.store.content
    size = content.layer_size(place, path.reference)
    if size is None:
        raise ApiError("BLOB_UNKNOWN", "blob unknown to registry", {"digest": path.reference})
    check_unlocked(call, place, "delete" if call.method == "DELETE" else "pull")
    headers = {"Docker-Content-Digest": path.reference}
    if call.method == "DELETE":
        content.delete_layer(place, path.reference)
        return Response(status_code=202, headers=headers)
    if call.method == "HEAD":
        return Response(
            headers={
                **headers,
                "Accept-Ranges": "bytes",
                "Content-Length": str(size),
                "Content-Type": "application/octet-stream",
            }
        )
    if call.region == LOCAL:  # a connected registry has no data endpoint
        return file_answer(call.state.store.blobs.path(path.reference), size, call.headers.get("range"), headers)
    link = make_link(call.state, call.registry, call.region, call.login_server, path.repository, path.reference)
    link = _with_port(call, link)
    status = call.registry.redirect_status
    name = "Found" if status == _FOUND else "Temporary Redirect"
    body = f'<a href="{escape(link)}">{name}</a>.\n\n'
    return Response(body, status, {**headers, "Location": link, "Content-Type": "text/html; charset=utf-8"})


def _with_port(call: Call, link: str) -> str:
    """Return a link with the port of its host, for a client without a proxy that has asked at a port itself."""
    parts, port = urlsplit(link), call.host.partition(":")[2]
    ports = call.scope.get("ports", {}) if port not in ("", "443") else {}
    return parts._replace(netloc=f"{parts.netloc}:{ports[parts.netloc]}").geturl() if parts.netloc in ports else link
