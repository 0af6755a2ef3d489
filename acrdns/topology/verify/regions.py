"""Regions: those of registries, replicas and networks are of the file's cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.regions import cloud_of_region, complaint
from acrdns.topology.verify.references import edited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import TopologyFile


def verify(draft: Draft, before: TopologyFile | None = None) -> None:
    """Report every region of another cloud than the file's; `before` is an earlier file without problems."""
    if not draft.sound("cloud"):
        return
    cloud = draft.file.cloud
    for path, region in _regions(draft, before if before and before.cloud == cloud else None):
        if cloud_of_region(region) != cloud and (found := complaint(region, cloud)):
            message, allowed = found
            draft.report(path, message, f"did you mean cloud: {cloud_of_region(region)}? {allowed}")


def _regions(draft: Draft, before: TopologyFile | None) -> Iterator[tuple[Path, str]]:
    for key, registry in edited(draft.file, before, "registries").items():
        path = ("registries", key)
        if draft.sound(*path, "location"):
            yield (*path, "location"), registry.location
        for index, replication in enumerate(registry.replications):
            yield (*path, "replications", index), replication.region
    for key, network in draft.file.networks.items():
        if network.location:
            yield ("networks", key, "location"), network.location
