"""Images from a layout into a repository: `lab load oci:DIR`, and hello-world (OCI image specification)."""

from __future__ import annotations

import base64
import io
import json
import os
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from acrdns.errors import LabError
from acrdns.lab.storage.digest import is_digest
from acrdns.lab.storage.manifest import details, is_media_type, manifest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from acrdns.lab.storage.content import Arrival, RepositoryAt
    from acrdns.lab.storage.store import Store

_NAME = "org.opencontainers.image.ref.name"


class ImageLayout(Protocol):
    """Something to read an image layout from."""

    def open(self, path: str) -> BinaryIO:
        """Open a file of the layout by its path. Raises LabError."""


class Folder:
    """A layout on disk."""

    def __init__(self, directory: Path | int) -> None:
        """Take the directory, or a descriptor of it."""
        self._directory = directory

    def open(self, path: str) -> BinaryIO:
        """Open a file of the layout by its path. Raises LabError."""
        directory = self._directory
        try:
            if isinstance(directory, int):
                return os.fdopen(os.open(path, os.O_RDONLY, dir_fd=directory), "rb")
            return (directory / path).open("rb")
        except OSError as error:
            words = (error.strerror or str(error)).lower()
            raise LabError(f"the directory is no OCI image layout: {path}: {words}") from error


class InMemory:
    """A layout in memory."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def open(self, path: str) -> BinaryIO:
        """Open a file of the layout by its path. Raises LabError."""
        if path not in self._contents:
            raise LabError(f"the layout has no {path}")
        return io.BytesIO(self._contents[path])


@cache
def hello_world() -> ImageLayout:
    """Return the layout of `hello-world`, as scripts/generators/hello_world.py makes it."""
    text = files("acrdns.lab.storage").joinpath("hello-world.json").read_text(encoding="utf-8")
    return InMemory({path: base64.b64decode(content) for path, content in json.loads(text).items()})


def load(
    store: Store,
    layout: ImageLayout,
    place: RepositoryAt,
    arrivals: Sequence[Arrival],
    tag: str,
    *,
    name: str | None = None,
) -> str:
    """Copy an image with all that belongs to it, and tag it; return its digest. Raises LabError.

    `name` is the image's name in a layout with several; a layout with one needs none.
    """
    try:
        return _copy(store, layout, place, arrivals, _chosen(layout, name), tag)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise LabError(f"the layout has a manifest that is none: {error}") from error


def _chosen(layout: ImageLayout, name: str | None) -> dict[str, Any]:
    """Return the descriptor of the image that is meant. Raises LabError."""
    images: list[dict[str, Any]] = _read(layout, "index.json").get("manifests", [])
    if name is not None:
        images = [image for image in images if image.get("annotations", {}).get(_NAME) == name]
    if len(images) != 1:
        named = ", ".join(sorted(image.get("annotations", {}).get(_NAME, image.get("digest")) for image in images))
        raise LabError(f"the layout has {len(images)} images that could be meant{f': {named}' if named else ''}")
    return images[0]


def _copy(
    store: Store,
    layout: ImageLayout,
    place: RepositoryAt,
    arrivals: Sequence[Arrival],
    descriptor: dict[str, Any],
    tag: str | None = None,
) -> str:
    """Copy a manifest after everything that it refers to."""
    digest, media_type = str(descriptor.get("digest")), str(descriptor.get("mediaType"))
    if not is_media_type(media_type):
        raise LabError(f"the layout has {media_type[:200]!r} where a media type belongs")
    with layout.open(_path(digest)) as stream:
        content = stream.read()
    manifest = manifest_of(content, media_type, digest.partition(":")[0])
    if manifest.digest != digest:
        raise LabError(f"{digest} has another content: {manifest.digest}")
    document = json.loads(content)
    for child in document.get("manifests", []):
        _copy(store, layout, place, arrivals, child)
    for child in [*filter(None, [document.get("config")]), *document.get("layers", [])]:
        with layout.open(_path(str(child.get("digest")))) as stream:
            store.add(place, stream, str(child["digest"]), arrivals)
    store.content.put_manifest(
        place,
        manifest,
        arrivals,
        tag=tag,
        details=details(document),
    )
    return digest


def _path(digest: str) -> str:
    if not is_digest(digest):
        raise LabError(f"the layout has {digest!r} where a digest belongs")
    return f"blobs/{digest.replace(':', '/')}"


def _read(layout: ImageLayout, path: str) -> dict[str, Any]:
    with layout.open(path) as stream:
        try:
            document = json.loads(stream.read())
        except ValueError as error:
            raise LabError(f"{path} of the layout is no JSON") from error
    if not isinstance(document, dict):
        raise LabError(f"{path} of the layout is no JSON object")
    return document
