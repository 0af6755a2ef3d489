"""Image references without a registry: `hello-world:latest`, `team/app@sha256:...`."""

from __future__ import annotations

import re
from typing import NamedTuple

DEFAULT = "hello-world:latest"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_FORM = re.compile(
    rf"({_COMPONENT}(?:/{_COMPONENT})*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{{0,127}})|@(sha256:[0-9a-f]{{64}}))?"
)


class ImageName(NamedTuple):
    """A repository, and a tag or digest in it."""

    repository: str
    reference: str

    def __str__(self) -> str:
        return f"{self.repository}{'@' if ':' in self.reference else ':'}{self.reference}"


def image_name(text: str) -> ImageName:
    """Read `REPOSITORY[:TAG]` or `REPOSITORY@DIGEST`. Raises ValueError."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no image without its registry; write REPOSITORY:TAG, as hello-world:latest")
    return ImageName(match[1], match[2] or match[3] or "latest")
