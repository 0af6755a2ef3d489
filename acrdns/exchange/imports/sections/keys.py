"""Keys of entries: the name as spelt, with the resource group where two have one name."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from acrdns.azure import INTERNET
from acrdns.report.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acrdns.exchange.imports.estate.identifier import Identifier

_NO_KEY = re.compile(r"[\s=/\x00-\x1f\x7f]")
MOST = 100
"""Characters of a key; Azure's names are shorter."""


def keys(identifiers: Iterable[Identifier]) -> dict[str, str]:
    """Return the key of each identifier, by the identifier's own key. All that share a name say their group."""
    waiting = {each.key: each for each in identifiers}
    found: dict[str, str] = {}
    for spelt in (_name, _with_parent, _with_group, _with_subscription):
        names = {key: spelt(each) for key, each in waiting.items()}
        often = Counter(name.lower() for name in names.values())
        found |= {key: name for key, name in names.items() if often[name.lower()] == 1}
        waiting = {key: each for key, each in waiting.items() if key not in found}
    return found | {key: f"{_with_subscription(each)}@{at}" for at, (key, each) in enumerate(waiting.items())}


def clean(text: str) -> str:
    """Return a name that can be a key: Azure's always can, those of a hand-made file may not."""
    found = _NO_KEY.sub("_", visible(text, MOST))
    return f"_{found}" if found.startswith(".") or not found or found == INTERNET else found


def _name(found: Identifier) -> str:
    return clean(found.name)


def _with_parent(found: Identifier) -> str:
    return clean("@".join(reversed(found.names)))


def _with_group(found: Identifier) -> str:
    return f"{_with_parent(found)}@{clean(found.group)}"


def _with_subscription(found: Identifier) -> str:
    return f"{_with_group(found)}@{clean(found.subscription)}"
