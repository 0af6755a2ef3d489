"""Read a plain list of answers, as people write it into a ticket: `VANTAGE NAME ADDRESS...`, or an outcome.

    hub    contoso.azurecr.io              20.45.122.144
    spoke  contoso.eastus.data.azurecr.io  NXDOMAIN

Commas, arrows, the rules of a table, marks of a list, of a quotation or of code may be between and before them. A line
whose second word is no name of a registry is left alone.
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.errors import Place, Problem
from acrdns.probe.answer import AddressType, IgnoredLine, ObservedAnswer, ReadFile, SourceLine
from acrdns.probe.observation import Outcome
from acrdns.suggest import remedy

if TYPE_CHECKING:
    from collections.abc import Collection

TOOL = "list"
_OUTCOMES = {outcome.value: outcome for outcome in Outcome if outcome is not Outcome.ANSWER}
_MARKS = re.compile(r"^[\s>|*\u2022-]*(?:\d+[.)]\s)?")
_BETWEEN = re.compile(r"[\s,;|`'\"\u2192]+|(?<=\s)[-=]+>?(?=\s)")
_SUFFIXES = tuple(f".{cloud.registry}" for cloud in CLOUDS.values())


def read(text: str, file: str, names: Collection[str] = ()) -> ReadFile:
    """Return the answers of the lines that are in this form, and the lines that are not; none where no line is.

    `names` are names of interest that no suffix shows, as local names of connected registries. Lines in this form
    whose answer cannot be read are its problems.
    """
    answers: list[ObservedAnswer] = []
    ignored: list[IgnoredLine] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = [word for word in _BETWEEN.split(_MARKS.sub("", line.partition("#")[0])) if word]
        vantage, name, *said = [*words, "", ""]
        vantage, said = vantage.rstrip(":"), [word for word in said if word]
        # As in the targets of check: a URL, a port or a path is no part of the name.
        name = re.sub(r"^https?://|[:/].*", "", name.lower()).removesuffix(".") if "." in name else name.lower()
        if not vantage:
            continue
        if not (name.endswith(_SUFFIXES) or name in names) or vantage.lower().removesuffix(".").endswith(_SUFFIXES):
            is_row = "." in name and said and ("." in said[0] or ":" in said[0] or said[0].upper() in _OUTCOMES)
            because = f"{name} is no registry's name" if is_row else "it is not VANTAGE NAME ADDRESS"
            ignored.append(IgnoredLine(file, number, line, because))
            continue
        try:
            answers.append(_answer(vantage, name, said, SourceLine(file, number)))
        except ValueError as error:
            problems.append(Problem(Place(file, number), "", str(error)))
    return ReadFile(tuple(answers), tuple(ignored) if answers else (), problems=tuple(problems))


def _answer(vantage: str, name: str, said: list[str], source: SourceLine) -> ObservedAnswer:
    """Return the answer of a line. Raises ValueError, with the remedy."""
    if not said:
        raise ValueError(f"{name} has no answer; write its addresses, or {', '.join(_OUTCOMES)}")
    word = said[0].upper()
    if len(said) == 1 and word in _OUTCOMES:
        return ObservedAnswer(name, None, _OUTCOMES[word], chain=(name,), vantage=vantage, tool=TOOL, source=source)
    if outcomes := [text for text in said if text.upper() in _OUTCOMES]:
        raise ValueError(f"{name} has {outcomes[0]} and something else for an answer; write one of them")
    addresses = tuple(_address(text) for text in said)
    versions = {":" in address for address in addresses}
    type_: AddressType | None = None if len(versions) > 1 else "AAAA" if True in versions else "A"
    return ObservedAnswer(name, type_, Outcome.ANSWER, addresses, (name,), vantage=vantage, tool=TOOL, source=source)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        known = list(_OUTCOMES)
        raise ValueError(f"{text!r} is neither an address nor an outcome; {remedy(text.upper(), known)}") from None
