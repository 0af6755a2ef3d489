"""Those who ask, and the actions that they are granted on a repository or on the registry."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from acrdns.lab.plants import cloud_registry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.lab.state import LabState
    from acrdns.topology.model import Registry

NULL_GUID = "00000000-0000-0000-0000-000000000000"
"""User name that goes with a refresh token as the password (facts.md section 5)."""

EVERYTHING = "*"
ACTIONS = ("pull", "push", "delete", "metadata_read", "metadata_write")
_OF_SCOPE_MAP = {
    "content/read": "pull",
    "content/write": "push",
    "content/delete": "delete",
    "metadata/read": "metadata_read",
    "metadata/write": "metadata_write",
}
"""Actions of a scope map (az acr scope-map) as those of a token's scope."""


class ResourceAccess(NamedTuple):
    """One entry of a token's scope: `repository:hello-world:pull,push`, `registry:catalog:*`."""

    type: str
    name: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Principal:
    """A user, a repository-scoped token, or nobody in particular."""

    name: str
    scope_map: tuple[str, ...] | None = None
    """`repositories/hello-world/content/read`; None for a user with every right."""

    def granted(self, wanted: ResourceAccess) -> ResourceAccess:
        """Return as much of an access as this principal has."""
        if self.scope_map is None:
            return wanted
        mine = self._actions(wanted)
        actions = mine if EVERYTHING in wanted.actions else [action for action in wanted.actions if action in mine]
        return wanted._replace(actions=tuple(actions))

    def _actions(self, wanted: ResourceAccess) -> list[str]:
        if wanted.type == "gateway":
            prefix = f"gateway/{wanted.name}/"
            return [entry.removeprefix(prefix) for entry in self.scope_map or () if entry.startswith(prefix)]
        if wanted.type != "repository":
            return []
        return [_OF_SCOPE_MAP[action] for action in _OF_SCOPE_MAP if self._has(wanted.name, action)]

    def _has(self, repository: str, action: str) -> bool:
        for entry in self.scope_map or ():
            pattern = entry.removeprefix("repositories/").removesuffix(f"/{action}")
            if entry != f"repositories/{pattern}/{action}":
                continue
            if pattern in (repository, "*") or (pattern.endswith("*") and repository.startswith(pattern[:-1])):
                return True
        return False


ANONYMOUS = Principal("", ("repositories/*/content/read", "repositories/*/metadata/read"))
"""A client without credentials, where anonymous pull is enabled."""


def sign_in(state: LabState, registry: Registry, user: str, password: str) -> Principal | None:
    """Return the principal of a name and password: the lab's user, the admin user, or a repository-scoped token."""
    every_right = {
        state.user: (state.password,),
        registry.name.lower(): state.store.keys.of_admin(registry.name).values(),
    }
    if expected := every_right.get(user):
        right = [hmac.compare_digest(password.encode(), each.encode()) for each in expected]
        return Principal(user) if any(right) else None
    if not state.knows_token(registry.name, user):
        return None
    token = state.store.credentials.check(cloud_registry(registry.name), user, password)
    return Principal(token.name, token.actions) if token else None


def by_name(state: LabState, registry: Registry, user: str) -> Principal | None:
    """Return the principal that a refresh token was made for, if it still exists."""
    if user in (state.user, registry.name.lower()):
        return Principal(user)
    token = state.store.credentials.find(cloud_registry(registry.name), user)
    known = token is not None and token.enabled and state.knows_token(registry.name, user)
    return Principal(token.name, token.actions) if token and known else None


def scopes(texts: Iterable[str]) -> list[ResourceAccess]:
    """Read scopes; several may stand in one text, with spaces between them. Texts that are none are left out."""
    found: list[ResourceAccess] = []
    for text in " ".join(texts).split():
        type_, colon, rest = text.partition(":")
        name, _, actions = rest.rpartition(":")
        if colon and name:
            found.append(ResourceAccess(type_, name, tuple(filter(None, actions.split(",")))))
    return found
