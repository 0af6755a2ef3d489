"""Signing keys and the lab's user, in a file that nobody else may read."""

from __future__ import annotations

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from acrdns.errors import LabError

if TYPE_CHECKING:
    from pathlib import Path

_KEY_BYTES = 32
_ID_BYTES = 20
_VALID = 2
"""Keys of a registry that count: the newest signs, the one before it is still known while keys are rotated."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key of a registry, with the name that a signature is found by."""

    id: str
    secret: bytes

    def sign(self, text: str) -> bytes:
        """Return the HMAC-SHA256 of a text."""
        return hmac.digest(self.secret, text.encode(), sha256)


class Keys:
    """The keys of all registries, the newest first, and the passwords that the lab made."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Any] = {"keys": {}, "passwords": {}}
        self._keys: dict[str, tuple[SigningKey, ...]] = {}
        if file.exists():
            try:
                self._known = json.loads(file.read_text(encoding="utf-8"))
                _check(self._known)
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise LabError(f"{file} has no keys that can be read: {error}") from error

    def of(self, registry: str) -> tuple[SigningKey, ...]:
        """Return the keys that count for a registry, the one that signs first."""
        found = self._keys.get(registry)
        if found is None:
            if registry not in self._known["keys"]:
                self.rotate(registry)
            found = self._keys[registry] = _signing_keys(self._known["keys"][registry])
        return found

    def rotate(self, registry: str) -> None:
        """Make a new key that signs from now on; the one before it is still good, older ones are not."""
        key = {"id": secrets.token_hex(_ID_BYTES), "secret": secrets.token_hex(_KEY_BYTES)}
        self._keys.pop(registry, None)
        self._known["keys"][registry] = [key, *self._known["keys"].get(registry, [])][:_VALID]
        self._write()

    def password(self, user: str) -> str:
        """Return the password of one of the lab's users, made at first use."""
        if user not in self._known["passwords"]:
            self._renew(user)
        password: str = self._known["passwords"][user]
        return password

    def of_admin(self, registry: str) -> dict[str, str]:
        """Return the passwords of a registry's admin user by their names (az acr credential show)."""
        return {name: self.password(user) for name, user in _admin(registry).items()}

    def renew_admin(self, registry: str, name: str) -> None:
        """Replace one of an admin user's passwords; the old one counts no more. Raises KeyError."""
        self._renew(_admin(registry)[name])

    def _renew(self, user: str) -> None:
        self._known["passwords"][user] = secrets.token_urlsafe(_ID_BYTES)
        self._write()

    def _write(self) -> None:
        """Write the whole file at the side, then put it into its place."""
        new = self._file.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(self._known, stream)
            stream.flush()
            os.fsync(descriptor)
        new.replace(self._file)


def _signing_keys(written: list[dict[str, str]]) -> tuple[SigningKey, ...]:
    return tuple(SigningKey(key["id"], bytes.fromhex(key["secret"])) for key in written)


def _check(known: dict[str, Any]) -> None:
    """Raise an error where a file has other contents than `_write` gives it."""
    for keys in known["keys"].values():
        if not _signing_keys(keys):
            raise ValueError("a registry without a key")
    if not all(isinstance(password, str) for password in known["passwords"].values()):
        raise TypeError("a password that is no text")


def _admin(registry: str) -> dict[str, str]:
    return {"password": f"admin of {registry}", "password2": f"admin of {registry}, the second"}
