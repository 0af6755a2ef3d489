"""Import: a topology from what Azure, Terraform and shells leave on disk.

In: files, whatever is in them. Out: the text of a topology file that loads, and notes on all that is missing,
contradictory or not understood.

Read in this order: `importing` (the steps), `files` (paths to octets), `text` (octets to text), `documents` (text to
JSON values), `reading` (which kind a document is), `kinds/` (one a kind of input: objects with identifier and fields;
those of `terraform/` and `templates/` have to be worked out first), `objects/` (one an object type: what is known of
it), `estate/` (objects of one identifier united), `sections/` (the estate to sections of a topology; they fill a
`sketch`), `writer` (the file with its comments). `notes` are reported.
"""
