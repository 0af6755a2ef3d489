"""Everything that inputs tell of an estate: objects by identifier, whatever told of them."""
