"""Equal answers: estates have many vantage points and names, and few ways to resolve.

In: a `World`. Out: which vantage points, and which names, get equal answers; so each way is resolved once.

Read in this order: `structure` (all that a vantage point's answers depend on), `everywhere` (one question from all
vantage points), `path` (the lookups of a resolution, by which names are compared).
"""
