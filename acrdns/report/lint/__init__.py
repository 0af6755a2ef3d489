"""The text report of `acrdns lint`."""
