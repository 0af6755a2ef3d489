"""Repository-scoped tokens: names with passwords, kept as hashes, and what they may do (az acr token)."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from hashlib import scrypt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_SALT = 16


@dataclass(frozen=True, slots=True)
class ScopedToken:
    """A token and its actions, as a scope map has them: `repositories/hello-world/content/read`."""

    registry: str
    name: str
    actions: tuple[str, ...]
    enabled: bool = True


class Credentials:
    """The tokens of all registries."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._checked: dict[tuple[str, str, str], bytes] = {}
        """Passwords that were right, and the hash that they were compared with: a hash takes its time."""

    def put(self, registry: str, name: str, actions: Sequence[str], password: str, *, enabled: bool = True) -> None:
        """Store a token, in place of an earlier one of its name."""
        salt = secrets.token_bytes(_SALT)
        row = (registry, name, salt, _hash(password, salt), json.dumps(list(actions)), enabled)
        self._database.execute("INSERT OR REPLACE INTO token VALUES (?, ?, ?, ?, ?, ?)", row)

    def check(self, registry: str, name: str, password: str) -> ScopedToken | None:
        """Return the token of a name where its password is right and it is enabled, or None."""
        row = self._database.execute(
            "SELECT actions, enabled, salt, password FROM token WHERE registry = ? AND name = ?", (registry, name)
        ).fetchone()
        if row is None or not row[1]:
            return None
        key = (registry, name, password)
        if self._checked.get(key) != row[3]:
            if not hmac.compare_digest(_hash(password, row[2]), row[3]):
                return None
            self._checked[key] = row[3]
        return ScopedToken(registry, name, tuple(json.loads(row[0])))

    def find(self, registry: str, name: str) -> ScopedToken | None:
        """Return the token of a name, or None."""
        return next((token for token in self.all(registry) if token.name == name), None)

    def all(self, registry: str) -> list[ScopedToken]:
        """Return the tokens of a registry, sorted by name."""
        sql = "SELECT registry, name, actions, enabled FROM token WHERE registry = ? ORDER BY name"
        rows = self._database.execute(sql, (registry,))
        return [ScopedToken(row[0], row[1], tuple(json.loads(row[2])), bool(row[3])) for row in rows]


def _hash(password: str, salt: bytes) -> bytes:
    return scrypt(password.encode(), salt=salt, n=1 << 12, r=8, p=1)
