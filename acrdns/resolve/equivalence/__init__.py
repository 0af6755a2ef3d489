"""Which vantage points and names get equal answers."""
