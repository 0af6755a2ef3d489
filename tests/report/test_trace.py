"""Traces where several servers may answer."""

from __future__ import annotations

import json

import pytest

from acrdns.names import name
from acrdns.record import Type
from acrdns.report.trace import json as trace_json
from acrdns.report.trace import text as trace_text
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import load, loads
from tests.report.test_matrix_and_diff import BEFORE


@pytest.mark.parametrize(("selection", "others"), [("order", 0), ("random", 1)])
def test_a_trace_shows_every_answer(selection: str, others: int) -> None:
    """The steps are those of the first; the answers of other servers stand below, and in the document."""
    servers = f"dns_servers: [168.63.129.16, 8.8.8.8], selection: {selection}"
    text = BEFORE.replace("hub: {address_space: [10.0.0.0/16],", f"hub: {{address_space: [10.0.0.0/16], {servers},")
    resolution = World(loads(text, "a.yaml")).resolve("hub", Question(name("contoso.azurecr.io"), Type.A))
    shown = trace_text.render(resolution)
    assert shown.count("or, where another of several DNS servers answers: NOERROR") == others
    assert ("198.51.100.3" in shown) == bool(others)
    alternatives = json.loads(trace_json.render(resolution))["alternatives"]
    assert [each["answer"][-1]["data"] for each in alternatives] == ["198.51.100.3"] * others


@pytest.mark.parametrize("width", [60, 80])
def test_a_terminal_breaks_no_name(width: int) -> None:
    """Every line of a trace fits into the terminal, with whole names, and says the same words as elsewhere."""
    question = Question(name("contoso.eastus.data.azurecr.io"), Type.A)
    resolution = World(load("broken/missing-data-record")).resolve("hub", question)
    shown = trace_text.render(resolution, width=width)
    assert max(map(len, shown.splitlines())) <= width
    assert shown.split() == trace_text.render(resolution).split()
