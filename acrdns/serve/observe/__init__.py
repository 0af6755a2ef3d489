"""What a running server says of itself: counters, metrics, status, query log."""
