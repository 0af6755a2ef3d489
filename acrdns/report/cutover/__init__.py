"""Reports of `acrdns plan cutover`: the steps from one topology to another."""
