"""YAML text as data: what a file says, and what is wrong with it as YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acrdns.topology.text.document import parse

SAMPLES = sorted((Path(__file__).parents[3] / "zones").glob("*.yaml"))

READ: dict[str, Any] = {
    "a: 1": {"a": 1},
    "{a: [yes, 'true', true, ~, 0755, 1.10], b: {}}": {"a": ["yes", "true", True, None, "0755", "1.10"], "b": {}},
    "- a\n- |\n  b\n- ''\n-": ["a", "b\n", "", None],
    "a:\n  b: x # why\n": {"a": {"b": "x"}},
    "just a text": "just a text",
    "": None,
    "# nothing": None,
    "~": None,
    "a: &x 1": {"a": 1},
    "a: &x {}\nb: *x": {"a": {}, "b": {}},
    "a: !!str 1": {"a": "1"},
    "!!map {a: 1}": {"a": 1},
    "<<: {a: 1}": {"a": 1},
    "a: 1\n<<: [{a: 2, b: 3}, {b: 4}]": {"a": 1, "b": 3},
}

REFUSED = {
    "a: 1\na: 2": "the key 'a' is given twice, first on line 1",
    "[a]: 1": "a key is a list or a mapping",
    "? {a: 1}\n: 2": "a key is a list or a mapping",
    "a: 1\n---\nb: 2": "a second YAML document starts here",
    "a: [1": "this is no YAML",
    "a:\tb: c": "this is no YAML",
    "a: \x01": "the character U+0001 may not stand in a YAML file",
    "a: \ud800": "the character U+D800 may not stand in a YAML file",
    "[" * 50 + "]" * 50: "lists and mappings are nested more than 40 deep",
    "a: !x 1": "the tag !x means nothing here",
    "a: &x [*x]": "holds itself by an alias",
}


@pytest.mark.parametrize(("text", "data"), READ.items())
def test_a_file_is_read_as_data(text: str, data: Any) -> None:
    """Anchors, tags and merged keys mean what YAML 1.1 says; scalars are text unless they are written exactly so."""
    document = parse(text, "file.yaml")
    assert (document.data, document.problems) == (data, ())


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_what_is_no_data_is_a_problem(text: str, message: str) -> None:
    """One problem each, with its place."""
    (problem,) = parse(text, "file.yaml").problems
    assert problem.message.startswith(message)
    assert problem.place.line >= 1


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_have_no_problem(path: Path) -> None:
    """The files that people write are YAML."""
    document = parse(path.read_text(), str(path))
    assert isinstance(document.data, dict)
    assert document.problems == ()


data = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**18 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(data, st.sampled_from((None, True, False)), st.sampled_from((None, "'", '"')))
def test_what_another_program_writes_is_read(written: Any, flow: bool | None, style: str | None) -> None:
    """PyYAML quotes what would be read as something else; every style of it comes back."""
    text = yaml.safe_dump(written, default_flow_style=flow, default_style=style, sort_keys=False)
    document = parse(text, "file.yaml")
    assert document.problems == ()
    assert repr(document.data) == repr(written)  # 1 is not True


texts = st.text(st.sampled_from("ab01-~:#{}[]&*!|>'\"<%\n ,.?tru"), max_size=40)


@given(texts)
def test_any_text_is_data_or_a_problem(text: str) -> None:
    """No text makes the reader fail."""
    document = parse(text, "file.yaml")
    assert document.data is None or all(problem.message for problem in document.problems)
