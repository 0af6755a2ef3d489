"""The login server: from a path to the function that answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.lab.registry_api.errors import ApiError
from acrdns.lab.registry_api.route import route

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from acrdns.lab.registry_api.call import Call


async def answer(call: Call) -> ASGIApp:
    """Return the answer to a request."""
    found = route(call.scope["path"])
    if found is None:
        raise ApiError("NOT_FOUND", f"{call.scope['path']} is no path of a registry")
    challenge = f'Bearer realm="https://{call.host}/oauth2/token",service="{call.login_server}"'
    words = "authentication required, visit https://aka.ms/acr/authorization for more information."
    raise ApiError("UNAUTHORIZED", words, headers={"Www-Authenticate": challenge})
