"""Digests of content, as the OCI image specification writes them: `sha256:<hex>`, `sha512:<hex>`."""

from __future__ import annotations

import hashlib
import re

_FORM = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
PIECE = 1 << 17
"""Bytes that are read at a time."""


def is_digest(text: str) -> bool:
    """Return whether a text is a digest of an algorithm that is known here."""
    return _FORM.fullmatch(text) is not None


def digest_of(content: bytes, algorithm: str = "sha256") -> str:
    """Return the digest of a content."""
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
