"""TSIG key files, as `tsig-keygen` writes them: `key "NAME" { algorithm hmac-sha256; secret "..."; };`, one or more.

Comments are those of BIND's configuration: `//`, `#` and `/* */`.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acrdns.errors import InputError, NameSyntaxError, Place, Problem
from acrdns.names import Name, name, show

if TYPE_CHECKING:
    from collections.abc import Iterator

ALGORITHMS = ("hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512")
"""Those that `tsig-keygen` knows."""
SHAPE = 'write key "NAME" { algorithm hmac-sha256; secret "BASE64"; }; as tsig-keygen does'

_TOKEN = re.compile(
    r'(?P<skip>\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/)|(?P<quoted>"[^"\n]*")|(?P<sign>[{};])|(?P<word>[^\s"{};#]+)', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret that two servers share."""

    name: Name
    algorithm: str
    """One of ALGORITHMS."""
    secret: bytes = field(repr=False)

    def __str__(self) -> str:
        return show(self.name)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    quoted: bool = False


def parse(text: str, file: str) -> tuple[Key, ...]:
    """Read the keys of a file; `file` is the name that problems give. Raises InputError with the first problem."""
    keys = tuple(_Reader(text, file).keys())
    if not keys:
        raise InputError([Problem(Place(file, 1), "", "there is no key in this file", SHAPE)])
    return keys


class _Reader:
    def __init__(self, text: str, file: str) -> None:
        self._file = file
        self._tokens = self._split(text)
        self._line = 1

    def keys(self) -> Iterator[Key]:
        seen: set[Name] = set()
        while (token := next(self._tokens, None)) is not None:
            self._line = token.line
            if token.text != "key" or token.quoted:
                raise self._wrong(f"{token.text!r} does not belong into a key file")
            key = self._key()
            if key.name in seen:
                raise self._wrong(f"the key {key} is there twice", "give each key a name of its own")
            seen.add(key.name)
            yield key

    def _key(self) -> Key:
        owner = self._name(self._value("a key name"))
        self._expect("{")
        fields: dict[str, str] = {}
        while (word := self._next("algorithm, secret or }")).text != "}":
            if word.text not in ("algorithm", "secret"):
                raise self._wrong(f"{word.text!r} is no part of a key", "a key has an algorithm and a secret")
            if word.text in fields:
                raise self._wrong(f"the key has two of {word.text}", "leave one of them out")
            value = self._value(f"the {word.text}")
            fields[word.text] = self._algorithm(value) if word.text == "algorithm" else value
            if word.text == "secret":
                self._secret(value)
            self._expect(";")
        self._expect(";")
        for part in ("algorithm", "secret"):
            if part not in fields:
                raise self._wrong(f"the key {show(owner)} has no {part}")
        return Key(owner, fields["algorithm"], self._secret(fields["secret"]))

    def _name(self, text: str) -> Name:
        try:
            return name(text)
        except NameSyntaxError as error:
            raise self._wrong(f"the key's name is no domain name: {error}") from None

    def _algorithm(self, text: str) -> str:
        plain = text.lower().removesuffix(".").removesuffix(".sig-alg.reg.int")
        if plain not in ALGORITHMS:
            raise self._wrong(f"{text!r} is no algorithm", f"allowed: {', '.join(ALGORITHMS)}")
        return plain

    def _secret(self, text: str) -> bytes:
        # The message does not repeat the text: messages end in logs.
        try:
            secret = b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            raise self._wrong("the secret is not base64", "make a key with tsig-keygen") from None
        if not secret:
            raise self._wrong("the secret is empty", "make a key with tsig-keygen")
        return secret

    def _value(self, what: str) -> str:
        token = self._next(what)
        if token.text in "{};" and not token.quoted:
            raise self._wrong(f"{what} is missing before {token.text!r}")
        return token.text

    def _expect(self, sign: str) -> None:
        token = self._next(repr(sign))
        if token.text != sign or token.quoted:
            raise self._wrong(f"{sign!r} is missing here")

    def _next(self, what: str) -> _Token:
        token = next(self._tokens, None)
        if token is None:
            raise self._wrong(f"the file ends where {what} should be")
        self._line = token.line
        return token

    def _split(self, text: str) -> Iterator[_Token]:
        position, line = 0, 1
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                self._line = line
                raise self._wrong("a quotation mark is not closed")
            if match["quoted"] is not None:
                yield _Token(match["quoted"][1:-1], line, quoted=True)
            elif match["skip"] is None:
                yield _Token(match[0], line)
            line += match[0].count("\n")
            position = match.end()

    def _wrong(self, message: str, allowed: str = SHAPE) -> InputError:
        return InputError([Problem(Place(self._file, self._line), "", message, allowed)])
