"""Reports of `acrdns matrix`."""
