"""The schema: pydantic models of a file (`schema`, `fields`, `record_sets`), and their errors as problems (`draft`)."""
