"""Paths of Azure Resource Manager below a registry. Letter case does not matter (facts.md section 2.2)."""

from __future__ import annotations

import re
from typing import NamedTuple

from acrdns.lab.management.error import ArmError

PROVIDER = "Microsoft.ContainerRegistry"
_GROUP = re.compile(
    r"(/subscriptions/[^/]+(?:/resourceGroups/[^/]+)?)/providers/Microsoft\.ContainerRegistry/registries(?:/(.*))?",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"(/subscriptions/[^/]+)/providers/Microsoft\.ContainerRegistry/(checkNameAvailability)/?", re.IGNORECASE
)
CHECK_NAME = "checknameavailability"
"""The kind of the path that says whether a name is free."""


class ArmPath(NamedTuple):
    """A resource, or a kind of resources."""

    group: str
    """The part up to the resource group, as it was asked."""
    registry: str
    """Empty for the list of registries."""
    kind: str
    """`replications`, in lower case; empty for the registry itself."""
    name: str
    """Of the resource below the registry; empty for a list."""
    action: str
    """Of that resource, `deactivate`; empty for the resource itself."""


def arm_path(path: str) -> ArmPath:
    """Read a path. Raises ArmError for one that is not simulated."""
    if check := _CHECK.fullmatch(path):
        return ArmPath(check[1], "", CHECK_NAME, "", "")
    match = _GROUP.fullmatch(path.rstrip("/"))
    parts = [part for part in (match[2] or "").split("/") if part] if match else []
    if match is None or len(parts) > 4:  # noqa: PLR2004 -- registry, kind, name, action
        raise ArmError(404, "InvalidResourceType", f"{path[:200]} is no path of {PROVIDER}/registries")
    registry, kind, name, action = (*parts, "", "", "", "")[:4]
    return ArmPath(match[1], registry, kind.lower(), name, action.lower())
