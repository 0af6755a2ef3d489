"""Reports of `acrdns trace`."""
