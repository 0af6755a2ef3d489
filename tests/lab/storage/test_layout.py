"""Image layouts that are none: a clear error, and the store stays as it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from acrdns.errors import LabError
from acrdns.lab.storage.content import Arrival, RepositoryAt
from acrdns.lab.storage.digest import digest_of
from acrdns.lab.storage.layout import InMemory, load
from acrdns.lab.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

TYPE = "application/vnd.oci.image.manifest.v1+json"


def entry(manifest: bytes, media_type: object = TYPE) -> dict[str, Any]:
    """Return the descriptor of a manifest."""
    return {"mediaType": media_type, "digest": digest_of(manifest), "size": len(manifest)}


@pytest.mark.parametrize(
    ("manifest", "index"),
    [
        (b"{}", [entry(b"{}", "a/b\r\nX: y")]),
        (b"{}", [{"digest": digest_of(b"{}")}]),
        (b"{}", [7]),
        (b"{}", {"digest": 1}),
        (b"[]", [entry(b"[]")]),
        (b"{", [entry(b"{")]),
        (b'{"layers":[3]}', [entry(b'{"layers":[3]}')]),
        (b'{"layers":[{"digest":"../../etc/passwd"}]}', [entry(b'{"layers":[{"digest":"../../etc/passwd"}]}')]),
        (b'{"config":"x"}', [entry(b'{"config":"x"}')]),
        (b'{"artifactType":"\\ud800"}', [entry(b'{"artifactType":"\\ud800"}')]),
        (b"[" * 100_000, [entry(b"[" * 100_000)]),
    ],
    ids=range(11),
)
def test_a_layout_that_is_none(tmp_path: Path, manifest: bytes, index: object) -> None:
    """Whatever stands in it."""
    files = {"index.json": json.dumps({"manifests": index}).encode()}
    files[f"blobs/{digest_of(manifest).replace(':', '/')}"] = manifest
    store = Store(tmp_path / "store")
    place = RepositoryAt("contoso", "eastus", "app", 1.0)
    with pytest.raises(LabError, match="layout"):
        load(store, InMemory(files), place, [Arrival("eastus", 1.0)], "v1")
    assert store.content.tags(place) == []
    store.close()
