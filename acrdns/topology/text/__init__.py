"""YAML text: read with the place of every value, and edited in place.

In: the text of a file. Out: plain data with a `Place` for each part, or the same text with edits made.

Read in this order: `compose` (text to nodes), `scalar` (the value of a plain scalar), `document` (nodes to data, all
problems at once), `places` (the place of each part), `entries` (the lines of each section's entries, so that one is
read without the others). `edit` has the edits as values, `rewrite` makes them in the text; lines that they do not
concern stay byte for byte.
"""
