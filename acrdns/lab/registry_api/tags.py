"""Tags, the catalog and referrers: lists, a page at a time (OCI distribution specification, end-8 and end-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from acrdns.lab.registry_api.access.authorize import CATALOG, on, require
from acrdns.lab.registry_api.errors import ApiError, json_response
from acrdns.lab.storage.digest import is_digest

if TYPE_CHECKING:
    from starlette.responses import Response

    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts
    from acrdns.lab.storage.manifest import Descriptor

INDEX = "application/vnd.oci.image.index.v1+json"
CATALOG_PAGE = 100
"""Repositories of a page of the catalog, where the client says nothing."""
MAX_PAGE = 1000
_MAX_DIGITS = 9


async def tags(call: Call, path: PathParts) -> Response:
    """Answer `GET /v2/<name>/tags/list`."""
    require(call, on(path.repository, "pull"))
    place = call.place(path.repository)
    limit = page_size(call)
    if not call.state.store.content.has_repository(place):
        raise unknown_repository(path.repository)
    content, last = call.state.store.content, call.parameter("last") or ""
    unlisted = content.attributes.unlisted(place)
    more = -1 if limit is None or unlisted else limit + 1
    found = [tag.name for tag in content.tags(place, last, more) if tag.name not in unlisted]
    return page(call, {"name": path.repository, "tags": found[:limit]}, found, limit)


async def catalog(call: Call, _: PathParts) -> Response:
    """Answer `GET /v2/_catalog` and `GET /acr/v1/_catalog`."""
    require(call, CATALOG)
    limit = page_size(call)
    limit = CATALOG_PAGE if limit is None else limit
    content = call.state.store.content
    unlisted = content.attributes.unlisted_repositories(call.registry.name)
    place = call.place(call.parameter("last") or "")
    found = [each for each in content.repositories(place, -1 if unlisted else limit + 1) if each not in unlisted]
    return page(call, {"repositories": found[:limit]}, found, limit)


async def referrers(call: Call, path: PathParts) -> Response:
    """Answer `GET /v2/<name>/referrers/<digest>`: an index, empty where nothing refers to the digest."""
    require(call, on(path.repository, "pull"))
    if not is_digest(path.reference):
        raise ApiError("DIGEST_INVALID", "the subject is no digest", {"digest": path.reference[:200]})
    found = call.state.store.content.referrers(call.place(path.repository), path.reference)
    headers = {}
    if wanted := call.parameter("artifactType"):
        found = [descriptor for descriptor in found if descriptor.artifact_type == wanted]
        headers["OCI-Filters-Applied"] = "artifactType"
    last = call.parameter("last") or ""
    found = [descriptor for descriptor in found if descriptor.digest > last]
    limit = page_size(call) or MAX_PAGE
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [_descriptor(each) for each in found[:limit]]}
    response = page(call, index, [descriptor.digest for descriptor in found], limit)
    response.headers.update(headers)
    response.headers["Content-Type"] = INDEX
    return response


def _descriptor(found: Descriptor) -> dict[str, Any]:
    descriptor = {"mediaType": found.media_type, "digest": found.digest, "size": found.size}
    if found.artifact_type:
        descriptor["artifactType"] = found.artifact_type
    if found.annotations:
        descriptor["annotations"] = found.annotations
    return descriptor


def unknown_repository(repository: str) -> ApiError:
    """Return the answer for a repository that is not here."""
    return ApiError("NAME_UNKNOWN", "repository name not known to registry", {"name": repository})


def page_size(call: Call) -> int | None:
    """Return how many entries the client wants at once, or None where it says nothing. Raises ApiError."""
    text = call.parameter("n")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise ApiError("PAGINATION_NUMBER_INVALID", "invalid number of results requested", {"n": text[:40]})
    return min(int(text), MAX_PAGE)


def page(call: Call, content: Any, found: list[str], limit: int | None) -> Response:
    """Return a page, with a link to the next one where there is more (RFC 8288)."""
    headers = {}
    if limit and len(found) > limit:
        kept = [
            f"{quote(name, safe='')}={quote(value, safe='')}"
            for name, values in call.query().items()
            if name not in ("n", "last")
            for value in values
        ]
        query = "&".join([f"last={quote(found[limit - 1], safe='')}", f"n={limit}", *kept])
        headers["Link"] = f'<{call.scope["path"]}?{query}>; rel="next"'
    return json_response(content, headers=headers)
