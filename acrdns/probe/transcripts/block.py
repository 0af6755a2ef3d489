"""The lines that one run of a tool printed, and what its command line asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, NamedTuple

from acrdns.probe.answer import ObservedAnswer, SourceLine
from acrdns.probe.observation import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.probe.answer import AddressType

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
NAME = rf"(?:{_LABEL}\.)+{_LABEL}\.?"
"""A name of at least two labels: a word of a sentence is no name."""
_DNS_PORT = "53"


class CommandQuestion(NamedTuple):
    """The question of a command line."""

    tool: str
    names: tuple[str, ...]
    type: AddressType | None
    """None where the tool asks for both in one."""
    server: str | None = None
    other_type: str = ""
    """The type, where it is neither A nor AAAA."""
    short: bool = False
    """Whether the output has answers alone."""


@dataclass
class Block:
    """The answers in some lines."""

    end: int
    """The index of the first line behind it."""
    answers: list[ObservedAnswer] = field(default_factory=list)
    ignored: list[tuple[int, str]] = field(default_factory=list)
    """Indexes of lines that cannot be used, and why."""


def lowered(name: str) -> str:
    """Return a name in lower case, without the last dot."""
    return name.lower().removesuffix(".")


def address(text: str) -> str | None:
    """Return the address in a word, or None."""
    try:
        return str(ip_address(text.strip().partition("%")[0]))
    except ValueError:
        return None


def server_text(host: str, port: str = "") -> str | None:
    """Return a server without port 53, or None where the host is no address."""
    found = address(host.strip("[]"))
    if found is None or port in ("", _DNS_PORT):
        return found
    return f"[{found}]:{port}" if ":" in found else f"{found}:{port}"


def followed(fqdn: str, aliases: Mapping[str, str]) -> tuple[str, ...]:
    """Return the name asked and the aliases that lead on from it."""
    chain = [lowered(fqdn)]
    while (name := aliases.get(chain[-1])) and name not in chain:
        chain.append(name)
    return tuple(chain)


def answer(  # noqa: PLR0913 -- a field each
    asked: CommandQuestion | None,
    fqdn: str,
    place: SourceLine,
    *,
    tool: str,
    type_: AddressType | None,
    addresses: Iterable[str] = (),
    chain: Sequence[str] = (),
    outcome: Outcome = Outcome.NODATA,
    server: str | None = None,
    detail: str = "",
    ttl: int | None = None,
    ede: tuple[str, ...] = (),
    soa: tuple[str, str] | None = None,
) -> ObservedAnswer:
    """Return one answer; with addresses, its outcome is NOERROR."""
    name, found = lowered(fqdn), tuple(dict.fromkeys(addresses))
    return ObservedAnswer(
        fqdn=name,
        type=type_,
        outcome=Outcome.ANSWER if found else outcome,
        addresses=found,
        chain=tuple(chain) or (name,),
        server=server or (asked.server if asked else None),
        tool=tool,
        source=place,
        detail=detail,
        ttl=ttl,
        ede=ede,
        soa=soa,
    )


def is_name(text: str) -> bool:
    """Return whether a word can be a name with at least two labels, and is no address."""
    return re.fullmatch(NAME, text) is not None and address(text) is None
