"""Reports: what people, programs and CI systems read.

In: a `Report` of findings (`check`, `lint`), a trace, a matrix or a diff. Out: text. Nothing is judged or printed here.

Read `report` (the value that findings are written from), then `cells` (the words in cells), `terminal` (tables, wrapped
lines, colours) and `document` (JSON). A folder stands for a report, a module in it for a format, and each module has a
function `render`; `formats` finds it. The module `document` of a folder holds the dataclasses that are written as JSON;
their JSON Schemas lie here, and `lines` makes that of JSON lines. `page` writes the page of a rule.
"""
