"""What several commands take as arguments: vantage points and questions, read with a clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from acrdns.resolve.chain import Question
    from acrdns.topology.model import Topology


def vantage_of(topology: Topology, text: str) -> str:
    """Give the vantage point of that name; a usage error lists those that exist."""
    if text in topology.vantages:
        return text
    raise typer.BadParameter(_unknown("vantage point", text, topology.vantages))


def registry_of(topology: Topology, text: str) -> str:
    """Give the key of a registry, named by its key or its login server."""
    suffix = f".{topology.cloud.registry}"
    for key, registry in topology.registries.items():
        if text == key or text.lower().removesuffix(suffix) == registry.dns_label:
            return key
    raise typer.BadParameter(_unknown("registry", text, tuple(topology.registries)))


def question(name: str, type_: str) -> Question:
    """Read a name and a record type."""
    from acrdns.errors import NameSyntaxError
    from acrdns.names import name as read_name
    from acrdns.record import type_number
    from acrdns.resolve.chain import Question

    try:
        return Question(read_name(name), type_number(type_))
    except NameSyntaxError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="TYPE") from None


def _unknown(what: str, text: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(text, known, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"there is no {what} {text!r}; {hint}the file has {', '.join(known)}"
