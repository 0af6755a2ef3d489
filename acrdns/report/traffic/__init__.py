"""Reports of `acrdns traffic`: who talks to whom, by operation."""
