"""ACR's own listing below `/acr/v1/`, as `az acr repository` and `az acr manifest` use it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from acrdns.lab.registry_api.access.authorize import on, require
from acrdns.lab.registry_api.errors import ApiError, json_response
from acrdns.lab.registry_api.tags import page, page_size, unknown_repository

if TYPE_CHECKING:
    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts
    from acrdns.lab.storage.content import RepositoryAt, TagAt
    from acrdns.lab.storage.manifest import Descriptor

PAGE = 100
"""Entries of a page, where the client says nothing."""
_CHANGEABLE = {"deleteEnabled": True, "writeEnabled": True, "readEnabled": True, "listEnabled": True}


async def repository(call: Call, path: PathParts) -> Response:
    """Answer GET and DELETE of `/acr/v1/<name>`."""
    content, place = (
        call.state.store.content,
        _place(call, path, "delete" if call.method == "DELETE" else "metadata_read"),
    )
    tags = content.tags(place)
    if call.method == "DELETE":
        deleted = content.delete_repository(place)
        return json_response({"manifestsDeleted": deleted, "tagsDeleted": [tag.name for tag in tags]}, 202)
    manifests = content.manifests(place)
    times = [found.arrives for found in manifests]
    return json_response(
        {
            **_head(call, path),
            "createdTime": _time(min(times)),
            "lastUpdateTime": _time(max(times)),
            "manifestCount": len(manifests),
            "tagCount": len(tags),
            "changeableAttributes": _CHANGEABLE,
        }
    )


async def tags(call: Call, path: PathParts) -> Response:
    """Answer `GET /acr/v1/<name>/_tags`."""
    place = _place(call, path, "metadata_read")
    found = call.state.store.content.tags(place)
    if digest := call.parameter("digest"):
        found = [tag for tag in found if tag.digest == digest]
    names, limit = _part(call, [(tag.name, tag.arrives) for tag in found])
    known = {tag.name: tag for tag in found}
    return page(call, {**_head(call, path), "tags": [_tag(known[name]) for name in names[:limit]]}, names, limit)


async def tag(call: Call, path: PathParts) -> Response:
    """Answer GET and DELETE of `/acr/v1/<name>/_tags/<tag>`; DELETE takes the tag away and leaves the manifest."""
    place = _place(call, path, "delete" if call.method == "DELETE" else "metadata_read")
    content = call.state.store.content
    found = next((each for each in content.tags(place) if each.name == path.reference), None)
    if found is None:
        raise ApiError("TAG_UNKNOWN", "the specified tag does not exist", {"tag": path.reference[:200]}, status=404)
    if call.method == "DELETE":
        content.delete_tag(place, path.reference)
        return Response(status_code=202)
    return json_response({**_head(call, path), "tag": _tag(found)})


async def manifests(call: Call, path: PathParts) -> Response:
    """Answer `GET /acr/v1/<name>/_manifests`."""
    place = _place(call, path, "metadata_read")
    found = call.state.store.content.manifests(place)
    names, limit = _part(call, [(each.digest, each.arrives) for each in found])
    known = {each.digest: _manifest(call, place, each) for each in found}
    return page(call, {**_head(call, path), "manifests": [known[name] for name in names[:limit]]}, names, limit)


async def manifest(call: Call, path: PathParts) -> Response:
    """Answer `GET /acr/v1/<name>/_manifests/<digest>`."""
    place = _place(call, path, "metadata_read")
    found = next((each for each in call.state.store.content.manifests(place) if each.digest == path.reference), None)
    if found is None:
        raise ApiError("MANIFEST_UNKNOWN", "manifest unknown", {"Name": path.repository})
    return json_response({**_head(call, path), "manifest": _manifest(call, place, found)})


def _place(call: Call, path: PathParts, action: str) -> RepositoryAt:
    """Return the repository, which the client may use and which is here. Raises ApiError."""
    require(call, on(path.repository, action))
    place = call.place(path.repository)
    if not call.state.store.content.has_repository(place):
        raise unknown_repository(path.repository)
    return place


def _part(call: Call, found: list[tuple[str, float]]) -> tuple[list[str], int]:
    """Return names from behind `last` on, in the order that `orderby` wants, and how many of them make a page."""
    order = call.parameter("orderby")
    if order in ("timeasc", "timedesc"):
        found = sorted(found, key=lambda entry: (entry[1], entry[0]), reverse=order == "timedesc")
    names = [name for name, _ in found]
    last = call.parameter("last")
    if last in names:
        names = names[names.index(last) + 1 :]
    limit = page_size(call)
    return names, PAGE if limit is None else limit


def _head(call: Call, path: PathParts) -> dict[str, str]:
    return {"registry": call.login_server, "imageName": path.repository}


def _tag(found: TagAt) -> dict[str, Any]:
    return {
        "name": found.name,
        "digest": found.digest,
        "createdTime": _time(found.arrives),
        "lastUpdateTime": _time(found.arrives),
        "signed": False,
        "changeableAttributes": _CHANGEABLE,
    }


def _manifest(call: Call, place: RepositoryAt, found: Descriptor) -> dict[str, Any]:
    names = [tag.name for tag in call.state.store.content.tags(place) if tag.digest == found.digest]
    return {
        "digest": found.digest,
        "imageSize": found.size,
        "createdTime": _time(found.arrives),
        "lastUpdateTime": _time(found.arrives),
        "mediaType": found.media_type,
        **({"configMediaType": found.artifact_type} if found.artifact_type else {}),
        **({"tags": names} if names else {}),
        "changeableAttributes": _CHANGEABLE,
    }


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
