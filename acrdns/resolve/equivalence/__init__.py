"""Equal answers: estates have many vantage points and names, and few ways to resolve.

In: a `World`. Out: which vantage points, and which names, get equal answers; so each way is resolved once.

Read in this order: `structure` (all that a vantage point's answers depend on), `everywhere` (one question from all
vantage points), `registries` (one registry of each kind stands for the others; `mentions` is what a file says of
registries by name), `path` (the lookups of a resolution, by which names are compared).
"""
