"""Checks of values against each other: topology.md, "Rules of reading".

Every module looks at one part of the file and reports to the draft. What Azure refuses is a problem here; what Azure
accepts and is merely wrong for name resolution is not, because showing that is what the program is for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acrdns.topology.schema.draft import Draft


def verify(draft: Draft) -> None:
    """Report every problem that the schema cannot find."""
    from acrdns.topology.verify import (
        addresses,
        connected,
        endpoints,
        networks,
        public,
        registries,
        resolvers,
        servers,
        zones,
    )

    for part in (registries, public, connected, networks, endpoints, zones, servers, resolvers, addresses):
        part.verify(draft)
