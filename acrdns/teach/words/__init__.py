"""A resolution in plain words.

`explanation.explain(world, resolution)` returns everything that people read about one resolution: for each step its
`owner`, why the question `reached` it, what the server did, and what `would` have changed it. `difference` finds the
first step in which two resolutions differ. `summary` has the words for answers and records.
"""
