"""Reports of `acrdns check` and `acrdns lint`."""
