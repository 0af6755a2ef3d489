"""The token server, which sits at the login server's name: `/oauth2/token` and `/oauth2/exchange` (facts.md 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.lab.registry_api.access.authorize import anonymous, basic_credentials, unauthorized
from acrdns.lab.registry_api.access.principal import NULL_GUID, by_name, scopes, sign_in
from acrdns.lab.registry_api.access.tokens import issue, read
from acrdns.lab.registry_api.errors import ApiError, json_response

if TYPE_CHECKING:
    from starlette.responses import Response

    from acrdns.lab.registry_api.access.principal import Principal
    from acrdns.lab.registry_api.call import Call

_WITH_ACCESS_TOKEN = ("access_token", "access_token_refresh_token")


async def token(call: Call) -> Response:
    """Answer GET or POST of `/oauth2/token` with an access token of what is granted, which may be less than asked."""
    if call.method == "GET":
        fields, principal = call.query(), _from_header(call)
    else:
        fields = await call.form()
        # A connected registry's sync token comes in the header.
        principal = _from_form(call, fields) if "grant_type" in fields else _from_header(call)
    _check_service(call, fields)
    if principal is None:
        raise unauthorized(call)
    granted = [access for wanted in scopes(fields.get("scope", [])) if (access := principal.granted(wanted)).actions]
    answer = {"access_token": issue(call.state, call.registry.name, principal.name, "access_token", granted)}
    wants_refresh = _first(fields, "offline_token") == "true" or _first(fields, "access_type") == "offline"
    if wants_refresh and principal.name:
        answer["refresh_token"] = issue(call.state, call.registry.name, principal.name, "refresh_token")
    return json_response(answer)


async def exchange(call: Call) -> Response:
    """Answer `POST /oauth2/exchange`: a token of Entra ID becomes a refresh token.

    Entra ID is not simulated: any access token stands for the lab's user.
    """
    fields = await call.form()
    _check_service(call, fields)
    grant = _first(fields, "grant_type")
    if grant not in (*_WITH_ACCESS_TOKEN, "refresh_token"):
        raise _bad(f"grant_type {grant!r} is not supported")
    if not _first(fields, "access_token" if grant in _WITH_ACCESS_TOKEN else "refresh_token"):
        raise unauthorized(call)
    return json_response({"refresh_token": issue(call.state, call.registry.name, call.state.user, "refresh_token")})


def _from_header(call: Call) -> Principal | None:
    if "authorization" not in call.headers:
        return anonymous(call)
    credentials = basic_credentials(call)
    return _of(call, *credentials) if credentials else None


def _from_form(call: Call, fields: dict[str, list[str]]) -> Principal | None:
    match _first(fields, "grant_type"):
        case "refresh_token":
            return _refreshed(call, _first(fields, "refresh_token"))
        case "password":
            return _of(call, _first(fields, "username"), _first(fields, "password"))
        case other:
            raise _bad(f"grant_type {other!r} is not supported")


def _of(call: Call, user: str, password: str) -> Principal | None:
    if user == NULL_GUID:
        return _refreshed(call, password)
    return sign_in(call.state, call.registry, user, password)


def _refreshed(call: Call, text: str) -> Principal | None:
    found = read(call.state, call.registry.name, text, "refresh_token")
    return by_name(call.state, call.registry, found.subject) if found else None


def _check_service(call: Call, fields: dict[str, list[str]]) -> None:
    service = _first(fields, "service")
    if service.partition(":")[0].lower() != call.login_server:
        raise _bad(f"service {service!r} is not {call.login_server}")


def _bad(message: str) -> ApiError:
    return ApiError("UNSUPPORTED", message, status=400)


def _first(fields: dict[str, list[str]], name: str) -> str:
    return fields.get(name, [""])[0]
