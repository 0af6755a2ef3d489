"""Everything that inputs tell of an estate: objects by identifier, whichever input has them."""
