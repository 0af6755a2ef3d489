"""Many questions under way at once."""
