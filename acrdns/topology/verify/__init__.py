"""Checks of values against each other: topology.md, "Rules of reading".

Every module looks at one part of the file and reports to the draft. A topology that Azure refuses is a problem here.
One that Azure accepts and that is merely wrong for name resolution is no mistake: the program is there to show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.topology.schema.draft import Draft
    from acrdns.topology.schema.schema import TopologyFile

_LOOKS_AT = {
    f"{__name__}.registries": (("registries",), ()),
    f"{__name__}.regions": (("registries", "networks", "cloud"), ()),
    f"{__name__}.connected": (("registries", "private_endpoints"), ("networks",)),
    f"{__name__}.public": (("registries", "cloud"), ()),
    f"{__name__}.endpoints": (("registries", "private_endpoints", "networks"), ("private_dns_zones",)),
    f"{__name__}.addresses": (("registries", "private_endpoints", "networks", "dns_servers", "private_resolvers"), ()),
}
"""Parts that look at many entries: the sections that they depend on, and those of which only the names count."""


def verify(draft: Draft, before: TopologyFile | None = None) -> None:
    """Report every problem that the schema cannot find.

    `before` is a file without problems: what depends on nothing that differs from it is sound.
    """
    from acrdns.topology.verify import (
        addresses,
        connected,
        endpoints,
        networks,
        public,
        regions,
        registries,
        resolvers,
        servers,
        zones,
    )

    for part in (registries, regions, public, connected, networks, endpoints, zones, servers, resolvers, addresses):
        if before is None or part.__name__ not in _LOOKS_AT or _differs(part.__name__, draft.file, before):
            if part in (regions, endpoints, addresses):
                part.verify(draft, before)
            else:
                part.verify(draft)


def _differs(part: str, now: TopologyFile, before: TopologyFile) -> bool:
    """Return whether anything differs that a part depends on."""
    entries, names = _LOOKS_AT[part]
    pairs = ((getattr(now, each), getattr(before, each)) for each in entries)
    if any(one is not other and one != other for one, other in pairs):
        return True
    return any(getattr(now, each).keys() != getattr(before, each).keys() for each in names)
