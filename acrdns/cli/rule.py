"""`acrdns rule`: what a finding means, why it matters, how to fix it."""

from __future__ import annotations

from typing import Annotated

import typer

from acrdns.cli import completion


def command(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="A rule's code or name, e.g. ACR305 or missing-record. Default: list all.",
            autocompletion=completion.rules,
        ),
    ] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Print the page of every rule.")] = False,
) -> None:
    """Show the page of a rule as Markdown: what it finds, why it matters, and the fix by az, Terraform and Bicep."""
    from acrdns.check.profile import Profile
    from acrdns.check.rules import TABLE, rule, rules
    from acrdns.report.page import markdown
    from acrdns.report.terminal import table

    profile = Profile()
    if every:
        if code is not None:
            raise typer.BadParameter("leave out CODE, or --all", param_hint="CODE")
        print("\n".join(markdown(each, profile.severity(each.code)) for each in rules()), end="")
        return
    if code is None:
        for line in table([(listed, profile.severity(listed), name) for listed, name in TABLE.items()]):
            print(line)
        return
    try:
        found = rule(code)
    except KeyError:
        raise typer.BadParameter(_unknown(code), param_hint="CODE") from None
    print(markdown(found, profile.severity(found.code)), end="")


def _unknown(text: str) -> str:
    from acrdns.check.rules import TABLE
    from acrdns.suggest import close, either

    begun = [name for name in TABLE.values() if text and name.startswith(text.lower())]
    near = begun or close(text, [*TABLE, *TABLE.values()], 3)
    hint = f"did you mean {either(near)}?" if near else "acrdns rule lists them all"
    return f"there is no rule {text!r}; {hint}"
