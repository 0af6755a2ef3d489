"""Master files (RFC 1035 section 5): read, checked and written.

In: the text of files. Out: a `Zone`, or all problems with their lines.

Read in this order: `zonefile` (opens files and includes), `reader` (entries and directives), `tokens` and
`presentation` (their parts), `rdata` and `other_types` (record data; `well_known` has the names in WKS), `strict`
(what servers refuse), `zone_builder` (records become a zone). `fast` reads common lines by thousands and leaves all
else to `reader`; a property holds both to one result. `generate` is $GENERATE, `writer` writes files.
"""
