"""Edits of a topology file: the smallest repairs, the place of a fault, and the effect of what somebody edits.

In: a topology. Out: `Repair`s, sets of fixes of findings that were made and simulated (`search`); the candidate that
`break` chooses (`breaking`); new findings, those gone and changed cells after each edit of a file (`edited`).
"""
