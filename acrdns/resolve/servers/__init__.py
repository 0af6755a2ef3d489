"""The DNS servers of the simulation: one kind a file."""
