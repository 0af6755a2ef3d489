"""Documents of older releases still are what their schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from acrdns.probe.saved.document import SavedLine
from acrdns.probe.saved.read import read
from acrdns.report.diff.document import DiffDocument
from acrdns.report.findings.document import Document
from acrdns.report.findings.jsonl import KINDS
from acrdns.report.lines import schema
from acrdns.report.matrix.document import MatrixDocument
from acrdns.report.observations.document import ObserveDocument
from acrdns.report.trace.document import Trace

OLD = Path(__file__).parent / "version1"
DOCUMENTS = {
    "observe": ObserveDocument,
    "check": Document,
    "lint": Document,
    "trace": Trace,
    "matrix": MatrixDocument,
    "diff": DiffDocument,
}


def contains(new: Any, old: Any) -> bool:
    """Return whether everything of an old document is in the new one."""
    if isinstance(old, dict):
        return all(contains(new[key], value) for key, value in old.items())
    if isinstance(old, list):
        return len(new) == len(old) and all(map(contains, new, old))
    return bool(new == old)


@pytest.mark.parametrize(("name", "document"), DOCUMENTS.items(), ids=list(DOCUMENTS))
def test_what_0_1_0_wrote_still_validates(name: str, document: type) -> None:
    """A field that came later has a default: the schema of today describes what was saved then."""
    text = (OLD / f"{name}.json").read_text(encoding="utf-8")
    adapter: TypeAdapter[Any] = TypeAdapter(document)
    assert contains(json.loads(adapter.dump_json(adapter.validate_json(text))), json.loads(text))


def test_what_was_saved_by_0_1_0_still_is_read() -> None:
    """Each line is what the schema says, and none is ignored."""
    octets = (OLD / "saved.jsonl").read_bytes()
    adapter: TypeAdapter[Any] = TypeAdapter(SavedLine)
    for line in octets.splitlines():
        assert contains(json.loads(adapter.dump_json(adapter.validate_json(line))), json.loads(line))
    found = read(octets, "saved.jsonl")
    assert found.ignored == ()
    assert [(answer.fqdn, answer.type, answer.outcome.value, answer.addresses) for answer in found.answers] == [
        ("contoso.azurecr.io", "A", "NOERROR", ("10.0.0.7",)),
        ("nobody.azurecr.io", "A", "NXDOMAIN", ()),
        ("contoso.azurecr.io", None, "OTHER", ()),
    ]


def test_lines_of_0_1_0_still_validate() -> None:
    """The entries of its documents with their kinds, and what it saved; a line without its kind is none."""
    validator = Draft202012Validator(schema())
    check, observe = (json.loads((OLD / f"{name}.json").read_text(encoding="utf-8")) for name in ("check", "observe"))
    entries = [(kind, entry) for key, kind in KINDS.items() for entry in check.pop(key, ())]
    entries += [("observation", each) for each in observe["observations"]] + [("summary", check)]
    entries += [("ignored", each) for each in observe["ignored"]]
    assert {kind for kind, _ in entries} >= {"result", "finding", "observation", "ignored", "summary"}
    saved = map(json.loads, (OLD / "saved.jsonl").read_bytes().splitlines())
    lines = [*saved, *({"kind": kind} | entry for kind, entry in entries)]
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert not any(validator.is_valid(entry) for _, entry in entries)
