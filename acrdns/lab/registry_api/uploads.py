"""Uploads of blobs: monolithic, in chunks, resumed, mounted and cancelled (OCI distribution specification, end-4 to 6).

A push goes to the login server alone: no data endpoint has a part in it (facts.md section 0).
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.responses import Response

from acrdns.lab.registry_api.access.authorize import may, on, require
from acrdns.lab.registry_api.errors import ApiError
from acrdns.lab.registry_api.locks import check_unlocked
from acrdns.lab.registry_api.route import check_name
from acrdns.lab.storage.digest import is_digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.registry_api.route import PathParts
    from acrdns.lab.storage.content import RepositoryAt
    from acrdns.lab.storage.uploads import Upload

_RANGE = re.compile(r"(?:bytes[ =])?(\d{1,18})-(\d{1,18})(?:/(?:\d{1,18}|\*))?")
_OUT_OF_RANGE = 416


async def begin(call: Call, path: PathParts) -> Response:
    """Answer `POST /v2/<name>/blobs/uploads/`: a new upload, a whole one, or a mount from another repository."""
    require(call, on(path.repository, "pull", "push"))
    place = call.place(path.repository)
    check_unlocked(call, place, "push")
    digest = call.parameter("digest")
    if mount := call.parameter("mount"):
        if _mounted(call, path.repository, mount):
            return _created(path.repository, mount)
        digest = None
    if digest is not None:
        _check_digest(digest)
    if digest is None:
        return Response(status_code=202, headers=_headers(call.state.store.uploads.begin(*place)))
    return await receive(call, place, digest)


async def receive(call: Call, place: RepositoryAt, digest: str) -> Response:
    """Take a whole blob in one request, of a client or of a connected registry."""
    with call.state.store.uploads.whole(*place) as upload:
        await _append(call, upload)
        return await _finish(call, upload, digest)


def _mounted(call: Call, repository: str, digest: str) -> bool:
    """Mount a blob of another repository, which the client has to be able to pull from."""
    source = call.parameter("from")
    if not source or not is_digest(digest):
        return False
    check_name(source)
    content, place = call.state.store.content, call.place(source)
    if not may(call, on(source, "pull")) or content.layer_size(place, digest) is None:
        return False
    check_unlocked(call, place, "pull")
    target = call.place(repository)
    content.add_layer(target, digest, call.state.arrivals(target))
    return True


async def upload(call: Call, path: PathParts) -> Response:
    """Answer GET, PATCH, PUT and DELETE of an upload in progress."""
    require(call, on(path.repository, "pull", "push"))
    found = call.state.store.uploads.find(call.registry.name, call.region, path.repository, path.reference)
    if found is None:
        raise ApiError("BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry")
    if call.method == "GET":
        return Response(status_code=204, headers=_headers(found))
    with _writing(found):
        if call.method == "DELETE":
            call.state.store.uploads.end(found)
            return Response(status_code=204)
        if call.method == "PUT":
            digest = call.parameter("digest")
            _check_digest(digest)
            await _append(call, found)
            return await _finish(call, found, str(digest))
        await _append(call, found)
        return Response(status_code=202, headers=_headers(found))


@contextmanager
def _writing(upload: Upload) -> Iterator[None]:
    """Keep others from writing to an upload at the same time."""
    if upload.busy:
        raise ApiError("BLOB_UPLOAD_INVALID", "another request is writing to this upload", status=409)
    upload.busy = True
    try:
        yield
    finally:
        upload.busy = False


def _check_digest(digest: str | None) -> None:
    if digest is None or not is_digest(digest):
        raise ApiError("DIGEST_INVALID", "provided digest did not match uploaded content", {"digest": digest})


async def _append(call: Call, upload: Upload) -> None:
    """Write the request's body at the end of an upload. The bytes that came before a client went away are kept."""
    length = _expected(call, upload)
    before = upload.size
    descriptor = os.open(upload.file, os.O_WRONLY)
    try:
        async for piece in call.pieces():
            upload.append(descriptor, piece)
    finally:
        os.close(descriptor)
    if length is not None and upload.size - before != length:
        raise ApiError("SIZE_INVALID", f"{upload.size - before} bytes came, and Content-Range says {length}")


def _expected(call: Call, upload: Upload) -> int | None:
    """Return the length that Content-Range says, or None. Raises ApiError for a chunk out of order (end-5)."""
    text = call.headers.get("content-range")
    if text is None:
        return None
    match = _RANGE.fullmatch(text.strip())
    if match is None or int(match[1]) != upload.size or int(match[2]) < int(match[1]):
        raise ApiError(
            "BLOB_UPLOAD_INVALID",
            f"Content-Range {text[:100]!r} does not start at {upload.size}",
            status=_OUT_OF_RANGE,
            headers=_headers(upload),
        )
    length = int(match[2]) - int(match[1]) + 1
    said = call.headers.get("content-length")
    if said is not None and said != str(length):
        raise ApiError("SIZE_INVALID", f"Content-Length is {said[:20]}, and Content-Range says {length}")
    return length


async def _finish(call: Call, upload: Upload, digest: str) -> Response:
    store = call.state.store
    algorithm = digest.partition(":")[0]
    found = upload.digest(algorithm) if algorithm == "sha256" else await asyncio.to_thread(upload.digest, algorithm)
    if found != digest:
        store.uploads.end(upload)
        raise ApiError("DIGEST_INVALID", "provided digest did not match uploaded content", {"digest": digest})
    await asyncio.to_thread(store.keep, upload, digest)
    place = call.place(upload.repository)
    store.record(upload, place, digest, call.state.arrivals(place))
    return _created(upload.repository, digest)


def _created(repository: str, digest: str) -> Response:
    headers = {"Location": f"/v2/{repository}/blobs/{digest}", "Docker-Content-Digest": digest}
    return Response(status_code=201, headers=headers)


def _headers(upload: Upload) -> dict[str, str]:
    """Return where an upload goes on and which bytes have come: `0-<last byte>`, and `0-0` for none."""
    state = base64.urlsafe_b64encode(f'{{"Name":"{upload.repository}","Offset":{upload.size}}}'.encode()).decode()
    return {
        "Location": f"/v2/{upload.repository}/blobs/uploads/{upload.id}?_nouploadcache=false&_state={state}",
        "Range": f"0-{max(upload.size - 1, 0)}",
        "Docker-Upload-UUID": upload.id,
        "OCI-Chunk-Min-Length": "1",
    }
