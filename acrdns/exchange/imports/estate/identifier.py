"""Identifiers of Azure Resource Manager. They are the same in any letter case (facts.md section 2.2, rule 10)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

UNKNOWN = "-"
"""A subscription or resource group that the input does not say."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """The identifier of a resource, in its parts, as spelt."""

    subscription: str
    group: str
    type: str
    """In lower case: `microsoft.network/virtualnetworks/subnets`."""
    names: tuple[str, ...]
    """Of the resource and what it is in, outermost first."""

    @property
    def name(self) -> str:
        """The resource's own name."""
        return self.names[-1]

    @property
    def key(self) -> str:
        """A text that is the same for all spellings of one identifier."""
        return "/".join((self.subscription, self.group, self.type, *self.names)).lower()

    def options(self, name: str = "-n") -> str:
        """Return the options by which commands of az name the resource."""
        where = f" --subscription {self.subscription}" if self.subscription != UNKNOWN else ""
        return f"-g {self.group} {name} {self.name}{where}"

    @property
    def parent(self) -> Identifier | None:
        """The resource that this one is in, or None."""
        if len(self.names) < 2:  # noqa: PLR2004 - a resource and its parent
            return None
        return Identifier(self.subscription, self.group, self.type.rpartition("/")[0], self.names[:-1])

    def above(self, type_: str) -> Identifier | None:
        """Return the identifier itself or the nearest around it of a type, or None."""
        found: Identifier | None = self
        while found is not None and found.type != type_:
            found = found.parent
        return found

    def child(self, segment: str, name: str) -> Identifier:
        """Return the identifier of something in the resource."""
        return Identifier(self.subscription, self.group, f"{self.type}/{segment.lower()}", (*self.names, name))


def identifier(text: object) -> Identifier | None:
    """Read an identifier; None for anything else."""
    return _identifier(text) if isinstance(text, str) and text.startswith("/") else None


@lru_cache(maxsize=65536)
def _identifier(text: str) -> Identifier | None:
    parts = text.strip("/").split("/")
    lowered = [part.lower() for part in parts]
    if "providers" not in lowered or not all(parts):
        return None
    at = len(parts) - 1 - lowered[::-1].index("providers")
    provider, pairs = lowered[at + 1 : at + 2], parts[at + 2 :]
    if not provider or not pairs or len(pairs) % 2:
        return None
    type_ = "/".join((*provider, *(segment.lower() for segment in pairs[::2])))
    where = dict(zip(lowered[:at:2], parts[1:at:2], strict=False))
    group = where.get("resourcegroups", UNKNOWN)
    return Identifier(where.get("subscriptions", UNKNOWN), group, type_, tuple(pairs[1::2]))


def made(type_: str, *names: str, group: str = UNKNOWN, subscription: str = UNKNOWN) -> Identifier:
    """Return the identifier of a resource that has none in its input."""
    return Identifier(subscription, group, type_.lower(), names)


def written(found: Identifier) -> str:
    """Return the identifier as Azure writes it."""
    provider, *segments = found.type.split("/")
    pairs = "/".join(f"{segment}/{name}" for segment, name in zip(segments, found.names, strict=False))
    return f"/subscriptions/{found.subscription}/resourceGroups/{found.group}/providers/{provider}/{pairs}"
