"""Resolution: what a client at a vantage point gets for a question, and by which steps.

In: a `topology.model.Topology` and a `Question`. Out: a `Response`, or a `Resolution` with every `Step`.

Read in this order: `chain` (the values), `servers/azure_dns` (the order in which Azure asks), `chase` (aliases), `walk`
(steps and loops), `servers/` (the other servers, and the directory of who answers where), `world` (vantage points).
`whose_address` explains a wrong private address, `cache` makes servers remember. `equivalence/` finds vantage points
and names with equal answers, for speed; `boundaries` are the names at which that ends. `as_zones/` writes a vantage
point's answers as zones, for transfers.
"""
