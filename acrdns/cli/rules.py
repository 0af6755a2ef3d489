"""`acrdns rules`: every rule with its severity and its source."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from acrdns.cli.arguments import FORMAT
from acrdns.report.formats import PlainFormat


def command(*, format_: Annotated[PlainFormat, FORMAT] = "text") -> None:
    """List every rule: code, severity, name, and the sources that it rests on.

    Severities are those of the nearest acrdns.toml, or pyproject.toml with [tool.acrdns], from this folder upwards.
    """
    from acrdns.check.policy.settings import settings_for
    from acrdns.check.profile import Profile
    from acrdns.check.rules import rules
    from acrdns.report.document import write
    from acrdns.report.listings import RuleRow, RulesDocument
    from acrdns.report.terminal import table

    settings = settings_for(Path.cwd())
    profile = Profile(settings.severities)
    rows = [
        (
            each.code,
            "off" if each.code in settings.off else profile.severity(each.code),
            each.name,
            each.page.references,
        )
        for each in rules()
    ]
    if format_ == "json":
        print(write(RulesDocument(1, tuple(RuleRow(*row) for row in rows))))
        return
    for line in table([(code, severity, name, "; ".join(references)) for code, severity, name, references in rows]):
        print(line)
