"""Reports of `acrdns trace`: each step on the way from a question to its answer. A finding of `lint` carries one."""
