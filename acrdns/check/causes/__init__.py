"""Values that the rules about a topology file share, derived without the engine.

In: a topology. Out: `Layout` (zones, records, links and endpoints by name), `Route` (the DNS servers that a question
passes, and what decides at the end), `Gap` (an endpoint for which a linked zone has no record, with the cause).
Read `route`, `routed`, `zone_records` and `layout`, then `gap` and `asked`; `doubled` and `mend` say what is to be
done. A test holds routes against the simulation.
"""
