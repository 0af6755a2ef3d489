"""Edits of a topology: the topology that its file would give with the same edits made.

The law of this module: `amend(loads(text), edits)` equals `loads(edited(text, edits))`. Only the entries that the edits
concern are read again. Whether they fit together is for `verify`, which looks at files.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from acrdns.topology import dump, normalize
from acrdns.topology.text.edit import Append, Rename, changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from acrdns.topology.model import Accepted, Network, Topology
    from acrdns.topology.text.edit import Edit

_DERIVED = {"networks": ("_reach", "_vantages"), "private_endpoints": ("_endpoints", "_approved", "_owners")}
"""The cached properties of a topology that depend on one section alone."""


def amend(topology: Topology, edits: Iterable[Edit]) -> Topology:
    """Return the topology with edits of entries made in turn. Raises KeyError for a wrong path."""
    for edit in edits:
        topology = _amended(topology, edit)
    return topology


def _amended(topology: Topology, edit: Edit) -> Topology:
    from acrdns.topology.schema.schema import TopologyFile

    section, written = str(edit.path[0]), str(edit.path[1])
    entries: Mapping[str, Any] = getattr(topology, section)
    key = topology.server_key(written) if section == "dns_servers" else written
    before = {written: dump.entry(topology, section, key)} if key in entries else {}
    after = changed({section: before}, edit)[section]
    source = TopologyFile.model_validate({section: after})
    made = {new: normalize.entry(section, new, source) for new in after}
    if section == "registries" and key in entries:
        made = {new: _with_data_endpoints(topology, after[new], registry) for new, registry in made.items()}
    if key not in entries:
        index = normalize.server_index if section == "dns_servers" else None
        now = {**entries, **{index(entry) if index else name: entry for name, entry in made.items()}}
    elif written in made:
        now = {**entries, key: made[written]}
    else:
        # Deleted, or renamed in its place.
        parts = (made.items() if name == key else ((name, entry),) for name, entry in entries.items())
        now = {name: entry for part in parts for name, entry in part}
    if section == "networks":
        now = _peered(entries, now, key)
    left = _accepted(topology.accepted, edit)
    result: Topology = replace(topology, **dict[str, Any]({section: now}), accepted=left)
    keep_known(topology, result)
    return _with_defaults(topology, result) if section == "private_endpoints" else result


def keep_known(before: Topology, after: Topology) -> None:
    """Let a topology have what was worked out of sections that an earlier one has, too."""
    for section, derived in _DERIVED.items():
        if getattr(after, section) is getattr(before, section):
            vars(after).update({name: vars(before)[name] for name in derived if name in vars(before)})


def _accepted(before: tuple[Accepted, ...], edit: Edit) -> tuple[Accepted, ...]:
    """Return `accept` entries without those of what an edit deletes or replaces; what is renamed keeps its own."""
    here = [entry for entry in before if entry.path[: len(edit.path)] == edit.path]
    if not here or isinstance(edit, Append):
        return before
    left = [entry for entry in before if entry not in here]
    if isinstance(edit, Rename):
        new = (*edit.path[:-1], edit.key)
        left += [replace(entry, path=(*new, *entry.path[len(new) :])) for entry in here]
    return tuple(sorted(left, key=lambda entry: [str(step) for step in entry.path]))


def _with_data_endpoints(topology: Topology, written: Mapping[str, Any], registry: Any) -> Any:
    """Fill in the default of `data_endpoint_enabled`: whether a private endpoint is approved."""
    if written.get("data_endpoint_enabled") is not None:
        return registry
    linked = registry.private_link is not None or bool(topology.approved_endpoints(registry.name))
    return replace(registry, data_endpoint_enabled=linked)


def _with_defaults(before: Topology, after: Topology) -> Topology:
    """Let `data_endpoint_enabled` follow its default where a registry gets a private endpoint, or loses its last."""
    registries = {}
    for key, registry in after.registries.items():
        was, is_now = before.has_private_link(key), after.has_private_link(key)
        said = ("registries", key, "data_endpoint_enabled")
        if was != is_now and registry.data_endpoint_enabled == was and said not in before.places:
            registries[key] = replace(registry, data_endpoint_enabled=is_now)
    return replace(after, registries={**after.registries, **registries}) if registries else after


def _peered(before: Mapping[str, Network], now: dict[str, Network], key: str) -> dict[str, Network]:
    """Write a network's peerings at the other side too; those that an earlier network says are kept."""
    if key not in now:
        return {name: replace(network, peerings=network.peerings - {key}) for name, network in now.items()}
    if key in before:
        # What an earlier network says is not written at this one.
        names = list(before)
        now[key] = replace(
            now[key], peerings=now[key].peerings | before[key].peerings.intersection(names[: names.index(key)])
        )
    peers = now[key].peerings
    for name, network in now.items():
        if name != key and (name in peers) != (key in network.peerings):
            now[name] = replace(network, peerings=network.peerings ^ {key})
    return now
