"""Versions of a zone, the difference between two, and catalog zones."""
