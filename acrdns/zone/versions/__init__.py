"""Versions of a zone: what a secondary needs to follow it.

In: a zone, now and before. Out: its serial over restarts (`history`), the difference of two versions for IXFR
(`difference`, RFC 1995), and the zone that lists the others (`catalog`, RFC 9432).
"""
