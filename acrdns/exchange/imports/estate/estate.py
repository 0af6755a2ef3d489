"""The estate: objects of one identifier are united field by field."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from acrdns.exchange.imports.estate.found import FoundObject
from acrdns.exchange.imports.estate.identifier import UNKNOWN, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.exchange.imports.notes import Notes, Origin


_WHO = frozenset(field.name for field in fields(FoundObject))


@dataclass(frozen=True, slots=True)
class ShownEndpoints:
    """The answer of `az acr show-endpoints`. It belongs to the registry with that login server."""

    origin: Origin
    login_server: str
    data_regions: tuple[str, ...]
    """Empty where data endpoints are off."""
    regional: bool


@dataclass(frozen=True, slots=True)
class ObservedEndpoint:
    """An answer about an endpoint of a registry, seen somewhere."""

    origin: Origin
    label: str
    member: str
    cloud: str
    private: bool
    """Whether a privatelink name was in it: the registry has an approved private endpoint."""
    addresses: tuple[str, ...]


@dataclass(slots=True)
class FoundEstate:
    """Everything that was found, one object an identifier."""

    objects: dict[tuple[type[FoundObject], str], FoundObject] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    """Files of which a page is missing: they prove no absence."""
    gone: set[str] = field(default_factory=set)
    """Keys of identifiers of what a plan deletes."""
    shown: list[ShownEndpoints] = field(default_factory=list)
    observed: list[ObservedEndpoint] = field(default_factory=list)
    _full: dict[tuple[str, ...], dict[str, Identifier]] | None = None
    """Whole identifiers by type and names, by key."""

    def add(self, found: FoundObject, notes: Notes) -> None:
        """Add an object, or unite it with what is known of it; a field that differs is noted."""
        key = (type(found), found.id.key)
        known = self.objects.get(key)
        if known is None:
            self.objects[key] = found
        elif known.origin.source == "terraform" != found.origin.source:
            self.objects[key] = united(found, known, notes)  # az says what is
        else:
            united(known, found, notes)

    def key(self, id_: Identifier | None) -> str:
        """Return the key of an identifier; one that lacks its subscription or group is that of the one like it."""
        if id_ is None:
            return ""
        if UNKNOWN not in (id_.subscription, id_.group):
            return id_.key
        if self._full is None:
            self._full = {}
            for each in self.objects.values():
                for known in _identifiers(each):
                    if UNKNOWN not in (known.subscription, known.group):
                        self._full.setdefault(_loose(known), {})[known.key] = known
        full = [key for key, other in self._full.get(_loose(id_), {}).items() if _fits(id_, other)]
        return full[0] if len(full) == 1 else id_.key

    def join(self, notes: Notes) -> None:
        """Unite objects that lack their subscription or group with those that they are; nothing is added later."""
        self._full = None
        for (kind, key), found in list(self.objects.items()):
            whole = self.key(found.id)
            if whole == key:
                continue
            del self.objects[kind, key]
            known = self.objects.get((kind, whole))
            if known is not None:
                self.objects[kind, whole] = united(known, found, notes)
            else:
                self.objects[kind, whole] = found

    def all(self, kind: type[Any]) -> Iterator[Any]:
        """Return all objects of a kind, in the order in which they were found."""
        return (found for (of, _), found in self.objects.items() if of is kind)

    def get(self, kind: type[Any], key: str) -> Any:
        """Return an object by the key of its identifier, or None."""
        return self.objects.get((kind, key))


def _identifiers(found: FoundObject) -> Iterator[Identifier]:
    """Return the identifiers of an object, of what it is in, and of all that it refers to."""
    for each in fields(found):
        value = getattr(found, each.name)
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else (value,):
            while isinstance(part, Identifier):
                yield part
                part = part.parent  # noqa: PLW2901 - outwards


def _loose(id_: Identifier) -> tuple[str, ...]:
    return id_.type, *(name.lower() for name in id_.names)


def _fits(part: Identifier, whole: Identifier) -> bool:
    """Return whether a group that is said is the same one, and a subscription."""
    pairs = ((part.group, whole.group), (part.subscription, whole.subscription))
    return all(one == UNKNOWN or one.lower() == other.lower() for one, other in pairs)


def united(first: FoundObject, second: FoundObject, notes: Notes) -> FoundObject:
    """Return the first of two that are one, with what only the second says."""
    for each in fields(first):
        if each.name in _WHO:
            continue
        one, other = getattr(first, each.name), getattr(second, each.name)
        if isinstance(one, dict) and isinstance(other, dict):
            for key in (key for key in one if key in other):
                _compare(first, second, f"{each.name}.{key}", (one[key], other[key]), notes)
            setattr(first, each.name, other | one)
        elif one is None:
            setattr(first, each.name, other)
        elif other is not None:
            _compare(first, second, each.name, (one, other), notes)
    first.origins += [origin for origin in second.origins if str(origin) not in set(map(str, first.origins))]
    first.declared = first.declared and second.declared
    return first


def _compare(first: FoundObject, second: FoundObject, what: str, values: tuple[Any, Any], notes: Notes) -> None:
    one, other = (_shown(value) for value in values)
    if one.lower() != other.lower():
        message = f"{what.replace('_', ' ')} is {one} here, and {other} in {second.origin.place}"
        notes.add(first.origin, f"{first.id.type} {first.name}", message, "the first is taken")


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(sorted(map(_shown, value)))}]"
    return str(getattr(value, "key", value))
