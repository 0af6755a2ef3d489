"""Plain YAML read straight from events: as with care, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from acrdns.topology.text import document, plain
from acrdns.topology.text.places import Places

SAMPLES = sorted((Path(__file__).parents[3] / "zones").glob("*.yaml"))

PLAIN: dict[str, Any] = {
    "a: 1": {"a": 1},
    "{a: [yes, 'true', true, ~, 0755, 1.10], b: {}}": {"a": ["yes", "true", True, None, "0755", "1.10"], "b": {}},
    "- a\n- |\n  b\n- ''\n-": ["a", "b\n", "", None],
    "a:\n  b: x # why\n": {"a": {"b": "x"}},
    "just a text": "just a text",
}

NOT_PLAIN = (
    "",
    "# nothing",
    "~",
    "a: &x 1",
    "a: &x {}\nb: *x",
    "a: !!str 1",
    "!!map {a: 1}",
    "<<: {a: 1}",
    "a: 1\na: 2",
    "[a]: 1",
    "? {a: 1}\n: 2",
    "a: 1\n---\nb: 2",
    "a: [1",
    "a:\tb: c",
    "a: \x01",
    "a: \ud800",
    "[" * 50 + "]" * 50,
)


@pytest.mark.parametrize(("text", "data"), PLAIN.items())
def test_plain_files_are_read(text: str, data: Any) -> None:
    """Without a tree of nodes."""
    assert plain.read(text) == data


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_the_rest_needs_a_second_look(text: str) -> None:
    """Anchors, tags, keys given twice, and what is no YAML."""
    assert plain.read(text) is None


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_samples_are_plain(path: Path) -> None:
    """So are the files that people write."""
    assert plain.read(path.read_text()) is not None


def carefully(text: str) -> document.TopologyDocument:
    """Read a text by way of its nodes."""
    return document._with_care(text, "file.yaml", Places(text, "file.yaml"))


texts = st.text(st.sampled_from("ab01-~:#{}[]&*!|>'\"<%\n ,.?tru"), max_size=40)
data = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10**20) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
dumped = st.builds(
    lambda data, flow, style: yaml.safe_dump(data, default_flow_style=flow, default_style=style, allow_unicode=True),
    data,
    st.sampled_from((None, True, False)),
    st.sampled_from((None, "'", '"')),
)


@given(texts | dumped)
def test_what_is_read_plainly_is_read_alike_with_care(text: str) -> None:
    """And without a complaint."""
    found = plain.read(text)
    if found is not None:
        whole = carefully(text)
        assert (whole.data, whole.problems) == (found, ())
        assert repr(whole.data) == repr(found)  # 1 is not True
