"""Access and refresh tokens: JSON Web Tokens (RFC 7519), signed with the registry's key by HMAC-SHA256.

A registry of Azure signs with RSA, and clients do not look inside: a shared key does here. A token has exactly the one
header that this module writes, so that no other algorithm is ever taken.
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from acrdns.lab.registry_api.access.principal import ResourceAccess

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.lab.state import LabState
    from acrdns.lab.storage.keys import SigningKey

ACCESS_LIFE = 75 * 60
"""Seconds that an access token is good for (facts.md section 5)."""
REFRESH_LIFE = 3 * 3600
"""Seconds that a refresh token is good for: three hours, as `az acr login` says of its own."""

TokenKind = Literal["access_token", "refresh_token"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was found good."""

    subject: str
    access: tuple[ResourceAccess, ...]


def issue(state: LabState, registry: str, subject: str, kind: TokenKind, access: Sequence[ResourceAccess] = ()) -> str:
    """Return a new token of a registry."""
    now = int(state.clock.now())
    key = state.store.keys.of(registry)[0]
    claims = {
        "jti": secrets.token_hex(16),
        "sub": subject,
        "nbf": now,
        "iat": now,
        "exp": now + (ACCESS_LIFE if kind == "access_token" else REFRESH_LIFE),
        "iss": "Azure Container Registry",
        "aud": registry,
        "version": "1.0",
        "grant_type": kind,
        "access": [{"Type": entry.type, "Name": entry.name, "Actions": entry.actions} for entry in access],
    }
    text = f"{_header(key)}.{_encode(json.dumps(claims, separators=(',', ':')).encode())}"
    return f"{text}.{_encode(key.sign(text))}"


def read(state: LabState, registry: str, text: str, kind: TokenKind) -> Token | None:
    """Return the token that a text is, or None where it is altered, expired, of another registry or kind."""
    claims = _verified(state.store.keys.of(registry), text)
    if claims is None or claims.registry != registry or claims.kind != kind:
        return None
    return claims.token if claims.begins <= state.clock.now() < claims.ends else None


@dataclass(frozen=True, slots=True)
class _Claims:
    """The contents of a token whose signature is right."""

    registry: str
    kind: str
    begins: int
    ends: int
    token: Token


@lru_cache(maxsize=4096)
def _verified(keys: tuple[SigningKey, ...], text: str) -> _Claims | None:
    """Return what a token says, or None where none of the keys has signed it."""
    head, _, signature = text.rpartition(".")
    header, _, payload = head.partition(".")
    key = next((key for key in keys if _header(key) == header), None)
    if key is None or not hmac.compare_digest(_encode(key.sign(head)).encode(), signature.encode()):
        return None
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    entries = claims["access"]
    access = tuple(ResourceAccess(entry["Type"], entry["Name"], tuple(entry["Actions"])) for entry in entries)
    token = Token(claims["sub"], access)
    return _Claims(claims["aud"], claims["grant_type"], claims["nbf"], claims["exp"], token)


def _header(key: SigningKey) -> str:
    return _encode(f'{{"alg":"HS256","typ":"JWT","kid":"{key.id}"}}'.encode())


def _encode(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
