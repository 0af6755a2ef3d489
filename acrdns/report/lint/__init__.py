"""The text report of `acrdns lint`: a line for each finding, as compilers write; `findings` has its other formats."""
