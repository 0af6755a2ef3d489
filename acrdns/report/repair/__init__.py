"""Reports of `acrdns fix`: the repairs of a topology file, with the answers that they change."""
