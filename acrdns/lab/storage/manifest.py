"""Manifests as the store has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from acrdns.lab.storage.digest import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping


_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w!#$&^.+-]{0,126}/[A-Za-z0-9][\w!#$&^.+-]{0,126}", re.ASCII)


def is_media_type(text: object) -> bool:
    """Return whether this is the name of a media type (RFC 6838 section 4.2), which may stand in a header."""
    return isinstance(text, str) and _MEDIA_TYPE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A manifest's own descriptor, without its bytes (OCI image specification, descriptor)."""

    digest: str
    media_type: str
    size: int
    arrives: float
    artifact_type: str | None = None
    annotations: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """A manifest as it came."""

    digest: str
    media_type: str
    content: bytes


def manifest_of(content: bytes, media_type: str, algorithm: str = "sha256") -> StoredManifest:
    """Return a manifest with its digest."""
    return StoredManifest(digest_of(content, algorithm), media_type, content)


class ManifestDetails(NamedTuple):
    """The parts of a manifest that lists of referrers show."""

    subject: str | None = None
    artifact_type: str | None = None
    annotations: Mapping[str, str] | None = None


NO_DETAILS = ManifestDetails()


def details(document: Any) -> ManifestDetails:
    """Return the details of a manifest, which has been checked when it came."""
    artifact_type = document.get("artifactType") or (document.get("config") or {}).get("mediaType")
    return ManifestDetails((document.get("subject") or {}).get("digest"), artifact_type, document.get("annotations"))


def referenced(document: Any) -> list[str]:
    """Return the digests of the blobs that a manifest names, which has been checked when it came."""
    entries = [document.get("config"), *(document.get("layers") or []), *(document.get("blobs") or [])]
    return [entry["digest"] for entry in entries if entry]
