"""What a file may hold: pydantic models, and their errors as problems with a place."""
