"""Reports of `acrdns diff`."""
