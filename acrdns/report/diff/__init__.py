"""Reports of `acrdns diff`: the answers that a change of the topology changes. Their cells are those of a matrix."""
