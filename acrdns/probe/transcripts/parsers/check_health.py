"""`az acr check-health`, with and without `--vnet`."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.probe.answer import SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.transcripts.block import NAME, Block, CommandQuestion, address, answer, is_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acrdns.probe.transcripts.lines import Line

PROGRAMS = ("az",)
SILENCE = Outcome.OTHER

_LOOKUP = re.compile(rf"DNS lookup to (?P<name>{NAME}) at IP (?P<address>[0-9a-fA-F.:]+)\b")
_ROUTING = re.compile(
    r'.*DNS routing to registry "(?P<name>[\w.-]+)" through private IP is incorrect\. '
    r"Expect: (?P<expected>.+?), Actual: (?P<address>\S+)"
)
_UNRESOLVED = re.compile(rf".*Error resolving DNS for (?P<name>{NAME})\. Ex: (?P<why>.*)")
_DNS_ERROR = re.compile(r".*\bCONNECTIVITY_DNS_ERROR\b")
_FAILED = re.compile(rf"Failed to reach DNS for registry '(?P<name>{NAME})'")


def asked(program: str, words: Sequence[str]) -> CommandQuestion:
    """Return what a command line asks for: `acr check-health -n NAME`."""
    if tuple(words[:2]) != ("acr", "check-health"):
        return CommandQuestion(program, (), None)
    follows = dict(itertools.pairwise(words))
    name = follows.get("-n") or follows.get("--name") or ""
    return CommandQuestion("az acr check-health", (_login_server(name),) if name else (), "A")


def _login_server(name: str) -> str:
    return name if is_name(name) else f"{name}.{CLOUDS['AzureCloud'].registry}"


def read(lines: Sequence[Line], at: int, file: str, asked_for: CommandQuestion | None) -> Block | None:
    """Return the block that begins at a line, or None. It asks for A records alone."""
    text = lines[at].text
    block, place = Block(at + 1), SourceLine(file, lines[at].number)
    name, outcome, detail = "", Outcome.OTHER, ""
    addresses: list[str] = []
    if (found := _LOOKUP.match(text)) and (shown := address(found["address"])):
        name, addresses = found["name"], [shown]
    elif (found := _ROUTING.match(text)) and (shown := address(found["address"])):
        looked_up = [match for line in lines[:at] if (match := _LOOKUP.match(line.text))]
        same = [each for each in looked_up if each["name"].partition(".")[0] == found["name"].partition(".")[0]]
        if same and address(same[-1]["address"]) != shown and not is_name(found["name"]):
            block.ignored.append((at, "it does not say which endpoint of the registry it is about"))
            return block
        name, addresses = same[-1]["name"] if same else _login_server(found["name"]), [shown]
    elif found := _UNRESOLVED.match(text):
        name, detail = found["name"], found["why"]
    elif _DNS_ERROR.match(text):
        follows = next(((at + 1 + i, line.text) for i, line in enumerate(lines[at + 1 : at + 3]) if line.text), None)
        found = _FAILED.search(text) or (_FAILED.search(follows[1]) if follows else None)
        told = asked_for.names[0] if asked_for and asked_for.names else ""
        name, detail = (found["name"] if found else told), text.strip()
        block.end = follows[0] + 1 if follows and _FAILED.search(follows[1]) else block.end
        if not name:
            block.ignored.append((at, "it names no question"))
            return block
    elif found := _FAILED.search(text):
        name, detail = found["name"], text.strip()
    else:
        return None
    block.answers.append(
        answer(
            None,
            name,
            place,
            tool="az acr check-health",
            type_="A",
            addresses=addresses,
            outcome=outcome,
            detail=detail,
        )
    )
    return block
