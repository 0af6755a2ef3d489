"""The check of a request's Authorization header, and the challenge where it does not do."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from acrdns.lab.registry_api.access.principal import ANONYMOUS, EVERYTHING, ResourceAccess, sign_in
from acrdns.lab.registry_api.access.tokens import read
from acrdns.lab.registry_api.errors import ApiError

if TYPE_CHECKING:
    from acrdns.lab.registry_api.access.principal import Principal
    from acrdns.lab.registry_api.call import Call

_WORDS = "authentication required, visit https://aka.ms/acr/authorization for more information."

CATALOG = ResourceAccess("registry", "catalog", (EVERYTHING,))


def require(call: Call, *wanted: ResourceAccess) -> None:
    """Let a request go on that has every access wanted, else raise ApiError with a challenge for it."""
    access, problem = _held(call, wanted)
    lacking = [entry for entry in wanted if not _covers(access, entry)]
    if lacking or problem:
        raise unauthorized(call, wanted, problem or ("insufficient_scope" if access else ""))


def may(call: Call, wanted: ResourceAccess) -> bool:
    """Return whether a request has an access."""
    return _covers(_held(call, (wanted,))[0], wanted)


def on(repository: str, *actions: str) -> ResourceAccess:
    """Return the access to a repository."""
    return ResourceAccess("repository", repository, actions)


def _held(call: Call, wanted: tuple[ResourceAccess, ...]) -> tuple[tuple[ResourceAccess, ...], str]:
    """Return the access that the header gives, as far as it matters, and what is wrong with the header."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    match scheme.lower():
        case "bearer":
            token = read(call.state, call.registry.name, value.strip(), "access_token")
            return (token.access, "") if token else ((), "invalid_token")
        case "basic":
            principal = basic(call)
            return (tuple(map(principal.granted, wanted)), "") if principal else ((), "invalid_credentials")
    return (), "" if wanted else "no_credentials"


def _covers(access: tuple[ResourceAccess, ...], wanted: ResourceAccess) -> bool:
    held = {action for e in access if (e.type, e.name) == (wanted.type, wanted.name) for action in e.actions}
    return EVERYTHING in held or held.issuperset(wanted.actions)


def basic(call: Call) -> Principal | None:
    """Return the principal of a Basic header (RFC 7617), or None where there is none or it is wrong."""
    credentials = basic_credentials(call)
    return sign_in(call.state, call.registry, *credentials) if credentials else None


def basic_credentials(call: Call) -> tuple[str, str] | None:
    """Return user and password of a Basic header, or None."""
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, password) if colon else None


def anonymous(call: Call) -> Principal | None:
    """Return the principal of clients without credentials where the registry serves them, else None."""
    return ANONYMOUS if call.registry.anonymous_pull_enabled else None


def unauthorized(call: Call, wanted: tuple[ResourceAccess, ...] = (), problem: str = "") -> ApiError:
    """Return 401 with the challenge that leads a client to the token server (facts.md section 5)."""
    challenge = f'Bearer realm="https://{call.host}/oauth2/token",service="{call.login_server}"'
    if wanted:
        scope = " ".join(f"{entry.type}:{entry.name}:{','.join(entry.actions)}" for entry in wanted)
        challenge += f',scope="{scope}"'
    if problem in ("invalid_token", "insufficient_scope"):
        challenge += f',error="{problem}"'
    detail = [
        {"Type": entry.type, "Name": entry.name, "Action": action} for entry in wanted for action in entry.actions
    ]
    return ApiError("UNAUTHORIZED", _WORDS, detail or None, headers={"Www-Authenticate": challenge})
