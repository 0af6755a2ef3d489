"""Versions of a zone: serials over restarts, differences for IXFR, and the catalog zone."""
