"""Arguments that several commands take: formats, vantage points, registries and questions, with clear errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from acrdns.cli import completion
from acrdns.cli.output import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.resolve.chain import Question
    from acrdns.topology.assumptions import Assumptions
    from acrdns.topology.model import Topology
    from acrdns.traffic import Operation

TopologyArgument = Annotated[
    str,
    typer.Argument(
        metavar="TOPOLOGY",
        help="A topology file, a sample's name, or - for stdin.",
        autocompletion=completion.topologies,
    ),
]
NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The name to ask for, e.g. contoso.azurecr.io; also an image.")
]
TypeArgument = Annotated[str, typer.Argument(metavar="[TYPE]", help="The record type.")]
ClientOption = Annotated[
    str,
    typer.Option("--from", metavar="VANTAGE", help="Where the client stands.", autocompletion=completion.vantages),
]
FORMAT: Any = typer.Option("--format", help="How to write it.", callback=remembered)
AssumeOption = Annotated[
    list[str] | None,
    typer.Option(
        "--assume",
        metavar="NAME[=yes|no]",
        help="Decide what Azure does not say, see acrdns assumptions; may be repeated.",
    ),
]
OperationOption = Annotated[
    list[str] | None,
    typer.Option("--operation", metavar="OPERATION", help="Only this, e.g. layer-pull; may be repeated."),
]


def operations_of(texts: Sequence[str] | None) -> tuple[Operation, ...]:
    """Return the operations that `--operation` names; a usage error lists all that do not exist."""
    from acrdns.traffic import OPERATIONS

    known = {operation: operation for operation in OPERATIONS}
    problems = [_unknown("operation", text, OPERATIONS, "the table") for text in texts or () if text not in known]
    if problems:
        raise typer.BadParameter("; ".join(problems), param_hint="--operation")
    return tuple(known[text] for text in texts or () if text in known)


def vantage_of(topology: Topology, text: str, option: str = "--from") -> str:
    """Return the vantage point that an option names; a usage error lists those that exist."""
    if text in topology.vantages:
        return text
    raise typer.BadParameter(_unknown("vantage point", text, topology.vantages), param_hint=option)


def registry_of(topology: Topology, text: str) -> str:
    """Return the key of the registry that `--registry` names by its key or its login server."""
    suffix = f".{topology.cloud.registry}"
    for key, registry in topology.registries.items():
        if text == key or text.lower().removesuffix(suffix) == registry.dns_label:
            return key
    raise typer.BadParameter(_unknown("registry", text, tuple(topology.registries)), param_hint="--registry")


def assumed(texts: Sequence[str] | None) -> Assumptions:
    """Return the values of `--assume`; a usage error lists everything that is wrong, and the switches that exist."""
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
    """Return the question for a name and a record type; a usage error says which of them cannot be read."""
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
    from acrdns.suggest import close, either

    near = close(text, known)
    hint = f"did you mean {either(near)}? " if near else ""
    return f"there is no {what} {text!r}; {hint}{source} has {', '.join(known)}"
