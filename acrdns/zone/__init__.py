"""Zones: what is published, lookups in it, zone files and their versions.

In: a `topology.model.Topology`, or master files. Out: a `Zone`, a `View` of several, and a `Response` to a `Question`.

Read in this order: `answer` (the values), `zone` (a zone is record sets by owner name), `lookup` (one name in one zone,
RFC 1034 section 4.3.2), `view` (several zones). `packed` keeps a large zone in little memory, `integrity`
checks a zone before it is served.
`publish/` makes the zones of a topology: `public`, `private`, `local`, together `compile`.
`master/` reads and writes master files (RFC 1035 section 5): `reader`, with `fast` for common lines.
`versions/` numbers zones and compares them, for incremental transfers: `history`, `difference`, `catalog`; `serial`.
"""
