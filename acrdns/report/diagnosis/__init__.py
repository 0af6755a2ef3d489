"""A diagnosis in the reports of `check` and `diagnose`: entries of the JSON document, and paragraphs for people."""
