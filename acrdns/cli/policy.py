"""Options that choose findings and severities: of `lint` and `check`, over those of a settings file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from acrdns.check.policy.policy import Policy

SelectOption = Annotated[
    list[str] | None,
    typer.Option(
        "--select", metavar="RULE,...", help="Only these rules: codes, beginnings (ACR2), names; may be repeated."
    ),
]
IgnoreOption = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="RULE,...", help="Not these rules; wins over --select; may be repeated."),
]
ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", metavar="FILE", help="TOML: [severity], code or name to error, warning, info or off."),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Information makes the exit code 1, too.")]
ExitZeroOption = Annotated[bool, typer.Option("--exit-zero", help="Findings leave the exit code at 0.")]


class PolicyOptions(NamedTuple):
    """The options of one command line."""

    select: Sequence[str] | None
    ignore: Sequence[str] | None
    profile: str | None
    strict: bool
    exit_zero: bool

    def policy(self, target: str) -> Policy:
        """Return the policy for a topology: the options, and what they leave out from the nearest settings file.

        Raises SettingsError, OSError. A usage error says which rule is unknown.
        """
        from acrdns.check.policy.policy import Policy
        from acrdns.check.policy.settings import profile, settings_for

        path = Path(target)
        found = settings_for((path.resolve().parent if path.is_file() else Path.cwd()).resolve())
        severities, off = dict(found.severities), found.off
        if self.profile is not None:
            own, own_off = profile(Path(self.profile))
            severities, off = {**severities, **own}, (off - own.keys()) | own_off
        ignored = _codes(self.ignore, "--ignore")
        return Policy(
            select=found.select if self.select is None else _codes(self.select, "--select"),
            ignore=off | ((found.ignore if ignored is None else ignored) or frozenset()),
            severities=severities,
            strict=self.strict or bool(found.strict),
            exit_zero=self.exit_zero or bool(found.exit_zero),
        )


def _codes(texts: Sequence[str] | None, option: str) -> frozenset[str] | None:
    from acrdns.check.policy.codes import codes_of

    if texts is None:
        return None
    try:
        codes = codes_of(texts)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None
    if option == "--select" and not codes:
        raise typer.BadParameter("it names no rule, and nothing would be judged; leave it out", param_hint=option)
    return codes


def today() -> date:
    """Return the day of this machine, which `until` of an acceptance is compared with."""
    from datetime import UTC, datetime

    return datetime.now(UTC).astimezone().date()


def joined(policies: Sequence[Policy]) -> Policy:
    """Return the policy of several files for one report; a usage error says where their severities differ."""
    from acrdns.check.policy.policy import Policy

    severities: dict[str, object] = {}
    for policy in policies:
        for code, severity in policy.severities.items():
            if severities.setdefault(code, severity) != severity:
                raise typer.BadParameter(
                    f"the settings of the files give {code} several severities; look at the files one by one",
                    param_hint="TOPOLOGY",
                )
    return Policy(severities=severities)  # type: ignore[arg-type]
