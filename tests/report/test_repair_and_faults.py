"""The documents of `fix` and `faults` are what their schemas say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns.check.faults import PRIORS
from acrdns.check.repair.search import Repair, errors, repairs
from acrdns.report.faults import json as faults_json
from acrdns.report.faults.document import CatalogueDocument
from acrdns.report.repair import json as repair_json
from acrdns.report.repair import text as repair_text
from acrdns.report.repair.document import RepairDocument
from acrdns.topology.load import loads
from tests.report import snapshot

PACKAGE = Path(acrdns.report.__path__[0])
CLOSED = "version: 1\nregistries: {contoso: {location: eastus, public_network_access_enabled: false}}\n"
ROOT = PACKAGE.parent.parent
TEXTS = {
    "nothing is wrong": (ROOT / "zones/private-link.yaml").read_text(encoding="utf-8"),
    "an edit": (ROOT / "zones/broken/network-without-zone-link.yaml").read_text(encoding="utf-8"),
    "no edit": CLOSED,
}


@pytest.mark.parametrize(("name", "document"), [("fix", RepairDocument), ("faults", CatalogueDocument)])
def test_the_schema_in_the_package_is_current(name: str, document: type) -> None:
    """It is made from the dataclasses that are written out."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_repairs_are_what_their_schema_says(text: str) -> None:
    """They read back as the documented document, with nothing else; either is there: a repair, or an error."""
    topology = loads(text, "estate.yaml")
    found = repairs(topology, text)
    written = repair_json.render(topology, text, found, () if found else errors(topology))
    adapter = TypeAdapter(RepairDocument)
    document = adapter.validate_json(written)
    assert json.loads(adapter.dump_json(document)) == json.loads(written)
    assert len(document.proposals) == len(found)
    assert [each.code for each in document.left] == (["ACR106"] if text == CLOSED else [])


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("an edit", "nothing is wrong", "public 20.45.122.144 -> private 10.0.0.7\n"),
        ("nothing is wrong", "an edit", "private 10.0.0.7 -> public 20.45.122.144 (breaks"),
    ],
)
def test_an_answer_that_becomes_worse_is_marked(before: str, after: str, said: str) -> None:
    """As `diff` marks it."""
    old, new = (loads(TEXTS[each], "estate.yaml") for each in (before, after))
    repair = Repair((), TEXTS[after], new, edits=1)
    assert f"hub  contoso.azurecr.io  {said}" in repair_text.render(old, TEXTS[before], [repair], ())


def test_the_catalogue_is_what_its_schema_says() -> None:
    """Every fault, the likeliest first."""
    written, adapter = faults_json.render(), TypeAdapter(CatalogueDocument)
    document = adapter.validate_json(written)
    assert json.loads(adapter.dump_json(document)) == json.loads(written)
    assert [each.fault for each in document.faults] == list(PRIORS)
    assert "\\n" not in written, "a text has the line breaks of its source"
