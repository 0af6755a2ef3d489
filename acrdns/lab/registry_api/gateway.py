"""The parent's side of a connected registry's sync: messages and content, below `/connected/<name>/`.

In Azure this is the data endpoint of the registry's home region, and a connected registry's own endpoint for its
children. Hosts, directions and credentials are Azure's; the form of messages is not published, so that it is this lab's
own (assumption `sync-messages`).
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from acrdns.lab.data_endpoint.stream import file_answer
from acrdns.lab.plants import Plant
from acrdns.lab.registry_api import manifests, uploads
from acrdns.lab.registry_api.access.authorize import require
from acrdns.lab.registry_api.access.principal import ResourceAccess
from acrdns.lab.registry_api.errors import ApiError, json_response
from acrdns.lab.registry_api.route import is_tag
from acrdns.lab.storage.digest import is_digest
from acrdns.lab.storage.journal import JournalEntry
from acrdns.topology.schema.times import duration

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from acrdns.lab.registry_api.call import Call

PATH = "/connected/"
MAX_MESSAGE = 1 << 16
LONGEST_WAIT = 60.0
_GONE = 410
_DIGITS = 18
_LARGEST = 10**_DIGITS
"""Numbers below it fit in SQLite's integers."""
_STEP = 0.2
"""Seconds between two looks at the journal while a connected registry waits for messages."""
_BATCH = 100
"""Messages in an answer."""


async def answer(call: Call, parent: str | None) -> ASGIApp:
    """Answer a request to the registry, or to the connected registry `parent`. Raises ApiError."""
    name, _, rest = call.scope["path"].removeprefix(PATH).partition("/")
    plant = _child(call, parent, name)
    if plant is None:
        raise ApiError("NOT_FOUND", f"there is no connected registry {name[:100]!r} here")
    match call.method, rest.split("/"):
        case "GET", ["messages"]:
            _require(call, name, "message/read")
            return await _messages(call, plant)
        case "GET", ["contents"]:
            _require(call, name, "message/read")
            return _contents(call, plant)
        case "PUT", ["messages", number] if number.isdecimal() and len(number) <= _DIGITS:
            _require(call, name, "message/read")
            _acknowledge(call, plant, int(number))
            return Response(status_code=204)
        case "POST", ["messages"]:
            _require(call, name, "message/write")
            return await _receive(call, plant)
        case (("GET" | "HEAD" | "PUT"), ["content", digest]):
            _require(call, name, "message/write" if call.method == "PUT" else "message/read")
            return await _content(call, plant, digest)
    raise ApiError("NOT_FOUND", f"{call.method} of {call.scope['path'][:200]} is nothing of a gateway")


def _child(call: Call, parent: str | None, name: str) -> Plant | None:
    registry = call.state.topology.registries[call.registry.name.partition("/")[0]]
    connected = registry.connected_registries.get(name)
    return Plant(registry, connected) if connected and connected.parent == parent else None


def _require(call: Call, name: str, action: str) -> None:
    require(call, ResourceAccess("gateway", name, (action,)))


async def _messages(call: Call, plant: Plant) -> Response:
    """Answer with the changes behind a number, one a line; wait for one where there is none."""
    after, wait = (_number(call, name) for name in ("after", "wait"))
    end = asyncio.get_running_loop().time() + min(wait, LONGEST_WAIT)
    while True:
        now = call.state.clock.now()
        found = call.state.pending(plant, after)
        if any(change.at + _lifetime(plant) <= now for change in found):
            raise ApiError("MESSAGES_EXPIRED", "messages have expired: compare all tags", status=_GONE)
        left = end - asyncio.get_running_loop().time()
        if found or left <= 0:
            text = "".join(json.dumps(asdict(change)) + "\n" for change in found[:_BATCH])
            return Response(text, media_type="application/x-ndjson")
        await asyncio.sleep(min(_STEP, left))


def _lifetime(plant: Plant) -> float:
    length = duration(plant.connected.message_ttl)
    return length.total_seconds() if length else float("inf")


def _number(call: Call, name: str) -> int:
    text = call.parameter(name) or "0"
    if not text.isdecimal() or len(text) > _DIGITS:
        raise ApiError("UNSUPPORTED", f"{name} is no number", status=400)
    return int(text)


def _contents(call: Call, plant: Plant) -> Response:
    """Answer with everything in the connected registry's repositories, and the number of the last change."""
    content = call.state.store.content
    last = content.journal.last(plant.upstream[0])
    entries = []
    for repository in plant.connected.repositories:
        place = call.place(repository)
        tags = content.tags(place)
        tagged = {tag.digest for tag in tags}
        entries += [(repository, tag.name, tag.digest, tag.arrives) for tag in tags]
        entries += [(repository, "", m.digest, m.arrives) for m in content.manifests(place) if m.digest not in tagged]
    return json_response({"last": last, "entries": entries})


def _acknowledge(call: Call, plant: Plant, number: int) -> None:
    store, note = call.state.store, f"acknowledged {plant.name}"
    store.set_note(note, str(max(number, int(store.note(note) or 0))))


async def _receive(call: Call, plant: Plant) -> Response:
    """Take a change that was made at the connected registry: once, whatever is sent again."""
    if plant.connected.mode != "ReadWrite":
        raise ApiError("DENIED", f"{plant.connected.name} is ReadOnly")
    too_long = ApiError("UNSUPPORTED", f"a message has at most {MAX_MESSAGE} bytes", status=413)
    change = _read(await call.body(MAX_MESSAGE, too_long))
    place = call.place(_repository(plant, change.repository))
    taken = call.state.store.deliver(place, call.state.arrivals(place), change, plant.connected.name)
    if taken is None:
        raise ApiError("MANIFEST_UNKNOWN", "the manifest has not come", {"digest": change.digest})
    return Response(status_code=201 if taken else 200)


def _read(body: bytes) -> JournalEntry:
    """Return the message in a body. Raises ApiError."""
    try:
        said: dict[str, Any] = json.loads(body)
        change = JournalEntry(**said)
    except (ValueError, TypeError, RecursionError) as error:
        raise _bad_message() from error
    texts = all(isinstance(said[each], str) for each in ("kind", "repository", "tag", "digest"))
    whole = all(type(said[each]) is int and 0 <= said[each] < _LARGEST for each in ("number", "size"))
    at = isinstance(said["at"], int | float) and 0 <= said["at"] < _LARGEST
    if not (texts and whole and at and change.kind in ("put", "delete")):
        raise _bad_message()
    if not (change.tag == "" or is_tag(change.tag)) or not (change.digest == "" or is_digest(change.digest)):
        raise _bad_message()
    return change


def _bad_message() -> ApiError:
    return ApiError("UNSUPPORTED", "this is no message", status=400)


def _repository(plant: Plant, repository: str) -> str:
    if repository not in plant.connected.repositories:
        raise ApiError("DENIED", f"{plant.connected.name} does not synchronize {repository[:200]!r}")
    return repository


async def _content(call: Call, plant: Plant, digest: str) -> ASGIApp:
    """Answer HEAD, GET and PUT of a layer or, with `type=manifest`, of a manifest."""
    if not is_digest(digest):
        raise ApiError("DIGEST_INVALID", "the digest is malformed or unknown", {"digest": digest[:200]})
    place = call.place(_repository(plant, call.parameter("repository") or ""))
    content = call.state.store.content
    of_manifest = call.parameter("type") == "manifest"
    if call.method == "PUT":
        if plant.connected.mode != "ReadWrite":
            raise ApiError("DENIED", f"{plant.connected.name} is ReadOnly")
        if of_manifest:
            return await manifests.receive(call, place, digest)
        return await uploads.receive(call, place, digest)
    if of_manifest:
        manifest = content.manifest(place, digest)
        if manifest is None:
            raise ApiError("MANIFEST_UNKNOWN", "manifest unknown", {"digest": digest})
        return Response(manifest.content, headers={"Content-Type": manifest.media_type})
    size = content.layer_size(place, digest)
    if size is None:
        raise ApiError("BLOB_UNKNOWN", "blob unknown to registry", {"digest": digest})
    return file_answer(call.state.store.blobs.path(digest), size, None, {"Docker-Content-Digest": digest})
