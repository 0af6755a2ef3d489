"""Paths of the registry API, read from their end: a repository may be called `blobs/uploads`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from acrdns.lab.registry_api.errors import ApiError

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_NAME = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")
MAX_NAME = 255


class PathParts(NamedTuple):
    """The kind of endpoint that a path names, the repository, and the reference: a tag, a digest, an upload."""

    endpoint: str
    repository: str = ""
    reference: str = ""


@lru_cache(maxsize=4096)
def route(path: str) -> PathParts | None:
    """Read a path below `/v2/` or `/acr/v1/`; None for one that is no endpoint's. Raises ApiError for a bad name."""
    if path.startswith("/v2/"):
        found = _distribution(path[4:])
    elif path.startswith("/acr/v1/"):
        found = _acr(path[8:])
    else:
        return PathParts("base") if path == "/v2" else None
    if found and found.repository:
        check_name(found.repository)
    return found


def check_name(repository: str) -> None:
    """Raise ApiError for a text that is no repository's name."""
    if len(repository) > MAX_NAME or not _NAME.fullmatch(repository):
        raise ApiError("NAME_INVALID", "invalid repository name", {"name": repository[:MAX_NAME]})


def is_tag(text: str) -> bool:
    """Return whether a text may be a tag."""
    return _TAG.fullmatch(text) is not None


def _distribution(rest: str) -> PathParts | None:  # noqa: PLR0911 -- one for each form of path
    if rest == "":
        return PathParts("base")
    if rest == "_catalog":
        return PathParts("catalog")
    match rest.split("/"):
        case [*name, "tags", "list"] if name:
            return PathParts("tags", "/".join(name))
        case [*name, ("manifests" | "referrers") as endpoint, reference] if name:
            return PathParts(endpoint, "/".join(name), reference)
        case [*name, "blobs", "uploads"] | [*name, "blobs", "uploads", ""] if name:
            return PathParts("uploads", "/".join(name))
        case [*name, "blobs", "uploads", identifier] if name:
            return PathParts("upload", "/".join(name), identifier)
        case [*name, "blobs", digest] if name:
            return PathParts("blob", "/".join(name), digest)
    return None


def _acr(rest: str) -> PathParts | None:
    if rest == "_catalog":
        return PathParts("acr_catalog")
    match rest.split("/"):
        case [*name, "_tags"] if name:
            return PathParts("acr_tags", "/".join(name))
        case [*name, "_manifests"] if name:
            return PathParts("acr_manifests", "/".join(name))
        case [*name, "_tags", tag] if name:
            return PathParts("acr_tag", "/".join(name), tag)
        case [*name, "_manifests", digest] if name:
            return PathParts("acr_manifest", "/".join(name), digest)
    return PathParts("acr_repository", rest)
