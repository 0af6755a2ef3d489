"""Locks: an operation that the changeable attributes of a repository, a tag or a manifest do not allow is refused.

`writeEnabled: false` refuses pushes and deletes, `deleteEnabled: false` deletes, `readEnabled: false` pulls, and what
has `listEnabled: false` is in no list (https://learn.microsoft.com/azure/container-registry/container-registry-image-lock).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from acrdns.lab.registry_api.errors import ApiError

if TYPE_CHECKING:
    from acrdns.lab.registry_api.call import Call
    from acrdns.lab.storage.content import RepositoryAt

_WORDS = (
    "The operation is disallowed on this registry, repository or image. View troubleshooting steps at "
    "https://aka.ms/acr/faq/#why-does-my-pull-or-push-request-fail-with-disallowed-operation"
)
_NEEDS: dict[str, tuple[str, ...]] = {"pull": ("read",), "push": ("write",), "delete": ("write", "delete")}


def check_unlocked(
    call: Call, place: RepositoryAt, operation: Literal["pull", "push", "delete"], *references: str
) -> None:
    """Raise ApiError where a lock on a repository, or on a tag or a manifest of it, does not allow an operation."""
    of = call.state.store.content.attributes.of
    for reference in ("", *references):
        attributes = of(place, reference)
        if not all(getattr(attributes, needed) for needed in _NEEDS[operation]):
            raise ApiError("REGISTRY_DISALLOWED_OPERATION", _WORDS, {})


def named_with(call: Call, place: RepositoryAt, reference: str) -> list[str]:
    """Return what the locks on an image are on: for a tag the manifest too, for a digest the tags that name it."""
    content = call.state.store.content
    if ":" in reference:
        return [reference, *(tag.name for tag in content.tags(place) if tag.digest == reference)]
    digest = content.tagged(place, reference)
    return [reference, digest] if digest else [reference]
