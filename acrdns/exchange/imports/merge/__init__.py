"""An import into a file that a person has worked on.

In: the text of an import and that of the file. Out: the file brought up to the import. `merge` edits the values,
`order` puts entries in the order that the import needs, `comments` replaces the import's own comments.
"""
