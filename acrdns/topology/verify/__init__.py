"""Checks of values against each other: topology.md, "Rules of reading".

Every module looks at one part of the file and reports to the draft. A topology that Azure refuses is a problem here.
One that Azure accepts and that is merely wrong for name resolution is none: the program is there to show it.
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
        regions,
        registries,
        resolvers,
        servers,
        zones,
    )

    for part in (registries, regions, public, connected, networks, endpoints, zones, servers, resolvers, addresses):
        part.verify(draft)
