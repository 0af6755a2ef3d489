"""What several commands take as arguments: vantage points and questions, read with a clear error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.resolve.chain import Question
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology

AssumeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="NAME[=yes|no]",
        help="Decide what Azure does not say, see acrdns assumptions; may be repeated.",
    ),
]


def vantage_of(topology: Topology, text: str) -> str:
    """Return the vantage point of that name; a usage error lists those that exist."""
    if text in topology.vantages:
        return text
    raise typer.BadParameter(_unknown("vantage point", text, topology.vantages))


def registry_of(topology: Topology, text: str) -> str:
    """Return the key of a registry, named by its key or its login server."""
    suffix = f".{topology.cloud.registry}"
    for key, registry in topology.registries.items():
        if text == key or text.lower().removesuffix(suffix) == registry.dns_label:
            return key
    raise typer.BadParameter(_unknown("registry", text, tuple(topology.registries)))


def assumed(texts: Sequence[str] | None) -> Assumptions:
    """Read the values of `--assume`; a usage error lists the switches that exist, and everything that is wrong."""
    from dataclasses import fields

    from acrdns.topology.assumptions import Assumptions

    switches = tuple(field.name.replace("_", "-") for field in fields(Assumptions))
    chosen: dict[str, bool] = {}
    problems: list[str] = []
    for text in texts or ():
        name, _, value = text.partition("=")
        if name not in switches:
            problems.append(_unknown("switch", name, switches, "acrdns assumptions"))
        elif value not in ("", "yes", "no"):
            problems.append(f"{text!r} is neither yes nor no; write {name} or {name}=no")
        elif chosen.setdefault(name.replace("-", "_"), value != "no") is not (value != "no"):
            problems.append(f"{name} is said to be both yes and no; leave one out")
    if problems:
        raise typer.BadParameter("; ".join(problems), param_hint="--assume")
    return Assumptions(**chosen)


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


def _unknown(what: str, text: str, known: tuple[str, ...], source: str = "the file") -> str:
    from difflib import get_close_matches

    close = get_close_matches(text, known, 1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"there is no {what} {text!r}; {hint}{source} has {', '.join(known)}"
