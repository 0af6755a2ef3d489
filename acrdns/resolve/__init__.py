"""What a client gets: the DNS servers of a vantage point, forwarding, chasing."""
