"""The report of `acrdns faults`: the catalogue of faults."""
