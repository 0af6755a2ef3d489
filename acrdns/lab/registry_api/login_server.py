"""The login server: from method and path to the function that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.lab.registry_api import acr, blobs, manifests, tags, uploads
from acrdns.lab.registry_api.access import server
from acrdns.lab.registry_api.access.authorize import require
from acrdns.lab.registry_api.errors import API_VERSION, ApiError, json_response
from acrdns.lab.registry_api.route import route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.responses import Response

    from acrdns.lab.data_endpoint.stream import FileAnswer
    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts

    Answer = Callable[[Call, PathParts], Awaitable[Response | FileAnswer]]

_TOKENS = {"/oauth2/token": (("GET", "POST"), server.token), "/oauth2/exchange": (("POST",), server.exchange)}


async def base(call: Call, _: PathParts) -> Response:
    """Answer `GET /v2/`: an empty object for those who have signed in (end-1)."""
    require(call)
    return json_response({})


_READ = ("GET", "HEAD")
_ENDPOINTS: dict[str, tuple[tuple[str, ...], Answer]] = {
    "base": (_READ, base),
    "blob": ((*_READ, "DELETE"), blobs.blob),
    "uploads": (("POST",), uploads.begin),
    "upload": (("GET", "PATCH", "PUT", "DELETE"), uploads.upload),
    "manifests": ((*_READ, "PUT", "DELETE"), manifests.manifest),
    "referrers": (_READ, tags.referrers),
    "tags": (_READ, tags.tags),
    "catalog": (_READ, tags.catalog),
    "acr_catalog": (_READ, tags.catalog),
    "acr_repository": ((*_READ, "PATCH", "DELETE"), acr.repository),
    "acr_tags": (_READ, acr.tags),
    "acr_tag": ((*_READ, "PATCH", "DELETE"), acr.tag),
    "acr_manifests": (_READ, acr.manifests),
    "acr_manifest": ((*_READ, "PATCH"), acr.manifest),
}


async def answer(call: Call) -> Response | FileAnswer:
    """Return the answer to a request. Raises ApiError."""
    path = call.scope["path"]
    if path in _TOKENS:
        methods, token_answer = _TOKENS[path]
        _check_method(call, methods)
        return await token_answer(call)
    found = route(path)
    if found is None:
        raise ApiError("NOT_FOUND", f"{path[:200]} is no path of a registry")
    methods, endpoint = _ENDPOINTS[found.endpoint]
    _check_method(call, methods)
    response = await endpoint(call, found)
    response.headers.update(API_VERSION)
    return response


def _check_method(call: Call, methods: tuple[str, ...]) -> None:
    if call.method not in methods:
        raise ApiError("UNSUPPORTED", "the operation is unsupported", headers={"Allow": ", ".join(methods)})
