"""`acrdns assumptions`: what the simulator assumes where Azure's documentation says nothing."""

from __future__ import annotations

from typing import Annotated

from acrdns.cli.arguments import FORMAT
from acrdns.report.formats import PlainFormat

_OPTION = "--assume"
_WORDS = {True: "yes", False: "no"}


def command(*, format_: Annotated[PlainFormat, FORMAT] = "text") -> None:
    """List the assumptions where Azure's behaviour is unknown or only inferred, and the module that makes each.

    Those with a switch are options of serve, trace, matrix, lint, diff and export: --assume NAME or --assume NAME=no.
    """
    from dataclasses import asdict

    from acrdns.topology.assumptions import ASSUMPTIONS

    if format_ == "json":
        from acrdns.report.document import write
        from acrdns.report.listings import AssumptionRow, AssumptionsDocument

        listed = tuple(AssumptionRow(**asdict(each), default=each.default) for each in ASSUMPTIONS)
        print(write(AssumptionsDocument(1, listed)))
        return
    for each in ASSUMPTIONS:
        switch = "" if each.default is None else f"\n  {_OPTION} {each.name}={_WORDS[not each.default]} reverses this"
        head = f"{each.name} ({each.mark}, facts {each.source})"
        print(f"{head}\n  {each.says}\n  decided in {each.where}{switch}\n")
