"""Reports of findings: those of `acrdns check`, with a table of endpoints, and but for text those of `acrdns lint`."""
