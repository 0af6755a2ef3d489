"""The schema: what a topology file may hold, as pydantic models, and their errors as problems with a place.

In: the plain data of a document. Out: a `TopologyFile`, or problems.

Read in this order: `schema` (the models), `fields`, `times` and `record_sets` (the kinds of values), `entry` (unknown
keys are errors), `draft` (the valid part of a file with errors), `problems` (pydantic's errors in words).
"""
