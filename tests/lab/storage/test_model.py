"""The store against a slow and obvious model: dictionaries, looked through from beginning to end."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from acrdns.lab.storage.content import Arrival, RepositoryAt
from acrdns.lab.storage.digest import digest_of
from acrdns.lab.storage.manifest import manifest_of
from acrdns.lab.storage.store import Store

if TYPE_CHECKING:
    from pathlib import Path

REGIONS = ("eastus", "westus")
NAMES = st.sampled_from(("a", "a/b", "blobs/uploads"))
TAGS = st.sampled_from(("v1", "v2", "B"))
CONTENTS = st.sampled_from((b"", b"one", b"two", b"three"))
LAGS = st.sampled_from((0.0, 0.0, 5.0))
PLACES = st.tuples(st.sampled_from(("contoso", "fabrikam")), st.sampled_from(REGIONS), NAMES)


@dataclass
class Model:
    """Every push that there was, with its time of arrival in each region."""

    layers: dict[tuple[str, str, str, str], float] = field(default_factory=dict)
    manifests: dict[tuple[str, str, str, str], float] = field(default_factory=dict)
    tags: list[tuple[str, str, str, str, float, str]] = field(default_factory=list)


class Stores(RuleBasedStateMachine):
    """Push, delete, collect and restart in any order."""

    folder: Path

    @initialize()
    def begin(self) -> None:
        """Start with an empty store."""
        number = sum(1 for _ in self.folder.iterdir())
        self.directory = self.folder / str(number)
        self.store = Store(self.directory)
        self.model = Model()
        self.now = 1000.0

    def _arrivals(self, region: str, lag: float) -> list[Arrival]:
        return [Arrival(each, self.now + (0 if each == region else lag)) for each in REGIONS]

    @rule(place=PLACES, content=CONTENTS, lag=LAGS)
    def push_layer(self, place: tuple[str, str, str], content: bytes, lag: float) -> None:
        """Push a blob."""
        digest = digest_of(content)
        arrivals = self._arrivals(place[1], lag)
        self.store.add(RepositoryAt(*place, self.now), io.BytesIO(content), digest, arrivals)
        for region, at in arrivals:
            key = (place[0], region, place[2], digest)
            self.model.layers[key] = min(at, self.model.layers.get(key, at))

    @rule(place=PLACES, content=CONTENTS, tag=st.none() | TAGS, lag=LAGS)
    def push_manifest(self, place: tuple[str, str, str], content: bytes, tag: str | None, lag: float) -> None:
        """Push a manifest, with a tag or without."""
        manifest = manifest_of(json.dumps({"x": content.decode()}).encode(), "t")
        arrivals = self._arrivals(place[1], lag)
        self.now += 0.001  # two pushes never come at the same time
        arrivals = [Arrival(region, at + 0.001) for region, at in arrivals]
        self.store.content.put_manifest(RepositoryAt(*place, self.now), manifest, arrivals, tag=tag)
        for region, at in arrivals:
            key = (place[0], region, place[2], manifest.digest)
            self.model.manifests[key] = min(at, self.model.manifests.get(key, at))
            if tag:
                self.model.tags.append((place[0], region, place[2], tag, at, manifest.digest))

    @rule(place=PLACES, tag=TAGS)
    def delete_tag(self, place: tuple[str, str, str], tag: str) -> None:
        """Delete a tag, in all regions."""
        here = self._tagged(place, tag) is not None
        assert self.store.content.delete_tag(RepositoryAt(*place, self.now), tag) == here
        if here:
            gone = (place[0], place[2], tag)
            self.model.tags = [row for row in self.model.tags if (row[0], row[2], row[3]) != gone]

    @rule(place=PLACES, content=CONTENTS)
    def delete_manifest(self, place: tuple[str, str, str], content: bytes) -> None:
        """Delete a manifest with its tags, in all regions."""
        digest = manifest_of(json.dumps({"x": content.decode()}).encode(), "t").digest
        here = self.model.manifests.get((*place, digest), self.now + 1) <= self.now
        assert self.store.content.delete_manifest(RepositoryAt(*place, self.now), digest) == here
        if here:
            for region in REGIONS:
                self.model.manifests.pop((place[0], region, place[2], digest), None)
            rows = self.model.tags
            self.model.tags = [row for row in rows if (row[0], row[2], row[5]) != (place[0], place[2], digest)]

    @rule(place=PLACES, content=CONTENTS)
    def delete_layer(self, place: tuple[str, str, str], content: bytes) -> None:
        """Delete a blob, in all regions."""
        digest = digest_of(content)
        here = self.model.layers.get((*place, digest), self.now + 1) <= self.now
        assert self.store.content.delete_layer(RepositoryAt(*place, self.now), digest) == here
        if here:
            for region in REGIONS:
                self.model.layers.pop((place[0], region, place[2], digest), None)

    @rule(seconds=st.sampled_from((1.0, 6.0, 90000.0)))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    @rule()
    def collect(self) -> None:
        """Collect garbage."""
        before = {key for key, at in self.model.layers.items() if at < self.now - 86400}
        self.model.layers = {key: at for key, at in self.model.layers.items() if key not in before}
        self.store.gc(self.now)
        named = {key[3] for key in self.model.layers}
        assert set(self.store.blobs.digests()) == named

    @precondition(lambda self: hasattr(self, "store"))
    @rule()
    def restart(self) -> None:
        """Close and open."""
        self.store.close()
        self.store = Store(self.directory)

    def _tagged(self, place: tuple[str, str, str], tag: str) -> str | None:
        found = [row for row in self.model.tags if row[:4] == (*place, tag) and row[4] <= self.now]
        return max(found, key=lambda row: row[4])[5] if found else None

    @invariant()
    def is_the_same(self) -> None:
        """Every replica shows what the model says."""
        if not hasattr(self, "store"):
            return
        for registry in ("contoso", "fabrikam"):
            for region in REGIONS:
                self._compare(registry, region)

    def _compare(self, registry: str, region: str) -> None:
        content = self.store.content
        names = {key[2] for key, at in self.model.manifests.items() if key[:2] == (registry, region) and at <= self.now}
        assert content.repositories(RepositoryAt(registry, region, "", self.now)) == sorted(names)
        for name in ("a", "a/b", "blobs/uploads"):
            place = RepositoryAt(registry, region, name, self.now)
            for layer in (b"", b"one", b"two", b"three"):
                here = self.model.layers.get((registry, region, name, digest_of(layer)), self.now + 1) <= self.now
                assert content.layer_size(place, digest_of(layer)) == (len(layer) if here else None)
            tags = {tag: self._tagged((registry, region, name), tag) for tag in ("B", "v1", "v2")}
            assert [(tag.name, tag.digest) for tag in content.tags(place)] == [(t, d) for t, d in tags.items() if d]

    def teardown(self) -> None:
        """Close the store."""
        if hasattr(self, "store"):
            self.store.close()


def compare(folder: Path, examples: int) -> None:
    """Run the machine."""
    machine = type("In", (Stores,), {"folder": folder})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=20, deadline=None))


def test_the_store_is_as_its_model(tmp_path: Path) -> None:
    """Whatever is done in whatever order."""
    compare(tmp_path, 6)


@pytest.mark.slow
def test_the_store_is_as_its_model_for_long(tmp_path: Path) -> None:
    """The same, more often."""
    compare(tmp_path, 150)
