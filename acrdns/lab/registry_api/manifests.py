"""Manifests and indexes, kept as they came (OCI distribution specification, end-3, end-7 and end-9)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from acrdns.lab.registry_api.access.authorize import on, require
from acrdns.lab.registry_api.errors import ApiError
from acrdns.lab.registry_api.locks import check_unlocked, named_with
from acrdns.lab.registry_api.route import is_tag
from acrdns.lab.storage.digest import is_digest
from acrdns.lab.storage.manifest import details, is_media_type, manifest_of

if TYPE_CHECKING:
    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts
    from acrdns.lab.storage.content import RepositoryAt
    from acrdns.lab.storage.manifest import StoredManifest

MAX_MANIFEST = 4 << 20
"""Bytes of a manifest: the least that a registry has to take, and the most that this one does."""
INDEXES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_FOREIGN = ("foreign", "nondistributable")


async def manifest(call: Call, path: PathParts) -> Response:
    """Answer HEAD, GET, PUT and DELETE of `/v2/<name>/manifests/<reference>`."""
    actions = {"PUT": ("pull", "push"), "DELETE": ("delete",)}
    require(call, on(path.repository, *actions.get(call.method, ("pull",))))
    if ":" in path.reference and not is_digest(path.reference):
        raise ApiError("DIGEST_INVALID", "the digest is malformed or unknown", {"digest": path.reference[:200]})
    if ":" not in path.reference and not is_tag(path.reference):
        raise ApiError("TAG_INVALID", "manifest tag is malformed", {"tag": path.reference[:200]})
    match call.method:
        case "PUT":
            return await _put(call, path)
        case "DELETE":
            return _delete(call, path)
    place = call.place(path.repository)
    found = call.state.store.content.manifest(place, path.reference)
    if found is None:
        raise _unknown(path)
    check_unlocked(call, place, "pull", *{path.reference, found.digest})
    if not _accepts(call, found):
        raise ApiError("MANIFEST_UNKNOWN", f"the manifest is {found.media_type}, which Accept does not name")
    headers = {
        "Content-Type": found.media_type,
        "Docker-Content-Digest": found.digest,
        "Etag": f'"{found.digest}"',
        "Content-Length": str(len(found.content)),
    }
    if call.headers.get("if-none-match", "").strip('"') == found.digest:
        return Response(status_code=304, headers={"Etag": headers["Etag"]})
    return Response(b"" if call.method == "HEAD" else found.content, headers=headers)


def _accepts(call: Call, found: StoredManifest) -> bool:
    """Return whether the client takes a manifest's type; it may send several Accept lines."""
    lines = call.headers.getlist("accept")
    if not lines:
        return True
    types = {entry.partition(";")[0].strip().lower() for line in lines for entry in line.split(",")}
    return not types.isdisjoint({"*/*", "application/*", found.media_type.lower()})


def _unknown(path: PathParts) -> ApiError:
    detail = {"Digest" if ":" in path.reference else "Tag": path.reference}
    return ApiError("MANIFEST_UNKNOWN", "manifest unknown", {"Name": path.repository, **detail})


async def receive(call: Call, place: RepositoryAt, digest: str) -> Response:
    """Take a manifest that a connected registry sends to its parent; the message that tags it comes later."""
    made, document = await _whole(call, place, digest)
    arrivals = call.state.arrivals(place)
    call.state.store.content.put_manifest(place, made, arrivals, origin=None, details=details(document))
    return Response(status_code=201)


async def _whole(call: Call, place: RepositoryAt, reference: str) -> tuple[StoredManifest, dict[str, Any]]:
    """Return the manifest in the body, and its JSON, if all that it refers to is here. Raises ApiError."""
    too_large = ApiError("MANIFEST_INVALID", f"a manifest has at most {MAX_MANIFEST} bytes", status=413)
    content = await call.body(MAX_MANIFEST, too_large)
    by_digest = ":" in reference
    document = _read(content)
    media_type = _media_type(call, document)
    made = manifest_of(content, media_type, reference.partition(":")[0] if by_digest else "sha256")
    if by_digest and made.digest != reference:
        raise ApiError("DIGEST_INVALID", "provided digest did not match uploaded content", {"digest": reference})
    _check_children(call, place, document, is_index=media_type in INDEXES)
    _check_details(document)
    return made, document


async def _put(call: Call, path: PathParts) -> Response:
    place = call.place(path.repository)
    made, document = await _whole(call, place, path.reference)
    check_unlocked(call, place, "push", *{path.reference, made.digest})
    found = details(document)
    call.state.store.content.put_manifest(
        place,
        made,
        call.state.arrivals(place),
        tag=None if ":" in path.reference else path.reference,
        details=found,
    )
    headers = {"Location": f"/v2/{path.repository}/manifests/{made.digest}", "Docker-Content-Digest": made.digest}
    if found.subject is not None:
        headers["OCI-Subject"] = found.subject
    return Response(status_code=201, headers=headers)


def _read(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _invalid("the manifest is no JSON") from error
    if not isinstance(document, dict):
        raise _invalid("the manifest is no JSON object")
    if document.get("schemaVersion") != 2:  # noqa: PLR2004 -- the one version that both specifications have
        raise _invalid("schemaVersion is not 2")
    return document


def _media_type(call: Call, document: dict[str, Any]) -> str:
    """Return the type that the header or, without one, the manifest itself says; both have to say the same."""
    header = call.headers.get("content-type", "").partition(";")[0].strip()
    inside = document.get("mediaType")
    if inside is not None and not isinstance(inside, str):
        raise _invalid("mediaType is no text")
    if header and inside and header != inside:
        raise _invalid(f"mediaType is {inside[:200]}, and Content-Type is {header[:200]}")
    media_type = header or inside
    if not media_type:
        raise _invalid("neither Content-Type nor mediaType says what it is")
    _check_type(media_type)
    return media_type


def _check_type(media_type: object) -> None:
    if not is_media_type(media_type):
        raise _invalid(f"{str(media_type)[:200]!r} is no media type")


def _check_children(call: Call, place: RepositoryAt, document: dict[str, Any], *, is_index: bool) -> None:
    """Raise ApiError with an error for the first blob or manifest that is not here. A subject need not exist."""
    content = call.state.store.content
    if is_index:
        for child in _descriptors(document, "manifests"):
            if not content.has_manifest(place, child):
                raise _missing(child)
        return
    config = _field(document, "config", dict)
    blobs = [_digest(config)] if config else []
    for child in [*blobs, *_descriptors(document, "layers"), *_descriptors(document, "blobs")]:
        if content.layer_size(place, child) is None:
            raise _missing(child)


def _descriptors(document: dict[str, Any], field: str) -> list[str]:
    """Return the digests of a list of descriptors, without those of layers that are not distributed."""
    entries = _field(document, field, list)
    if not all(isinstance(entry, dict) for entry in entries):
        raise _invalid(f"{field} has an entry that is no descriptor")
    return [
        _digest(entry)
        for entry in entries
        if not (entry.get("urls") and any(word in str(entry.get("mediaType")) for word in _FOREIGN))
    ]


def _digest(descriptor: dict[str, Any]) -> str:
    digest = descriptor.get("digest")
    if not (isinstance(digest, str) and is_digest(digest)):
        raise _invalid("a descriptor has no digest")
    return digest


def _field(document: dict[str, Any], name: str, kind: type[Any]) -> Any:
    value = document.get(name)
    if value is None:
        return kind()
    if not isinstance(value, kind):
        raise _invalid(f"{name} has the wrong type")
    return value


def _check_details(document: dict[str, Any]) -> None:
    """Raise ApiError where the parts that lists of referrers show are not what they have to be."""
    config, subject = _field(document, "config", dict), _field(document, "subject", dict)
    for found in (document.get("artifactType"), config.get("mediaType")):
        if found:
            _check_type(found)
    digest = subject.get("digest")
    if digest is not None and not (isinstance(digest, str) and is_digest(digest)):
        raise _invalid("subject has no digest")
    if not all(isinstance(value, str) for value in _field(document, "annotations", dict).values()):
        raise _invalid("an annotation is no text")


def _missing(digest: str) -> ApiError:
    return ApiError("MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})


def _invalid(message: str) -> ApiError:
    return ApiError("MANIFEST_INVALID", f"manifest invalid: {message}")


def _delete(call: Call, path: PathParts) -> Response:
    content, place = call.state.store.content, call.place(path.repository)
    by_digest = ":" in path.reference
    check_unlocked(call, place, "delete", *(named_with(call, place, path.reference) if by_digest else [path.reference]))
    gone = (content.delete_manifest if by_digest else content.delete_tag)(place, path.reference)
    if not gone:
        raise _unknown(path)
    return Response(status_code=202)
