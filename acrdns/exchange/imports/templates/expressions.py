"""Expressions of templates: `[concat(parameters('name'), '-pe')]` to a tree.

The grammar is that of Azure Resource Manager: calls, texts in single quotes, numbers, `.property` and `[index]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<sign>[()\[\].,])"
    r"|(?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*(?=\())?))"
)
_MAX_DEPTH = 64
_MAX_LENGTH = 1 << 16


class UnresolvedError(Exception):
    """A value that the input does not say; the message names what is missing."""


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function with its arguments."""

    name: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class PropertyAccess:
    """A property or an item of something."""

    of: Any
    key: Any


def is_expression(value: Any) -> bool:
    """Return whether a value is an expression; two brackets at the beginning are an escaped one."""
    return isinstance(value, str) and value.startswith("[") and value.endswith("]") and not value.startswith("[[")


@lru_cache(maxsize=4096)
def parsed(text: str) -> Any:
    """Return the tree of an expression; its leaves are literals. Raises UnresolvedError for another text."""
    if len(text) > _MAX_LENGTH:
        raise UnresolvedError("an expression without end")
    parser = _Parser(text[1:-1])
    tree = parser.value(0)
    if parser.peek():
        raise UnresolvedError(f"an expression that ends in {parser.peek()!r}")
    return tree


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        position, text = 0, text.rstrip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None or found.lastgroup is None:
                raise UnresolvedError("an expression that is none")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            position = found.end()
        self._at = 0

    def peek(self) -> str:
        """Return the next token, or an empty text."""
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> tuple[str, str]:
        if self._at >= len(self._tokens) or (wanted and self.peek() != wanted):
            raise UnresolvedError(f"an expression that lacks {wanted or 'its end'}")
        self._at += 1
        return self._tokens[self._at - 1]

    def value(self, depth: int) -> Any:
        """Return the value that starts at the next token."""
        if depth > _MAX_DEPTH:
            raise UnresolvedError("an expression that is nested too deeply")
        kind, token = self._take()
        if kind == "text":
            found: Any = token[1:-1].replace("''", "'")
        elif kind == "number":
            found = int(token[:18])
        elif kind == "name":
            found = FunctionCall(token.lower(), self._arguments(depth))
        else:
            raise UnresolvedError("an expression that is none")
        while self.peek() in (".", "["):
            found = self._access(found, depth)
        return found

    def _arguments(self, depth: int) -> tuple[Any, ...]:
        self._take("(")
        found: list[Any] = []
        while self.peek() != ")":
            found.append(self.value(depth + 1))
            if self.peek() == ",":
                self._take(",")
            elif self.peek() != ")":
                raise UnresolvedError("an expression that lacks a comma")
        self._take(")")
        return tuple(found)

    def _access(self, of: Any, depth: int) -> PropertyAccess:
        if self._take()[1] == ".":
            return PropertyAccess(of, self._take()[1])
        key = self.value(depth + 1)
        self._take("]")
        return PropertyAccess(of, key)
