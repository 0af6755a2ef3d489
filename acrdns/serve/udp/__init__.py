"""What a worker does with a datagram."""
