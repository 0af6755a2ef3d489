"""The topology file: read, checked, and turned into the frozen types of `model`.

In: YAML text. Out: a `model.Topology`, or a TopologyError with every problem of the file, each with its place.

Read in this order: `model` (the result), `load` (the steps), `text/` (YAML to data, with places), `schema/` (what one
value may be: pydantic models, and errors as problems), `verify/` (checks of values against each other), `normalize`
(defaults filled in). `inbound` has the addresses of private resolvers. `reread` reads a file again after an edit,
`amend` makes an edit in a topology. `dump` writes a topology as text, `starter` is the file that `acrdns init`
writes, `assumptions` are open questions about Azure.
"""
