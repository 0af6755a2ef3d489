"""The JSON of `trace --pull`, and its schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns.cli.main import run
from acrdns.report.pull.document import PullStory
from tests.report import snapshot

PACKAGE = Path(acrdns.report.__file__).parent


def test_the_schema_in_the_package_is_current() -> None:
    """It is made from the dataclasses that are written."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(PullStory).json_schema()}
    snapshot.check(PACKAGE / "pull.schema.json", json.dumps(schema, indent=2) + "\n")


@pytest.mark.parametrize(("sample", "status"), [("private-link", "pass"), ("broken/missing-data-record", "fail")])
def test_a_story_is_what_its_schema_says(sample: str, status: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in JSON is missing from the schema."""
    run(["trace", sample, "contoso.azurecr.io", "--from", "hub", "--pull", "--format", "json"])
    text = capsys.readouterr().out
    adapter = TypeAdapter(PullStory)
    assert json.loads(adapter.dump_json(adapter.validate_json(text), by_alias=True)) == json.loads(text)
    assert json.loads(text)["status"] == status
