"""Keys, and the values that name a key of another section."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from acrdns.azure import INTERNET
from acrdns.names import name
from acrdns.suggest import remedy
from acrdns.topology.schema.fields import DOMAIN, domain_complaint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acrdns.errors import Path
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import TopologyFile

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def key_is_text(draft: Draft, path: Path) -> None:
    """Refuse a key that is empty or has control characters."""
    key = str(path[-1])
    if not key.strip():
        draft.report_key(path, "the key is empty", "allowed: a name")
    elif _CONTROL.search(key):
        draft.report_key(path, f"the key {key!r} has control characters", "allowed: a name")


def refers(draft: Draft, path: Path, key: str, section: str) -> bool:
    """Report a value that is no key of a section; returns whether it is one."""
    known = draft.keys(section)
    if key in known:
        return True
    if not draft.sound(*path):
        return False
    usable = [name for name in known if name != INTERNET] if section == "networks" else known
    draft.report(path, f"{section} has no {key!r}", remedy(key, usable, f"{section} has no entries"))
    return False


def virtual_network(draft: Draft, path: Path, key: str, why: str) -> bool:
    """Report a network that does not exist, or is not in Azure and must be; returns whether it is usable."""
    if not refers(draft, path, key, "networks"):
        return False
    network = draft.file.networks.get(key)
    if network is None or not draft.sound("networks", key, "kind"):
        return False
    if network.kind != "virtual_network":
        kind = "on premises" if network.kind == "on_premises" else "the hub of a virtual WAN"
        draft.report(path, f"{key!r} is {kind}", f"allowed: a virtual network; {why}")
        return False
    return True


def repeated(values: Iterable[str]) -> list[int]:
    """Return the indices of values that stood in the list before."""
    seen: set[str] = set()
    found = []
    for index, value in enumerate(values):
        if value in seen:
            found.append(index)
        seen.add(value)
    return found


def no_repeats(draft: Draft, path: Path, values: Sequence[str]) -> None:
    """Report the items of a list that stand there twice."""
    for index in repeated(values):
        draft.report((*path, index), f"{values[index]!r} is given twice", "allowed: each once")


def at_most(draft: Draft, path: Path, number: int, most: int, what: str) -> None:
    """Report more of something than Azure allows."""
    if number > most:
        draft.report(path, f"{number} {what}", f"allowed: at most {most}")


def verify_domains(draft: Draft, path: Path, domains: Iterable[str]) -> None:
    """Report keys that are no domain names, or one that stands there twice. The root (`.`) is one."""
    seen: dict[bytes, str] = {}
    for text in domains:
        if complaint := domain_complaint(text) if text != "." else "":
            draft.report_key((*path, text), complaint, DOMAIN)
            continue
        other = seen.setdefault(name(text), text)
        if other != text:
            draft.report_key((*path, text), f"this is {other!r} in another spelling", "allowed: each name once")


def edited(now: TopologyFile, before: TopologyFile | None, section: str) -> dict[str, Any]:
    """Return the entries of a section that are not the earlier file's; all without an earlier file."""
    entries: Mapping[str, Any] = getattr(now, section)
    earlier: Mapping[str, Any] = getattr(before, section) if before else {}
    if entries is earlier:
        return {}
    return {key: entry for key, entry in entries.items() if earlier.get(key) is not entry}
