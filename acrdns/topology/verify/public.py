"""The public side of registries: names and addresses that the file gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acrdns.azure import CLOUDS
from acrdns.topology.verify.registries import verify_members
from acrdns.topology.verify.shared import Shared

if TYPE_CHECKING:
    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import Public


def verify(draft: Draft) -> None:
    """Report what is wrong with public names and addresses."""
    shared = Shared.of(draft.file)
    for key, registry in draft.file.registries.items():
        path, public = ("registries", key, "public"), registry.public
        if not public.model_fields_set:
            continue
        verify_members(draft, (*path, "addresses"), key, registry, public.addresses)
        if draft.sound(*path):
            _loops(draft, path, public)
            _one_target(draft, path, public, shared)
            _one_set_of_addresses(draft, path, public, shared)


def _loops(draft: Draft, path: Path, public: Public) -> None:
    """Report names that would make a registry's chain lead back to itself."""
    if public.frontend is not None and public.frontend == public.traffic_manager:
        draft.report(
            (*path, "traffic_manager"), "this is the frontend too, an alias of itself", "allowed: another name"
        )
    suffix = CLOUDS[draft.file.cloud].registry
    for field in ("frontend", "traffic_manager"):
        text: str | None = getattr(public, field)
        if text is not None and f".{text}".endswith(f".{suffix}"):
            draft.report((*path, field), f"{text!r} is a name of a registry", f"allowed: a name outside {suffix}")


def _one_target(draft: Draft, path: Path, public: Public, shared: Shared) -> None:
    """Report a front end that would be an alias of two names at Traffic Manager."""
    target = shared.targets.get(public.frontend or "")
    if target is not None and public.traffic_manager not in (None, target):
        message = f"another registry says that the frontend {public.frontend} is an alias of {target}"
        draft.report((*path, "traffic_manager"), message, f"allowed: {target}, or another frontend")


def _one_set_of_addresses(draft: Draft, path: Path, public: Public, shared: Shared) -> None:
    """Report a name that would have two sets of addresses."""
    end, given = shared.end(public), public.addresses.get("registry")
    if end is None or given is None:
        return
    addresses = shared.addressed[end]
    if set(addresses) != set(given):
        message = f"another registry says that {end} has {', '.join(addresses)}"
        draft.report((*path, "addresses", "registry"), message, "allowed: the same addresses, or another public name")
