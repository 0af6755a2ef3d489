"""ACR's own listing below `/acr/v1/`, as `az acr repository` and `az acr manifest` use it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from acrdns.lab.registry_api.access.authorize import on, require
from acrdns.lab.registry_api.errors import ApiError, json_response
from acrdns.lab.registry_api.locks import check_unlocked
from acrdns.lab.registry_api.manifests import INDEXES
from acrdns.lab.registry_api.tags import page, page_size, unknown_repository
from acrdns.lab.storage.attributes import Changeable

if TYPE_CHECKING:
    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts
    from acrdns.lab.storage.content import RepositoryAt, TagAt
    from acrdns.lab.storage.manifest import Descriptor

PAGE = 100
"""Entries of a page, where the client says nothing."""
_ATTRIBUTES = {f"{field}Enabled": field for field in Changeable._fields}
_ACTIONS = {"DELETE": "delete", "PATCH": "metadata_write"}
_MAX_BODY = 1 << 12
_MAX_CONFIG = 1 << 20
_PLATFORM = ("architecture", "os")


async def repository(call: Call, path: PathParts) -> Response:
    """Answer GET, PATCH and DELETE of `/acr/v1/<name>`."""
    content, place = call.state.store.content, _place(call, path)
    tags = content.tags(place)
    if call.method == "DELETE":
        inside = (*(tag.name for tag in tags), *(each.digest for each in content.manifests(place)))
        check_unlocked(call, place, "delete", *inside)
        deleted = content.delete_repository(place)
        return json_response({"manifestsDeleted": deleted, "tagsDeleted": [tag.name for tag in tags]}, 202)
    await _change(call, place, "")
    manifests = content.manifests(place)
    times = [found.arrives for found in manifests]
    return json_response(
        {
            **_head(call, path),
            "createdTime": _time(min(times)),
            "lastUpdateTime": _time(max(times)),
            "manifestCount": len(manifests),
            "tagCount": len(tags),
            "changeableAttributes": _changeable(call, place, ""),
        }
    )


async def tags(call: Call, path: PathParts) -> Response:
    """Answer `GET /acr/v1/<name>/_tags`."""
    place = _place(call, path)
    unlisted = call.state.store.content.attributes.unlisted(place)
    found = [tag for tag in call.state.store.content.tags(place) if tag.name not in unlisted]
    if digest := call.parameter("digest"):
        found = [tag for tag in found if tag.digest == digest]
    names, limit = _part(call, [(tag.name, tag.arrives) for tag in found])
    known = {tag.name: tag for tag in found}
    return page(
        call, {**_head(call, path), "tags": [_tag(call, place, known[name]) for name in names[:limit]]}, names, limit
    )


async def tag(call: Call, path: PathParts) -> Response:
    """Answer GET, PATCH and DELETE of `/acr/v1/<name>/_tags/<tag>`; DELETE takes the tag, not the manifest, away."""
    place = _place(call, path)
    content = call.state.store.content
    found = next((each for each in content.tags(place) if each.name == path.reference), None)
    if found is None:
        raise ApiError("TAG_UNKNOWN", "the specified tag does not exist", {"tag": path.reference[:200]}, status=404)
    if call.method == "DELETE":
        check_unlocked(call, place, "delete", path.reference)
        content.delete_tag(place, path.reference)
        return Response(status_code=202)
    await _change(call, place, path.reference)
    return json_response({**_head(call, path), "tag": _tag(call, place, found)})


async def manifests(call: Call, path: PathParts) -> Response:
    """Answer `GET /acr/v1/<name>/_manifests`."""
    place = _place(call, path)
    unlisted = call.state.store.content.attributes.unlisted(place)
    found = [each for each in call.state.store.content.manifests(place) if each.digest not in unlisted]
    names, limit = _part(call, [(each.digest, each.arrives) for each in found])
    known = {each.digest: each for each in found}
    listed = [_manifest(call, place, known[name]) for name in names[:limit]]
    return page(call, {**_head(call, path), "manifests": listed}, names, limit)


async def manifest(call: Call, path: PathParts) -> Response:
    """Answer GET and PATCH of `/acr/v1/<name>/_manifests/<digest>`."""
    place = _place(call, path)
    found = next((each for each in call.state.store.content.manifests(place) if each.digest == path.reference), None)
    if found is None:
        raise ApiError("MANIFEST_UNKNOWN", "manifest unknown", {"Name": path.repository})
    await _change(call, place, path.reference)
    return json_response({**_head(call, path), "manifest": _manifest(call, place, found)})


def _place(call: Call, path: PathParts) -> RepositoryAt:
    """Return the repository, which the client may use and which is here. Raises ApiError."""
    require(call, on(path.repository, _ACTIONS.get(call.method, "metadata_read")))
    place = call.place(path.repository)
    if not call.state.store.content.has_repository(place):
        raise unknown_repository(path.repository)
    return place


async def _change(call: Call, place: RepositoryAt, reference: str) -> None:
    """Change the attributes that the body of a PATCH names; those that it leaves out stay. Raises ApiError."""
    if call.method != "PATCH":
        return
    refused = ApiError("UNSUPPORTED", f"the body is an object of {', '.join(_ATTRIBUTES)}: true or false", status=400)
    try:
        asked = json.loads(await call.body(_MAX_BODY, refused))
    except (ValueError, RecursionError) as error:
        raise refused from error
    if not isinstance(asked, dict) or not asked.keys() <= _ATTRIBUTES.keys():
        raise refused
    changes = {_ATTRIBUTES[name]: value for name, value in asked.items() if value is not None}
    if not all(isinstance(value, bool) for value in changes.values()):
        raise refused
    attributes = call.state.store.content.attributes
    attributes.change(place, reference, attributes.of(place, reference)._replace(**changes))


def _changeable(call: Call, place: RepositoryAt, reference: str) -> dict[str, bool]:
    found = call.state.store.content.attributes.of(place, reference)
    return {name: getattr(found, field) for name, field in _ATTRIBUTES.items()}


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


def _tag(call: Call, place: RepositoryAt, found: TagAt) -> dict[str, Any]:
    return {
        "name": found.name,
        "digest": found.digest,
        "createdTime": _time(found.arrives),
        "lastUpdateTime": _time(found.arrives),
        "signed": False,
        "changeableAttributes": _changeable(call, place, found.name),
    }


def _manifest(call: Call, place: RepositoryAt, found: Descriptor) -> dict[str, Any]:
    names = [tag.name for tag in call.state.store.content.tags(place) if tag.digest == found.digest]
    return {
        "digest": found.digest,
        "imageSize": found.size,
        "createdTime": _time(found.arrives),
        "lastUpdateTime": _time(found.arrives),
        "mediaType": found.media_type,
        **_platforms(call, place, found.digest),
        **({"tags": names} if names else {}),
        "changeableAttributes": _changeable(call, place, found.digest),
    }


def _platforms(call: Call, place: RepositoryAt, digest: str) -> dict[str, Any]:
    """Return the type of an image's config, and its platform as the config says it; of an index those of its parts."""
    stored = call.state.store.content.manifest(place, digest)
    document = json.loads(stored.content) if stored else {}
    if stored and stored.media_type in INDEXES:
        parts = document.get("manifests") or []
        return {"references": [{"digest": each["digest"], **_platform(each.get("platform"))} for each in parts]}
    config = document.get("config") or {}
    size = call.state.store.content.layer_size(place, config.get("digest", ""))
    found = {"configMediaType": config["mediaType"]} if isinstance(config.get("mediaType"), str) else {}
    if size is None or size > _MAX_CONFIG:
        return found
    try:
        return found | _platform(json.loads(call.state.store.blobs.path(config["digest"]).read_bytes()))
    except (ValueError, RecursionError):  # the config of an artifact may be anything
        return found


def _platform(said: Any) -> dict[str, str]:
    return {key: said[key] for key in _PLATFORM if isinstance(said.get(key), str)} if isinstance(said, dict) else {}


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
