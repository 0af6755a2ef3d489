"""The zones of a topology, as Azure and self-hosted servers publish them.

In: a `Topology`. Out: `Published`: public and private zones, and the names that answer by location.

Read in this order: `private` (hand-made records, and those of zone groups), `public` (the chains of each registry),
`local` (zones of self-hosted servers, names of connected registries), `derive` (names and addresses that the file
leaves out), `compile` (all of them together), `routed` (while regions are down).
"""
