"""Read the JSON lines that `write` writes."""

from __future__ import annotations

import json
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from acrdns.probe.answer import IgnoredLine, ObservedAnswer, ReadFile, SourceLine
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

_NEWEST = 1
_SHOWN = 200
"""Characters of an ignored line that are shown."""


def is_saved(octets: bytes) -> bool:
    """Return whether the first line of a file is one of `--save`."""
    first = octets.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    try:
        value = json.loads(first)
    except (ValueError, RecursionError):
        return first.startswith(b'{"kind": ')  # torn in its first line
    return isinstance(value, dict) and isinstance(value.get("kind"), str)


def read(octets: bytes, file: str) -> ReadFile:
    """Return the answers of a saved file; lines that cannot be used are ignored, each with its reason."""
    answers: list[ObservedAnswer] = []
    ignored: list[IgnoredLine] = []
    lines = octets.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    torn = bool(lines.pop().strip())
    redacted = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
            redacted = redacted or (isinstance(value, dict) and value.get("redacted") is True)
            answer = _answer(value, SourceLine(file, number))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            text = line.decode(errors="replace")[:_SHOWN]
            reason = "it is no JSON" if isinstance(error, json.JSONDecodeError | RecursionError) else _reason(error)
            ignored.append(IgnoredLine(file, number, text, reason))
        else:
            answers += [answer] if answer else []
    return ReadFile(tuple(answers), tuple(ignored), torn, redacted)


def _reason(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _answer(value: Any, source: SourceLine) -> ObservedAnswer | None:
    """Return the answer of a line; None for other kinds. Raises ValueError, TypeError or KeyError."""
    if not isinstance(value, dict):
        raise TypeError("it is no JSON object")
    if value.get("kind") == "run" and value.get("version") != _NEWEST:
        raise ValueError(f"version {value.get('version')!r} is not known here; what follows is read as version 1")
    if value.get("kind") != "observation":
        return None
    fqdn = _text(value, "fqdn").lower().removesuffix(".")
    type_ = value.get("type")
    if type_ not in ("A", "AAAA", None):
        raise ValueError(f"type {type_!r} is none of A, AAAA and null")
    addresses = tuple(str(ip_address(_checked(address, str))) for address in value.get("addresses") or ())
    outcome = Outcome(_text(value, "outcome"))
    if (outcome is Outcome.ANSWER) is not bool(addresses):
        raise ValueError(f"outcome {outcome.value} does not go with {len(addresses)} addresses")
    soa = _optional(value, "soa", dict)
    return ObservedAnswer(
        fqdn=fqdn,
        type=type_,
        outcome=outcome,
        addresses=addresses,
        chain=tuple(_checked(name, str).lower().removesuffix(".") for name in value.get("chain") or (fqdn,)),
        server=_optional(value, "server", str),
        vantage=_optional(value, "vantage", str),
        tool=_optional(value, "tool", str) or "acrdns",
        source=_source(_optional(value, "source", dict)) or source,
        detail=_optional(value, "detail", str) or "",
        time=_optional(value, "time", str),
        ttl=_optional(value, "ttl", int),
        milliseconds=_optional(value, "milliseconds", (int, float)),
        ede=tuple(_checked(text, str) for text in value.get("ede") or ()),
        soa=(_text(soa, "zone"), _text(soa, "primary")) if soa else None,
    )


def _source(value: Mapping[str, Any] | None) -> SourceLine | None:
    return SourceLine(_text(value, "file"), _checked(value["line"], int)) if value else None


def _text(value: Mapping[str, Any], key: str) -> str:
    return str(_checked(value[key], str))


def _optional(value: Mapping[str, Any], key: str, kind: Any) -> Any:
    found = value.get(key)
    return None if found is None else _checked(found, kind)


def _checked(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise TypeError(f"{value!r} is of another type than it should be")
    return value
