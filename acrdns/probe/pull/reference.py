"""Image references: `hello-world:latest`, `team/app@sha256:...`, `contoso.azurecr.io/team/app:1`."""

from __future__ import annotations

import re
from typing import NamedTuple

from acrdns.azure import CLOUDS

DEFAULT = "hello-world:latest"
_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_FORM = re.compile(
    rf"({_COMPONENT}(?:/{_COMPONENT})*)(?::([A-Za-z0-9_][A-Za-z0-9._-]{{0,127}})|@(sha256:[0-9a-f]{{64}}))?"
)


class ImageName(NamedTuple):
    """A repository, and a tag or digest in it."""

    repository: str
    reference: str
    host: str = ""
    """The login server, if one was named; it is no part of the image's name here."""

    def __str__(self) -> str:
        return f"{self.repository}{'@' if ':' in self.reference else ':'}{self.reference}"


def image_name(text: str) -> ImageName:
    """Read `[HOST/]REPOSITORY[:TAG]` or `[HOST/]REPOSITORY@DIGEST`, HOST being a name of Azure. Raises ValueError."""
    host, slash, rest = text.partition("/")
    named = slash and any(host.lower().endswith(f".{cloud.registry}") for cloud in CLOUDS.values())
    match = _FORM.fullmatch(rest if named else text)
    if match is None:
        raise ValueError(f"{text!r} is no image; write REPOSITORY:TAG, as hello-world:latest")
    return ImageName(match[1], match[2] or match[3] or "latest", host.lower() if named else "")
