"""The zone that every server serves in `serve`, and the questions that are asked: the same in every run."""

from __future__ import annotations

import random
import struct
from string import ascii_lowercase
from typing import TYPE_CHECKING

from acrdns.names import wire

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

APEX = "azurecr.io."
_MEMBERS = ("", ".eastus.data", ".westus.data", ".eastus.geo")
_OPT = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"
_A, _AAAA = 1, 28
_RANDOM = 16
"""Letters of a made-up name."""
_SECOND_LABEL = 0x80
"""Says that the made-up letters are those of the second label, behind one of one letter."""
Question = tuple[str, int]


def zone(registries: int) -> str:
    """Write a zone of registries with four names each; every second name has an IPv6 address, too."""
    lines = [f"$ORIGIN {APEX}", "$TTL 300", "@ SOA ns1 host 1 3600 300 2419200 60", "@ NS ns1", "ns1 A 192.0.2.1"]
    for number, name in enumerate(names(registries)):
        lines.append(f"{name} A 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}")
        if number % 2:
            lines.append(f"{name} AAAA fd00::{number + 1:x}")
    return "\n".join(lines) + "\n"


def names(registries: int) -> list[str]:
    """Return the names of that zone's registries."""
    return [f"reg{number:05d}{member}.{APEX}" for number in range(registries) for member in _MEMBERS]


class Traffic:
    """Questions of every kind, written to files that the generator reads."""

    def __init__(self, folder: Path, names: list[str]) -> None:
        """Write the files into a folder: questions about names that exist, and about some that do not."""
        chance = random.Random(6)  # noqa: S311 -- the same questions in every run
        self._folder = folder
        known = [self._ask(chance, names) for _ in range(4000)]
        repeated = [(f"nope{at}.{APEX}", _A) if at % 50 == 0 else known[at] for at in range(4000)]
        spelled = [(_spell(chance, name), kind) for name, kind in chance.choices(repeated, k=100_000)]
        missed = [self._ask(chance, names) for _ in range(100_000)]
        flood = [("a" * _RANDOM + f".{APEX}", _A)]
        mixed = chance.choices(repeated, k=7000) + chance.choices(spelled, k=1000) + chance.choices(missed, k=1500)
        chance.shuffle(mixed)
        parents = [(f"a.{_letters(chance)}.{APEX}", _A) for _ in range(60)]
        self.samples = {
            "repeated": repeated,
            "case": spelled,
            "misses": missed,
            "flood": repeated,
            "parents": parents,
            "mixed": mixed,
        }
        """Questions whose answers are to be looked at, by the kind of traffic."""
        for kind in ("repeated", "case", "misses"):
            self._write(kind, (_record(each) for each in self.samples[kind]))
        self._write("flood", map(_random, flood))
        self._write("parents", [_random((f"a.{'a' * _RANDOM}.{APEX}", _A), _SECOND_LABEL)])
        with_flood = (_random(flood[0]) if at % 20 == 0 else _record(each) for at, each in enumerate(mixed))
        self._write("mixed", with_flood)
        beside = (_record(repeated[at // 20 % 4000]) if at % 20 == 0 else _random(flood[0]) for at in range(80_000))
        self._write("beside", beside)
        lines = (f"{name} {'A' if kind == _A else 'AAAA'}" for name, kind in repeated)
        (folder / "repeated.txt").write_text("\n".join(lines) + "\n", encoding="ascii")

    def file(self, kind: str) -> Path:
        """Return the file of a kind of `samples`, or of `beside`: one question in 20 is not of the flood."""
        return self._folder / f"{kind}.queries"

    @staticmethod
    def _ask(chance: random.Random, names: list[str]) -> Question:
        return chance.choice(names), _AAAA if chance.random() < 0.1 else _A  # noqa: PLR2004 -- a tenth

    def _write(self, kind: str, records: Iterable[bytes]) -> None:
        self.file(kind).write_bytes(b"".join(records))


def _letters(chance: random.Random) -> str:
    return "".join(chance.choices(ascii_lowercase, k=_RANDOM))


def _spell(chance: random.Random, name: str) -> str:
    return "".join(chance.choice((letter, letter.upper())) for letter in name)


def packet(question: Question) -> bytes:
    """Write a query with EDNS."""
    name, kind = question
    return b"\0\0\1\0\0\1\0\0\0\0\0\1" + wire(name.rstrip(".")) + struct.pack("!HH", kind, 1) + _OPT


def _record(question: Question) -> bytes:
    data = packet(question)
    return struct.pack("!HBB", len(data), 0, 0) + data


def _random(question: Question, label: int = 0) -> bytes:
    data = packet(question)
    return struct.pack("!HBB", len(data), 1, _RANDOM | label) + data
