"""Observations in files: JSON lines, of which each is flushed when its answer is known."""
