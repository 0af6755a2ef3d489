"""Configurations of the secondaries that `acrdns serve` feeds by zone transfer.

`secondary` works out what every program needs to know (addresses, zones, catalog, key); `nsd`, `knot` and `bind` write
it in the words of their program.
"""
