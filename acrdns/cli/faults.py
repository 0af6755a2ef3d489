"""`acrdns faults`: the misconfigurations that can be made, found and mended, and those that DNS cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from acrdns.cli import completion
from acrdns.cli.arguments import FORMAT

if TYPE_CHECKING:
    from acrdns.check.faults.fault import Fault


def command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="FAULT", help="One fault: what a client sees of it.", autocompletion=completion.faults),
    ] = None,
    *,
    format_: Annotated[Literal["text", "json"], FORMAT] = "text",
) -> None:
    """List the faults that acrdns knows, and those that no answer of DNS shows, with what would show them."""
    from acrdns.check.faults import SIGNS, UNSEEN, every

    if format_ == "json":
        from acrdns.report.faults.json import render

        print(render(), end="")
        return
    if name in SIGNS:
        what, sign, described = SIGNS[name]
        print(f"{name}: {what}\n\nA diagnosis names it by its signs: {sign}.\n\nIn a topology file it is {described}.")
        return
    if name is not None:
        from acrdns.teach.lessons.curriculum import of_fault

        found = fault_of(name)
        print(f"{found.name}: {found.summary}\n\n{found.client}\n\n{found.lesson}\n")
        print("References: " + ", ".join(found.references))
        print("To try it: " + ", ".join(f"acrdns learn {lesson.id}" for lesson in of_fault(found)))
        return
    for found in every():
        print(f"{found.name:35} {found.summary}")
    print("\nWhat a diagnosis names by its signs, and no break makes:")
    for sign_of, (what, sign, _) in SIGNS.items():
        print(f"{sign_of:35} {what}; {sign}")
    print("\nWhat DNS cannot show, and what would:")
    for fact, (what, shown_by) in UNSEEN.items():
        print(f"{fact:35} {what}; {shown_by}")


def fault_of(name: str) -> Fault:
    """Return the fault of a name; a usage error names those that are close."""
    from acrdns.check.faults import PRIORS, SIGNS, named
    from acrdns.suggest import remedy

    try:
        return named(name)
    except KeyError:
        message = f"there is no fault {name!r}; {remedy(name, [*PRIORS, *SIGNS])}"
        raise typer.BadParameter(message, param_hint="FAULT") from None
