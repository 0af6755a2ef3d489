"""The work of a worker with a datagram."""
