"""Settings in files: `acrdns.toml`, or `[tool.acrdns]` in `pyproject.toml`; and a profile of severities.

The nearest file upwards from a folder counts, as ruff finds its own; a pyproject.toml without the table is passed over.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, get_args

from acrdns.check.finding import Severity
from acrdns.check.policy.codes import code_of, codes_of
from acrdns.errors import Place, Problem, SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

OWN, SHARED = "acrdns.toml", "pyproject.toml"
_SEVERITIES = (*get_args(Severity), "off")
_KEYS = ("select", "ignore", "exit-zero", "strict", "profile", "severity")


@dataclass(frozen=True, slots=True)
class PolicySettings:
    """The content of a settings file; None where it says nothing."""

    file: str = ""
    select: frozenset[str] | None = None
    ignore: frozenset[str] | None = None
    exit_zero: bool | None = None
    strict: bool | None = None
    severities: Mapping[str, Severity] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    """Codes whose severity is `off`."""


def settings_for(folder: Path) -> PolicySettings:
    """Return the settings that hold for files in a folder. Raises SettingsError, OSError."""
    for above in (folder, *folder.parents):
        if (path := above / OWN).is_file():
            return _Reader(path).settings(lambda document: document)
        if (path := above / SHARED).is_file():
            reader = _Reader(path, quiet=True)
            table = reader.document.get("tool", {})
            if isinstance(table, dict) and "acrdns" in table:
                return reader.settings(lambda document: document["tool"]["acrdns"])
    return PolicySettings()


def profile(path: Path) -> tuple[dict[str, Severity], frozenset[str]]:
    """Return severities by code, and the codes that are off. Raises SettingsError, OSError."""
    reader = _Reader(path)
    for key in reader.document:
        if key != "severity":
            reader.wrong(key, "unknown key", "a profile has the table [severity] alone")
    found = reader.severities(reader.document.get("severity", {}))
    reader.end()
    return found


class _Reader:
    """One TOML file, and all that is wrong with it."""

    def __init__(self, path: Path, *, quiet: bool = False) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8", errors="replace")
        self.problems: list[Problem] = []
        self.document: dict[str, Any] = {}
        try:
            self.document = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            if quiet and "tool.acrdns" not in self.text:
                return  # other people's file, and none of ours
            line = re.search(r"line (\d+), column (\d+)", str(error))
            end = (self.text.count("\n") or 1, 1)
            place = Place(str(path), *(map(int, line.groups()) if line else end))
            raise SettingsError([Problem(place, "", f"no TOML: {error}")]) from None

    def wrong(self, key: str, message: str, allowed: str) -> None:
        """Add a problem at the first line that sets a key."""
        written = re.escape(key)
        lines = self.text.splitlines()
        found = (n for n, line in enumerate(lines, 1) if re.match(rf"\s*(\[.*\b)?[\"']?{written}[\"']?\s*[=\]]", line))
        self.problems.append(Problem(Place(str(self.path), next(found, 1), 1), key, message, allowed))

    def end(self) -> None:
        """Raise SettingsError if anything was wrong."""
        if self.problems:
            raise SettingsError(sorted(self.problems, key=lambda problem: problem.place))

    def settings(self, table: Callable[[dict[str, Any]], Any]) -> PolicySettings:
        """Return the settings in a table of the document."""
        values = table(self.document)
        if not isinstance(values, dict):
            self.wrong("acrdns", "no table", "write [tool.acrdns]")
            values = {}
        known: dict[str, Any] = {}
        for key, value in values.items():
            name = key.replace("_", "-")
            if name not in _KEYS:
                self.wrong(key, "unknown key", _remedy(name))
            elif name in known:
                self.wrong(key, "given twice, with - and with _", "leave one out")
            known[name] = value
        severities, off = self._profile(known.get("profile"))
        own, own_off = self.severities(known.get("severity", {}))
        found = PolicySettings(
            file=str(self.path),
            select=self._codes(known, "select"),
            ignore=self._codes(known, "ignore"),
            exit_zero=self._switch(known, "exit-zero"),
            strict=self._switch(known, "strict"),
            severities={**{code: each for code, each in severities.items() if code not in own_off}, **own},
            off=frozenset(own_off | (off - own.keys())),
        )
        self.end()
        return found

    def severities(self, table: Any) -> tuple[dict[str, Severity], frozenset[str]]:
        """Return severities by code, and the codes that are off."""
        found: dict[str, Severity] = {}
        off: set[str] = set()
        if not isinstance(table, dict):
            self.wrong("severity", "no table", "write [severity], and below it ACR206 = 'error'")
            return found, frozenset()
        for key, value in table.items():
            try:
                code = code_of(key)
            except ValueError as error:
                self.wrong(key, str(error), "")
                continue
            if value == "off":
                off.add(code)
            elif value in _SEVERITIES:
                found[code] = value
            else:
                self.wrong(key, f"{value!r} is no severity", f"allowed: {', '.join(_SEVERITIES)}")
        return found, frozenset(off)

    def _profile(self, value: Any) -> tuple[dict[str, Severity], frozenset[str]]:
        if value is None:
            return {}, frozenset()
        if not isinstance(value, str):
            self.wrong("profile", f"{value!r} is no file", "write a path from the folder of this file")
            return {}, frozenset()
        try:
            return profile(self.path.parent / value)
        except OSError as error:
            self.wrong("profile", f"{value} cannot be read: {(error.strerror or '').lower()}", "")
        except SettingsError as error:
            self.problems += error.problems
        return {}, frozenset()

    def _codes(self, values: Mapping[str, Any], key: str) -> frozenset[str] | None:
        if key not in values:
            return None
        value = values[key]
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            self.wrong(key, f"{value!r} is no list of codes", 'write ["ACR2", "ipv6-bypass"]')
            return None
        try:
            codes = codes_of(texts)
        except ValueError as error:
            self.wrong(key, str(error), "")
            return None
        if not codes and key == "select":
            self.wrong(key, "no rule is named, and nothing would be judged", "leave it out")
        return codes

    def _switch(self, values: Mapping[str, Any], key: str) -> bool | None:
        value = values.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, f"{value!r} is no switch", "allowed: true, false")
            return None
        return value


def _remedy(key: str) -> str:
    from acrdns.suggest import close, either

    near = close(key, _KEYS)
    return f"did you mean {either(near)}?" if near else f"allowed: {', '.join(_KEYS)}"
