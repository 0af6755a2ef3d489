"""Names of registries' endpoints, and members of the private link group, as inputs spell them."""

from __future__ import annotations

import re
from functools import lru_cache

from acrdns.azure import CLOUDS, LOGIN, Member
from acrdns.regions import normalize

_NAME = re.compile(r"registry-(?P<member>registry[a-z0-9_]*)\.privateendpoint", re.IGNORECASE)
"""Name of an IP configuration, which Azure makes of the member."""


def member_of(text: str | None) -> str | None:
    """Return a member in its one spelling (`registry_data_eastus`), or None for other texts."""
    found = Member.parse("".join((text or "").split()).lower())
    return str(found) if found and text != "registry_data" else None


def member_in(configuration: str | None) -> str | None:
    """Return the member that the name of an IP configuration says, or None."""
    found = _NAME.fullmatch(configuration or "")
    return member_of(found["member"]) if found else None


@lru_cache(maxsize=65536)
def endpoint_name(text: str) -> tuple[str, str, str] | None:
    """Return host label, member and cloud of an endpoint's public or private name; None for any other name."""
    host = text.strip().lower().rstrip(".")
    for cloud in CLOUDS.values():
        for suffix in (cloud.privatelink, cloud.registry):
            if host.endswith(f".{suffix}"):
                relative = relative_name(host[: -len(suffix) - 1])
                return None if relative is None else (*relative, cloud.name)
    return None


def relative_name(text: str) -> tuple[str, str] | None:
    """Return host label and member of a name below a registry suffix (`contoso.eastus.data`), or None."""
    label, *rest = text.lower().split(".")
    if not rest:
        return label, str(LOGIN)
    if len(rest) == 2 and rest[1] in ("data", "geo"):  # noqa: PLR2004 - region and kind
        kind = "data" if rest[1] == "data" else "regional"
        return label, str(Member(kind, normalize(rest[0])))
    return None
