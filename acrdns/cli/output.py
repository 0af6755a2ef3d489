"""Where reports of findings go: to stdout in one format, and with `--output` to files in others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from acrdns.cli.style import report_style
from acrdns.report.formats import FindingsFormat, renderer
from acrdns.report.report import Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from acrdns.check.judge import Verdict
    from acrdns.errors import Problem
    from acrdns.report.formats import Kind
    from acrdns.report.report import Report


def remembered(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> Any:
    """Return the value of an option that says where reports go, kept for an error that ends the command early."""
    context.meta[f"acrdns.{parameter.name}"] = value
    return value


OutputOption = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        metavar="FORMAT=FILE",
        help="Write the report into a file, too; may be repeated.",
        callback=remembered,
    ),
]


class Output:
    """The destinations of one report. A usage error says which `--output` makes no sense, before anything is asked."""

    def __init__(self, kind: Kind, format_: FindingsFormat, outputs: list[str] | None) -> None:
        self._kind = kind
        self.format = format_
        self._files = [_parsed(text) for text in outputs or ()]

    def write(
        self, report: Report, *, text: bool = True, written: Mapping[tuple[str, str], Verdict] | None = None
    ) -> None:
        """Write the report everywhere; but no text to stdout if `text` is off, and no line that is `written` already.

        Raises OSError.
        """
        # Editors and grep want a finding of lint in one line.
        width = {"width_elsewhere": sys.maxsize} if self._kind == "lint" else {}
        style = report_style(**width)
        if written:
            print(renderer("findings", "jsonl")(report, style, written), end="")
        elif text or self.format != "text":
            print(self._rendered(self.format, report, style), end="")
        for format_, path in self._files:
            path.write_text(self._rendered(format_, report, Style(width=style.width)), encoding="utf-8")

    def keep(self, report: Report) -> None:
        """Replace each file of `--output` by this report: who reads it meanwhile finds one report or the other."""
        for format_, path in self._files:
            replaced = not path.is_symlink() and (path.is_file() or not path.exists())  # else a pipe, or /dev/stdout
            new = path.with_name(f".{path.name}.new") if replaced else path
            new.write_text(self._rendered(format_, report, Style(width=report_style().width)), encoding="utf-8")
            if replaced:
                new.replace(path)

    def text(self, report: Report) -> str:
        """Return the report as text for a terminal."""
        return self._rendered("text", report, report_style())

    def _rendered(self, format_: str, report: Report, style: Style) -> str:
        rendered: str = renderer(self._kind if format_ == "text" else "findings", format_)(report, style)
        return rendered


def write_problems(options: Mapping[str, Any], problems: Sequence[Problem]) -> None:
    """Write the problems of files that do not load where programs wait for a document; people read them on stderr.

    `options` holds what is `remembered`. A format that only lists or drawings have stays empty.
    """
    from acrdns.check.judge import Judgement
    from acrdns.report.report import Report

    format_, outputs = str(options.get("acrdns.format_", "text")), options.get("acrdns.outputs")
    known: tuple[FindingsFormat, ...] = get_args(FindingsFormat)
    chosen: FindingsFormat = next((each for each in known if each == format_), "text")
    if chosen != "text" or outputs:
        files = list(dict.fromkeys(problem.place.file for problem in problems))
        target = files[0] if len(files) == 1 else f"{len(files)} files"
        report = Report(Judgement((), ()), target, problems=tuple(problems))
        Output("findings", chosen, outputs).write(report, text=False)


def _parsed(text: str) -> tuple[str, Path]:
    format_, _, file = text.partition("=")
    if format_ not in get_args(FindingsFormat) or not file:
        known = ", ".join(get_args(FindingsFormat))
        raise typer.BadParameter(f"{text!r} is not FORMAT=FILE; formats: {known}", param_hint="--output")
    return format_, Path(file)
