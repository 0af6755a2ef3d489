from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.teach.web.edits import AddressError, label, pack, patch, unpack
from acrdns.topology.text.edit import Append, Drop, Edit, Put, Rename

KEYS = st.text(st.characters(codec="utf-8"), max_size=8)
PATHS = st.lists(KEYS | st.integers(0, 9), min_size=1, max_size=4).map(tuple)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(Put, PATHS, VALUES),
    st.builds(Drop, PATHS),
    st.builds(Append, PATHS, VALUES),
    st.builds(Rename, PATHS, KEYS),
)
TEXTS = st.text("ab\r\n :é", max_size=40)
PATCHES = st.builds(patch, TEXTS, TEXTS)
CHANGES = st.lists(st.lists(EDITS, min_size=1, max_size=3).map(tuple) | PATCHES, max_size=4)


@given(CHANGES)
def test_an_address_gives_the_changes_back(changes: list[Any]) -> None:
    """What is packed is unpacked as it was."""
    assert list(unpack(pack(changes))) == changes
    assert all(label(change) for change in changes)


@given(TEXTS, TEXTS)
def test_a_patch_makes_the_one_text_of_the_other(before: str, after: str) -> None:
    """Whatever the line breaks are."""
    assert patch(before, after).applied(before) == after


def test_a_patch_is_one_of_its_own_text_alone() -> None:
    """A file that has changed since is not patched."""
    change = patch("a: 1\nb: 2\n", "a: 1\nb: 3\n")
    with pytest.raises(AddressError, match="another version"):
        change.applied("a: 1\nb: 4\n")


def _packed(value: Any) -> str:
    return urlsafe_b64encode(zlib.compress(json.dumps(value).encode())).decode().rstrip("=")


@pytest.mark.parametrize(
    "packed",
    [
        "x",
        "!!!!",
        "é",
        _packed([]),
        _packed({"a": 1}),
        _packed([1]),
        _packed([[]]),
        _packed([[["p", [], 1]]]),
        _packed([[["p", ["a"]]]]),
        _packed([[["q", ["a"], 1]]]),
        _packed([[["r", ["a"], 1]]]),
        _packed([[["p", [True], 1]]]),
        _packed([[["p", ["\ud800"], 1]]]),
        _packed([[-1, 0, [], 0]]),
        _packed([[0, 0, [1], 0]]),
        _packed([[["d", ["a"]]]] * 201),
        pack([(Put(("a",), 1),)])[:-3],
        urlsafe_b64encode(zlib.compress(b"[" * 100_000)).decode(),
        urlsafe_b64encode(zlib.compress(b" " * (1 << 21))).decode(),
    ],
)
def test_what_is_no_edit_is_refused(packed: str) -> None:
    """Texts that are cut off, forged, nested too deeply or too long."""
    with pytest.raises(AddressError, match="cannot be read"):
        unpack(packed)


def test_more_than_an_address_holds_is_refused() -> None:
    """With the way out."""
    with pytest.raises(AddressError, match="export the YAML"):
        pack([(Put(("a",), 1),)] * 201)
