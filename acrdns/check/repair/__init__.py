"""Repairs of a topology file: the smallest edits after which every answer is as the file leads one to expect.

In: a topology. Out: `Repair`s, each a set of fixes of findings that was made and simulated. Read `search.py`.
"""
