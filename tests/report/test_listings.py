"""The documents of commands that list something are what their schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

import acrdns.report
from acrdns.report.listings import (
    AssumptionsDocument,
    ConnectedRegistryRow,
    LabStatusDocument,
    LessonRow,
    RulesDocument,
)
from tests.report import snapshot

PACKAGE = Path(acrdns.report.__path__[0])


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("rules", RulesDocument),
        ("assumptions", AssumptionsDocument),
        ("lessons", list[LessonRow]),
        ("lab-status", LabStatusDocument),
        ("lab-connected", list[ConnectedRegistryRow]),
    ],
)
def test_the_schema_in_the_package_is_current(name: str, document: Any) -> None:
    """It is made from the dataclasses that are written out."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **TypeAdapter(document).json_schema()}
    snapshot.check(PACKAGE / f"{name}.schema.json", json.dumps(schema, indent=2) + "\n")
